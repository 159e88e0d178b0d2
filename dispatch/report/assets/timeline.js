// Technicians as rows, time from left to right: travel is a line, a visit a bar, a break hollow.

const timeline = document.getElementById('timeline');
const phone = matchMedia('(max-width: 760px)');
const sizes = () => (phone.matches ? { row: 48, bar: 24, top: 10, least: 84 } : { row: 35, bar: 18, top: 6, least: 38 });
// At rest, only what limits the day is drawn: narrow windows, and promises that fall due soon after.
const NARROW_WINDOW_S = 3 * 3600, SOON_S = 75 * 60;

let chart = { width: 0, perSecond: 0 };
const atX = (time) => (time - span.from) * chart.perSecond;

function barPath(state, x, y, w, h) {
  if (state === 'late') { // an arrow head: it runs over its time
    const tip = Math.min(6, w / 2);
    return `M${x + 2} ${y}H${x + w - tip}L${x + w} ${y + h / 2}L${x + w - tip} ${y + h}H${x + 2}Q${x} ${y + h} ${x} ${y + h - 2}V${y + 2}Q${x} ${y} ${x + 2} ${y}Z`;
  }
  if (state === 'tight') { // a cut corner: little is left
    const cut = Math.min(7, w / 2);
    return `M${x + 2} ${y}H${x + w - cut}L${x + w} ${y + cut}V${y + h}H${x + 2}Q${x} ${y + h} ${x} ${y + h - 2}V${y + 2}Q${x} ${y} ${x + 2} ${y}Z`;
  }
  const r = Math.min(2.5, w / 2);
  return `M${x + r} ${y}H${x + w - r}Q${x + w} ${y} ${x + w} ${y + r}V${y + h - r}Q${x + w} ${y + h} ${x + w - r} ${y + h}H${x + r}Q${x} ${y + h} ${x} ${y + h - r}V${y + r}Q${x} ${y} ${x + r} ${y}Z`;
}
const flag = (x, y, h) => `M${x} ${y + h}V${y}L${x + 5} ${y + 2.5}L${x} ${y + 5}`;

function stopMarkup(stop, y, s) {
  const { visit } = stop, x = atX(stop.start), w = Math.max(3, (stop.end - stop.start) * chart.perSecond - 1), middle = y + s.top + s.bar / 2;
  const lane = y + s.top + s.bar + 2.5 + (stop.position % 2) * 3;
  const bands = visit.windows.map(([from, to]) => `<rect class="band${to - from > NARROW_WINDOW_S ? ' wide' : ''}" x="${atX(from)}" y="${lane}" width="${Math.max(2, (to - from) * chart.perSecond)}" height="2.5" rx="1"/>`).join('');
  const ticks = [[visit.arriveBy, stop.start], [visit.completeBy, stop.end]].filter(([promise]) => promise)
    .map(([promise, held]) => `<path class="tick${promise.at - held > SOON_S ? ' far' : ''}" d="${flag(atX(promise.at), y + 1, visit.state === 'planned' ? s.top + 3 : s.top + s.bar + 5)}"/>`).join('');
  const wait = stop.start - stop.arrival > 60 ? `<line class="wait" x1="${atX(stop.arrival)}" x2="${x}" y1="${middle}" y2="${middle}"/>` : '';
  const crew = visit.stops.length > 1 ? `<path class="crew" d="${barPath(visit.state, x + 2.5, y + s.top - 3, w, s.bar)}"/>` : '';
  const sign = visit.state === 'late' && w > 22 ? '!' : '';
  const label = w > 9 ? `<text x="${x + w / 2 - (visit.state === 'late' ? 1.5 : 0)}" y="${middle + 3.8}">${stop.position + 1}${sign}</text>` : '';
  return `<g class="bar ${visit.state}" role="button" tabindex="-1" data-visit="${esc(visit.id)}" data-route="${stop.route.index}" data-position="${stop.position}" aria-label="${esc(spoken(stop))}">`
    + `<rect class="reach" x="${x - 1}" y="${y}" width="${w + 2}" height="${s.row}"/>${bands}${wait}${crew}<path class="body" d="${barPath(visit.state, x, y + s.top, w, s.bar)}"/>${ticks}${label}</g>`;
}

function spoken(stop) {
  const { visit } = stop;
  const values = { n: stop.position + 1, visit: visit.id, place: visit.place, who: stop.route.technician, from: clock(stop.start), to: clock(stop.end) };
  return `${t('spoken', values)} ${stateText(visit)}`;
}
function stateText(visit) {
  if (visit.state === 'late') return t('lateBy', { late: lateness(visit.late) });
  if (visit.state === 'tight') return t(`tightBy.${visit.limit}`, { spare: spareLength(visit.spare) });
  if (visit.state === 'unassigned') return t('leftOut');
  return visit.spare === null ? t('onTime') : t(`onTimeBy.${visit.limit}`, { spare: spareLength(visit.spare) });
}

function shortState(visit) {
  return visit.state === 'late' ? t('lateShort', { late: lateness(visit.late) }) : visit.state === 'tight' ? t('spareShort', { spare: spareLength(visit.spare) }) : stateText(visit);
}

function rowMarkup(route, index, s) {
  const y = index * s.row, middle = y + s.top + s.bar / 2;
  let inner = `<rect class="shift" x="${atX(route.start)}" y="${y + 1}" width="${(route.end - route.start) * chart.perSecond}" height="${s.row - 2}" rx="3"/>`;
  if (!route.stops.length) return `${inner}<text class="idle" x="${atX(route.start) + 10}" y="${middle + 4}">${esc(t('noRoute'))}</text>`;
  if (route.overtime > 0) inner += `<rect class="overtime" x="${atX(route.end)}" y="${y + s.top}" width="${route.overtime * chart.perSecond}" height="${s.bar}"/>`;
  for (const leg of route.legs) {
    for (const [from, to] of leg.moving) inner += `<line class="drive" x1="${atX(from)}" x2="${atX(to)}" y1="${middle}" y2="${middle}"/>`;
  }
  for (const rest of route.breaks) {
    inner += `<g class="rest"><rect x="${atX(rest.start)}" y="${y + s.top + 2}" width="${rest.duration * chart.perSecond}" height="${s.bar - 4}" rx="2"/><title>${esc(`${breakName(rest.id)} ${clock(rest.start)}–${clock(rest.start + rest.duration)}`)}</title></g>`;
  }
  inner += `<path class="end" d="M${atX(route.finish)} ${y + s.top}V${y + s.top + s.bar}"/>`;
  return inner + route.stops.map((stop) => stopMarkup(stop, y, s)).join('');
}

function drawTimeline() {
  const s = sizes(), names = phone.matches ? 104 : 150;
  const hours = (span.to - span.from) / 3600;
  const width = Math.max(hours * s.least, timeline.clientWidth - names - 10);
  chart = { width, perSecond: width / (span.to - span.from) };
  const marks = [], axis = [], every = width / hours < 46 && !phone.matches ? 2 : 1;
  for (let time = span.from; time <= span.to; time += 3600) {
    const x = atX(time).toFixed(1);
    marks.push(`<line class="hour" x1="${x}" x2="${x}" y1="0" y2="${routes.length * s.row}"/>`);
    if (((time + plan.offset) / 3600) % every === 0 && time < span.to) axis.push(`<span style="left:${x}px">${clock(time).slice(0, 2)}</span>`);
  }
  const labels = routes.map((route) => {
    const bad = route.stops.filter((stop) => stop.visit.state === 'late').length;
    return `<button type="button" class="name" style="--hue:${route.hue};height:${s.row}px" data-technician="${esc(route.technician)}">`
      + `<i aria-hidden="true">${esc(route.initials)}</i><span>${esc(phone.matches ? route.technician.split(' ')[0] : route.technician)}</span>${bad ? `<b title="${esc(t('lateCount', { n: bad }))}">${bad}!</b>` : ''}</button>`;
  });
  timeline.innerHTML = `<div class="tl" style="--names:${names}px;--width:${width}px"><div class="corner"></div><div class="axis">${axis.join('')}</div>`
    + `<div class="names">${labels.join('')}</div><svg class="rows" width="${width}" height="${routes.length * s.row}" role="group" aria-label="${esc(t('timeline'))}">`
    + `${marks.join('')}<g class="behind"></g>${routes.map((route, index) => `<g class="row" style="--hue:${route.hue}">${rowMarkup(route, index, s)}</g>`).join('')}<g class="ghosts"></g></svg></div>`;
  const first = timeline.querySelector('.bar');
  if (first) first.setAttribute('tabindex', '0');
  if (phone.matches && first && !timeline.scrollLeft) timeline.scrollLeft = Math.max(0, atX(Math.min(...routes.map((route) => route.start))) - 12);
}

function showTimeline() {
  const lit = litRoutes();
  const rows = timeline.querySelectorAll('.row');
  routes.forEach((route, index) => rows[index]?.classList.toggle('lit', Boolean(lit?.has(route))));
  for (const bar of timeline.querySelectorAll('.bar')) {
    const visit = visitById.get(bar.dataset.visit);
    bar.classList.toggle('dim', !passes(visit));
    bar.classList.toggle('hovered', is(state.hovered, 'visit', visit.id));
    bar.classList.toggle('selected', is(state.selected, 'visit', visit.id));
  }
  for (const label of timeline.querySelectorAll('.name')) {
    const id = label.dataset.technician;
    label.classList.toggle('lit', Boolean(lit && [...lit].some((route) => route.technician === id)));
    label.setAttribute('aria-pressed', String(is(state.selected, 'technician', id)));
  }
  showGhost();
}

// Where people expect the visit: yesterday evening's place, as an outline joined to where it is now.
function showGhost() {
  const layer = timeline.querySelector('.ghosts'), behind = timeline.querySelector('.behind');
  const what = state.hovered?.kind === 'visit' ? visitById.get(state.hovered.id) : chosenVisit();
  let markup = '', wanted = '';
  if (what && layer) {
    const s = sizes();
    if (what.previous?.[1]) {
      const route = routeByTechnician.get(what.previous[0]), start = what.previous[1], stop = what.stops[0];
      const moved = !stop || stop.route !== route || Math.abs(stop.start - start) > 300;
      if (route && moved) {
        const y = route.index * s.row + s.top, w = what.duration * chart.perSecond;
        markup += `<rect class="ghost" x="${atX(start)}" y="${y}" width="${w}" height="${s.bar}" rx="2"/>`;
        if (stop) markup += `<path class="moved" d="M${atX(start) + w / 2} ${y + s.bar / 2}L${atX((stop.start + stop.end) / 2)} ${stop.route.index * s.row + s.top + s.bar / 2}"/>`;
      }
    }
    if (!what.stops.length) { // left out: its window across all rows, so one sees where it would have to go
      for (const [from, to] of what.windows) wanted += `<rect class="wanted" x="${atX(from)}" y="0" width="${(to - from) * chart.perSecond}" height="${routes.length * s.row}"/>`;
    }
    if (what.stops.length > 1) {
      const ys = what.stops.map((stop) => stop.route.index * s.row + s.top + s.bar / 2), x = atX(what.stops[0].start);
      markup += `<path class="together" d="M${x} ${Math.min(...ys)}V${Math.max(...ys)}"/>`;
    }
  }
  if (layer) { layer.innerHTML = markup; behind.innerHTML = wanted; }
}

function listenToTimeline() {
  timeline.addEventListener('click', (event) => {
    const bar = event.target.closest('.bar, .name');
    if (bar) select(bar.dataset.visit ? 'visit' : 'technician', bar.dataset.visit ?? bar.dataset.technician);
    else if (event.target.closest('.rows')) select(null);
  });
  timeline.addEventListener('pointermove', (event) => {
    if (event.pointerType === 'touch') return;
    const bar = event.target.closest('.bar, .name');
    hover(bar ? (bar.dataset.visit ? 'visit' : 'technician') : null, bar && (bar.dataset.visit ?? bar.dataset.technician));
    showTip(bar?.dataset.visit ? tipText('visit', bar.dataset.visit) : null, event.clientX, event.clientY);
  });
  timeline.addEventListener('pointerleave', () => { hover(null); showTip(null); });
  timeline.addEventListener('focusin', (event) => {
    const bar = event.target.closest('.bar');
    if (!bar || !bar.matches(':focus-visible')) return;
    hover('visit', bar.dataset.visit);
  });
  timeline.addEventListener('focusout', () => hover(null));
  timeline.addEventListener('keydown', moveFocus);
}

// Arrows walk along a route and, between routes, to the visit nearest in time.
function moveFocus(event) {
  const bar = event.target.closest('.bar');
  if (!bar) return;
  const route = routes[Number(bar.dataset.route)], stop = route.stops[Number(bar.dataset.position)];
  let goal = null;
  if (event.key === 'ArrowRight') goal = route.stops[stop.position + 1];
  else if (event.key === 'ArrowLeft') goal = route.stops[stop.position - 1];
  else if (event.key === 'Home') goal = route.stops[0];
  else if (event.key === 'End') goal = route.stops.at(-1);
  else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
    const step = event.key === 'ArrowUp' ? -1 : 1;
    for (let index = route.index + step; routes[index]; index += step) {
      if (!routes[index].stops.length) continue;
      goal = routes[index].stops.reduce((a, b) => (Math.abs(b.start - stop.start) < Math.abs(a.start - stop.start) ? b : a));
      break;
    }
  } else if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); select('visit', bar.dataset.visit); return; } else return;
  event.preventDefault();
  if (goal) focusStop(goal);
}
function focusStop(stop) {
  timeline.querySelector('.bar[tabindex="0"]')?.setAttribute('tabindex', '-1');
  const bar = timeline.querySelector(`.bar[data-route="${stop.route.index}"][data-position="${stop.position}"]`);
  bar.setAttribute('tabindex', '0');
  bar.focus();
}
