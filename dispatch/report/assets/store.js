// One state, many views. Views register a function; it runs in the next frame after something has changed.

const state = {
  selected: null, // { kind: 'visit' | 'technician' | 'rule', id }
  hovered: null, // the same
  filter: null, // a state of visits, or null
  query: '',
};
const views = [];
const layouts = []; // for changes of language, theme and size: draw everything again
let pending = false, pendingLayout = false;

function onChange(view) { views.push(view); }
function onLayout(layout) { layouts.push(layout); }

function change(values = {}) {
  Object.assign(state, values);
  if (pending) return;
  pending = true;
  requestAnimationFrame(() => { pending = false; for (const view of views) view(); });
}
function redraw() {
  if (pendingLayout) return;
  pendingLayout = true;
  requestAnimationFrame(() => { pendingLayout = false; for (const layout of layouts) layout(); for (const view of views) view(); });
}

function select(kind, id, { quiet = false } = {}) {
  const same = state.selected && state.selected.kind === kind && state.selected.id === id;
  change({ selected: kind && !(same && !quiet) ? { kind, id } : null });
  const hash = state.selected ? `#${state.selected.kind}=${encodeURIComponent(state.selected.id)}` : '#';
  try { history.replaceState(null, '', hash); } catch { /* some browsers refuse it for local files */ }
}
function hover(kind, id) {
  if (kind === state.hovered?.kind && id === state.hovered?.id) return;
  change({ hovered: kind ? { kind, id } : null });
}

const is = (what, kind, id) => what !== null && what.kind === kind && what.id === id;
const chosenVisit = () => (state.selected?.kind === 'visit' ? visitById.get(state.selected.id) : null);

// The routes that stand out: those of what is hovered, else of what is selected. Null: all alike.
function litRoutes() {
  for (const what of [state.hovered, state.selected]) {
    if (what?.kind === 'technician') return new Set(routes.filter((route) => route.technician === what.id));
    if (what?.kind === 'visit') {
      const stops = visitById.get(what.id).stops;
      if (stops.length) return new Set(stops.map((stop) => stop.route));
    }
  }
  return null;
}

// The visits that a rule's reasons speak of, when one is selected.
function ruleVisits() {
  if (state.selected?.kind !== 'rule') return null;
  const line = plan.costs.find((entry) => entry.rule === state.selected.id);
  const named = new Set(line.matches.map((match) => match[2]).filter(Boolean));
  return named.size ? named : null;
}

const folded = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
visits.forEach((visit) => {
  visit.haystack = folded([visit.id, visit.place, ...visit.roles.flatMap(Object.keys), ...visit.stops.map((stop) => stop.route.technician)].join(' '));
});

// Whether a visit passes the filter, the search and a selected rule; what does not pass is dimmed, never hidden.
function passes(visit) {
  if (state.filter && visit.state !== state.filter) return false;
  const ofRule = ruleVisits();
  if (ofRule && !ofRule.has(visit.id)) return false;
  return state.query.trim() === '' || folded(state.query).trim().split(/\s+/).every((word) => visit.haystack.includes(word));
}
const narrowed = () => state.filter !== null || state.query.trim() !== '' || ruleVisits() !== null;

function remembered(key, fallback) {
  try { return localStorage.getItem(`fieldwright.${key}`) ?? fallback; } catch { return fallback; }
}
function remember(key, value) {
  try { localStorage.setItem(`fieldwright.${key}`, value); } catch { /* private windows and some local files */ }
}
