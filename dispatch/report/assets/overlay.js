// What one can point at on the map: visits with their number on the route, and homes. And moving the map by hand.

const marks = document.getElementById('marks');

// Shape means state here too: planned round, tight with a cut corner, late a diamond, left out a dashed square.
const SHAPES = {
  planned: '<circle r="8.5"/>',
  tight: '<path d="M-8 -8H3L8.5 -2.5V8H-8Z"/>',
  late: '<path d="M0 -11.5L11.5 0L0 11.5L-11.5 0Z"/>',
  unassigned: '<rect x="-8" y="-8" width="16" height="16" rx="1"/>',
};

function buildMarks() {
  const homes = routes.map((route) => `<g class="mark home" data-technician="${esc(route.technician)}" style="--hue:${route.hue}">`
    + `<path d="M-8 8V-2L0 -9L8 -2V8Z"/><text y="4.5">${esc(route.initials)}</text></g>`);
  const spots = visits.map((visit) => {
    const stop = visit.stops[0];
    const label = stop ? (visit.stops.length > 1 ? `${stop.position + 1}·${visit.stops[1].position + 1}` : stop.position + 1) : '?';
    return `<g class="mark ${visit.state}${visit.stops.length > 1 ? ' crew' : ''}" data-visit="${esc(visit.id)}" style="--hue:${stop ? stop.route.hue : 0}">`
      + `${SHAPES[visit.state]}<text y="3.5">${label}</text></g>`;
  });
  marks.innerHTML = `<svg aria-hidden="true"><g class="homes">${homes.join('')}</g><g class="spots">${spots.join('')}</g></svg>`;
}

function placeMarks() {
  const [homes, spots] = marks.querySelectorAll('.homes, .spots');
  if (!homes) return;
  const near = view.scale > 0.055;
  marks.classList.toggle('far', !near);
  routes.forEach((route, index) => place(homes.children[index], route.home.slice(1)));
  const lit = litRoutes();
  for (const mark of spots.children) {
    const visit = visitById.get(mark.dataset.visit);
    place(mark, visit.at, near || (lit && visit.stops.some((stop) => lit.has(stop.route))) || visit.state !== 'planned');
  }
}
function place(mark, [x, y], large = true) {
  const [px, py] = toScreen(x, y);
  mark.setAttribute('transform', `translate(${px.toFixed(1)} ${py.toFixed(1)})`);
  mark.classList.toggle('small', !large);
}

function showMarks() {
  const lit = litRoutes();
  for (const mark of marks.querySelectorAll('[data-visit]')) {
    const visit = visitById.get(mark.dataset.visit);
    const mine = lit && visit.stops.some((stop) => lit.has(stop.route));
    mark.classList.toggle('dim', !passes(visit) || (lit !== null && !mine && !is(state.hovered, 'visit', visit.id)));
    mark.classList.toggle('lit', Boolean(mine));
    mark.classList.toggle('hovered', is(state.hovered, 'visit', visit.id));
    mark.classList.toggle('selected', is(state.selected, 'visit', visit.id));
  }
  for (const mark of marks.querySelectorAll('.home')) {
    const mine = lit && [...lit].some((route) => route.technician === mark.dataset.technician);
    mark.classList.toggle('dim', lit !== null && !mine);
    mark.classList.toggle('lit', Boolean(mine));
  }
  const front = marks.querySelector('.spots .selected') || marks.querySelector('.spots .hovered');
  if (front && front !== front.parentNode.lastElementChild) front.parentNode.append(front);
  drawSoon();
}

function listenToMap() {
  const touching = new Map();
  let moved = 0, spread = 0;
  mapBox.addEventListener('pointerdown', (event) => {
    if (event.target.closest('button, a')) return;
    touching.set(event.pointerId, [event.clientX, event.clientY]);
    moved = spread = 0;
    mapBox.setPointerCapture(event.pointerId);
  });
  mapBox.addEventListener('pointermove', (event) => {
    const last = touching.get(event.pointerId);
    if (!last) { pointAt(event); return; }
    const dx = event.clientX - last[0], dy = event.clientY - last[1];
    touching.set(event.pointerId, [event.clientX, event.clientY]);
    moved += Math.abs(dx) + Math.abs(dy);
    if (moved > 3) mapBox.classList.add('moving');
    if (touching.size === 2) {
      const [a, b] = [...touching.values()], box = mapBox.getBoundingClientRect();
      const wide = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (spread) zoomBy(wide / spread, (a[0] + b[0]) / 2 - box.left, (a[1] + b[1]) / 2 - box.top);
      spread = wide;
    }
    view.x -= dx / view.scale / touching.size;
    view.y -= dy / view.scale / touching.size;
    drawSoon();
  });
  const lift = (event) => {
    if (!touching.delete(event.pointerId)) return;
    mapBox.classList.remove('moving');
    if (moved <= 3 && event.type === 'pointerup') {
      const what = markAt(event);
      if (what) select(what[0], what[1]); else select(null);
    }
    spread = 0;
  };
  mapBox.addEventListener('pointerup', lift);
  mapBox.addEventListener('pointercancel', lift);
  mapBox.addEventListener('pointerleave', () => { hover(null); showTip(null); });
  mapBox.addEventListener('wheel', (event) => {
    event.preventDefault();
    const box = mapBox.getBoundingClientRect();
    zoomBy(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0018)), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  for (const button of mapBox.querySelectorAll('[data-zoom]')) {
    button.addEventListener('click', () => {
      if (button.dataset.zoom === 'all') showPoints(allPoints());
      else zoomBy(button.dataset.zoom === 'in' ? 1.5 : 1 / 1.5);
    });
  }
}

function markAt(event) {
  const mark = document.elementsFromPoint(event.clientX, event.clientY).map((element) => element.closest?.('.mark')).find(Boolean);
  if (!mark) return null;
  return mark.dataset.visit ? ['visit', mark.dataset.visit] : ['technician', mark.dataset.technician];
}
function pointAt(event) {
  if (event.pointerType === 'touch') return;
  const what = markAt(event);
  hover(...(what ?? [null]));
  showTip(what ? tipText(...what) : null, event.clientX, event.clientY);
  mapBox.classList.toggle('pointing', Boolean(what));
}
