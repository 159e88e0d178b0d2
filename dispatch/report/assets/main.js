// Start: language, theme, tabs, keys and panes; then the first drawing.

const root = document.documentElement;
const dark = matchMedia('(prefers-color-scheme: dark)');
const TABS = ['timeline', 'map', 'list'];

function setLanguage(next) {
  language = next;
  root.lang = LANGUAGES[next];
  remember('language', next);
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = t(node.dataset.text);
  for (const node of document.querySelectorAll('[data-label]')) { node.setAttribute('aria-label', t(node.dataset.label)); if (node.tagName === 'BUTTON') node.title = t(node.dataset.label); }
  element('search').placeholder = t('searchHint');
  element('language').dataset.on = next;
  element('attribution').textContent = plan.attribution;
  element('attribution').hidden = !plan.attribution;
  element('tabs').innerHTML = TABS.map((tab) => `<button type="button" data-tab="${tab}" aria-pressed="${document.body.dataset.tab === tab}">${esc(t(`tab.${tab}`))}</button>`).join('');
  element('keyhelp').innerHTML = `<h2>${esc(t('keys'))}</h2><dl>${[['← → ↑ ↓', 'key.arrows'], ['Enter', 'key.enter'], ['Esc', 'key.escape'], ['n  p', 'key.trouble'], ['/', 'key.search'], ['+  −  0', 'key.zoom'], ['t', 'key.theme'], ['l', 'key.language'], ['?', 'key.help']]
    .map(([keys, text]) => `<div><dt><kbd>${esc(keys)}</kbd></dt><dd>${esc(t(text))}</dd></div>`).join('')}</dl>`;
}
function setTheme(name) {
  if (name) root.dataset.theme = name; else delete root.dataset.theme;
  mixPaints();
  redraw();
}
const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : dark.matches);
function toggleTheme() {
  const next = isDark() ? 'light' : 'dark';
  remember('theme', next);
  setTheme(next);
}
function toggleLanguage() { setLanguage(language === 'en' ? 'zh' : 'en'); redraw(); }
function setTab(tab) {
  document.body.dataset.tab = tab;
  for (const button of element('tabs').children) button.setAttribute('aria-pressed', String(button.dataset.tab === tab));
  if (tab === 'map') requestAnimationFrame(() => { if (!mapShown) { mapShown = true; showPoints(allPoints(), { glide: false }); } drawMap(); });
}
let mapShown = false;

// The next or the last of what is wrong, the worst first.
function toTrouble(step) {
  const all = [...trouble.unassigned, ...trouble.late, ...trouble.tight];
  if (!all.length) return;
  const at = all.indexOf(chosenVisit());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length];
  select('visit', next.id, { quiet: true });
}

function toggleHelp(open = element('keyhelp').hidden) {
  element('keyhelp').hidden = !open;
  element('keys').setAttribute('aria-expanded', String(open));
}

function listenToKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches('input');
    if (event.key === 'Escape') {
      if (!element('keyhelp').hidden) toggleHelp(false);
      else if (typing) { event.target.value = ''; event.target.blur(); change({ query: '' }); } else if (state.selected) select(null); else change({ filter: null });
      return;
    }
    if (typing) return;
    const act = {
      '/': () => element('search').focus(), t: toggleTheme, l: toggleLanguage, n: () => toTrouble(1), p: () => toTrouble(-1),
      '+': () => zoomBy(1.5), '=': () => zoomBy(1.5), '-': () => zoomBy(1 / 1.5), 0: () => showPoints(allPoints()), '?': () => toggleHelp(),
    }[event.key];
    if (act) { event.preventDefault(); act(); }
  });
}

// Panes can be drawn wider with the pointer or the arrow keys, and stay so.
function listenToSplit(id, variable, sign) {
  const bar = element(id);
  const set = (px) => { root.style.setProperty(variable, `${Math.round(px)}px`); remember(variable, Math.round(px)); redraw(); };
  const width = () => (sign > 0 ? element('list') : mapBox).getBoundingClientRect().width;
  const within = (px) => Math.min(innerWidth * 0.5, Math.max(200, px));
  const kept = Number(remembered(variable, 0));
  if (kept) root.style.setProperty(variable, `${within(kept)}px`);
  bar.addEventListener('pointerdown', (event) => {
    const from = event.clientX, start = width();
    bar.setPointerCapture(event.pointerId);
    bar.onpointermove = (move) => set(within(start + sign * (move.clientX - from)));
    bar.onpointerup = () => { bar.onpointermove = bar.onpointerup = null; };
  });
  bar.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -24, ArrowRight: 24 }[event.key];
    if (step) { event.preventDefault(); set(within(width() + sign * step)); }
  });
}

// The map follows a selection only where what is selected cannot be seen.
function followSelection() {
  const what = state.selected;
  if (!what || what === followed) return;
  followed = what;
  const visit = chosenVisit();
  const points = visit ? [visit.at] : what.kind === 'technician' ? routePoints(routeByTechnician.get(what.id)) : [];
  if (points.some((point) => !insideView(point))) {
    if (visit) showPoints([visit.at, ...visit.stops.flatMap((stop) => routePoints(stop.route))]);
    else showPoints(points);
  }
  if (visit && visit.stops.length) timeline.querySelector(`.bar[data-visit="${CSS.escape(visit.id)}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
let followed = null;

function start() {
  language = remembered('language', navigator.language?.startsWith('zh') ? 'zh' : 'en');
  if (!LANGUAGES[language]) language = 'en';
  setLanguage(language);
  setTheme(remembered('theme', null));
  onLayout(drawTop);
  onLayout(drawList);
  onLayout(drawTimeline);
  onLayout(buildMarks);
  onLayout(drawMap);
  for (const show of [showTimeline, showList, showMarks, drawDetail, followSelection]) onChange(show);
  listenToTimeline();
  listenToMap();
  listenToList();
  listenToKeys();
  listenToSplit('split-list', '--list', 1);
  listenToSplit('split-map', '--map', -1);
  element('language').addEventListener('click', toggleLanguage);
  element('theme').addEventListener('click', toggleTheme);
  element('keys').addEventListener('click', () => toggleHelp());
  element('search').addEventListener('input', (event) => change({ query: event.target.value }));
  element('tabs').addEventListener('click', (event) => { const tab = event.target.closest('[data-tab]'); if (tab) setTab(tab.dataset.tab); });
  element('detail').addEventListener('click', (event) => { if (event.target.closest('[data-close]')) select(null); });
  dark.addEventListener('change', () => { mixPaints(); redraw(); });
  let known = 0;
  new ResizeObserver(() => {
    const size = innerWidth * 10000 + mapBox.clientWidth;
    if (size !== known) { known = size; redraw(); } else drawSoon();
  }).observe(mapBox);
  addEventListener('resize', redraw);
  const [kind, id] = location.hash.slice(1).split('=').map(decodeURIComponent);
  const exists = { visit: visitById.has(id), technician: routeByTechnician.has(id), rule: plan.costs.some((line) => line.rule === id) }[kind];
  if (exists) state.selected = { kind, id };
  if (ground.clientWidth) { mapShown = true; showPoints(allPoints(), { glide: false }); }
  redraw();
}
start();
