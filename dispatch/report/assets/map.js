// The ground and the ways: streets by class and the routes along them, drawn on a canvas. Units are metres.

const view = { x: 0, y: 0, scale: 0.03 }; // the metre at the middle, and pixels a metre
const ground = document.getElementById('ground');
const pen = ground.getContext('2d');
const mapBox = document.getElementById('map');

const STREETS = [ // from below to above: class, width in metres, least and most pixels, the scale from which it shows
  ['service', 4, 0.5, 3, 0.08], ['living_street', 5, 0.5, 5, 0.05], ['residential', 7, 0.55, 9, 0.02],
  ['unclassified', 7, 0.6, 9, 0.012], ['tertiary', 9, 0.9, 12, 0], ['secondary', 11, 1.2, 13, 0],
  ['primary', 13, 1.6, 15, 0], ['trunk', 15, 2, 17, 0], ['motorway', 17, 2.3, 19, 0],
];

function pathOf(lines) {
  const path = new Path2D();
  for (const points of lines) {
    path.moveTo(points[0], points[1]);
    for (let i = 2; i < points.length; i += 2) path.lineTo(points[i], points[i + 1]);
  }
  return path;
}
const streetPaths = Object.fromEntries(Object.entries(plan.streets).map(([name, text]) => [name, pathOf(unpack(text))]));
for (const route of routes) {
  for (const leg of route.legs) leg.path = leg.points.length ? pathOf([leg.points]) : null;
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const routeColour = (route) => `oklch(${colour('--route-l')} ${colour('--route-c')} ${route.hue})`;
let paints = {};
function mixPaints() {
  paints = { land: colour('--land'), ink: colour('--muted'), halo: colour('--land'), street: {}, route: routes.map(routeColour) };
  for (const [name] of STREETS) paints.street[name] = colour(`--street-${name.replace('_', '-')}`) || colour('--street-residential');
}

const toScreen = (x, y) => [(x - view.x) * view.scale + ground.clientWidth / 2, (y - view.y) * view.scale + ground.clientHeight / 2];
const toMetres = (px, py) => [(px - ground.clientWidth / 2) / view.scale + view.x, (py - ground.clientHeight / 2) / view.scale + view.y];

function drawMap() {
  const width = ground.clientWidth, height = ground.clientHeight, dots = window.devicePixelRatio || 1;
  if (!width || !height) return;
  if (ground.width !== Math.round(width * dots) || ground.height !== Math.round(height * dots)) {
    ground.width = Math.round(width * dots);
    ground.height = Math.round(height * dots);
  }
  const s = view.scale;
  pen.setTransform(dots, 0, 0, dots, 0, 0);
  pen.fillStyle = paints.land;
  pen.fillRect(0, 0, width, height);
  pen.setTransform(dots * s, 0, 0, dots * s, dots * (width / 2 - view.x * s), dots * (height / 2 - view.y * s));
  pen.lineCap = pen.lineJoin = 'round';
  for (const [name, metres, least, most, from] of STREETS) {
    if (!streetPaths[name] || s < from) continue;
    pen.strokeStyle = paints.street[name];
    pen.lineWidth = Math.min(most, Math.max(least, metres * s)) / s;
    pen.stroke(streetPaths[name]);
  }
  drawRoutes(s);
  drawNames(width, height, dots);
  drawScale(width);
  placeMarks();
}

function drawRoutes(s) {
  const lit = litRoutes(), only = narrowed();
  const strokes = (route, width, paint, alpha) => {
    pen.strokeStyle = paint;
    pen.globalAlpha = alpha;
    pen.lineWidth = width / s;
    for (const leg of route.legs) if (leg.path) pen.stroke(leg.path);
  };
  for (const route of routes) if (!lit?.has(route)) strokes(route, 2, paints.route[route.index], lit ? 0.16 : only ? 0.3 : 0.72);
  for (const route of lit ?? []) {
    strokes(route, 7, paints.land, 0.9);
    strokes(route, 3.6, paints.route[route.index], 1);
    if (s > 0.035) drawArrows(route, s);
  }
  pen.globalAlpha = 1;
}

// Which way it goes: an arrow head every hundred pixels or so.
function drawArrows(route, s) {
  pen.globalAlpha = 1;
  pen.strokeStyle = paints.land;
  pen.lineWidth = 1.4 / s;
  const every = 110 / s, size = 3 / s;
  let run = every / 2;
  pen.beginPath();
  for (const { points } of route.legs) {
    for (let i = 2; i < points.length; i += 2) {
      const dx = points[i] - points[i - 2], dy = points[i + 1] - points[i - 1], step = Math.hypot(dx, dy);
      for (run += step; run >= every; run -= every) {
        const back = (run - every) / (step || 1), ux = dx / (step || 1), uy = dy / (step || 1);
        const x = points[i] - dx * Math.min(1, back), y = points[i + 1] - dy * Math.min(1, back);
        pen.moveTo(x - (ux + uy) * size, y - (uy - ux) * size);
        pen.lineTo(x, y);
        pen.lineTo(x - (ux - uy) * size, y - (uy + ux) * size);
      }
    }
  }
  pen.stroke();
}

const NAME_FROM = { motorway: 0.03, trunk: 0.03, primary: 0.045, secondary: 0.07, tertiary: 0.11 };
function drawNames(width, height, dots) {
  const taken = [];
  pen.font = '11px system-ui, sans-serif';
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  for (const [name, x, y, angle, roadClass] of plan.names) {
    if (view.scale < NAME_FROM[roadClass]) continue;
    const [px, py] = toScreen(x, y);
    if (px < -40 || py < -40 || px > width + 40 || py > height + 40) continue;
    const half = pen.measureText(name).width / 2 + 8, turn = (angle * Math.PI) / 180;
    const w = Math.abs(Math.cos(turn)) * half + 8, h = Math.abs(Math.sin(turn)) * half + 8;
    if (taken.some(([a, b, c, d]) => Math.abs(a - px) < c + w && Math.abs(b - py) < d + h)) continue;
    taken.push([px, py, w, h]);
    pen.setTransform(dots * Math.cos(turn), dots * Math.sin(turn), -dots * Math.sin(turn), dots * Math.cos(turn), dots * px, dots * py);
    pen.lineWidth = 3;
    pen.strokeStyle = paints.halo;
    pen.fillStyle = paints.ink;
    pen.strokeText(name, 0, 0);
    pen.fillText(name, 0, 0);
  }
}

function drawScale(width) {
  const most = Math.min(120, width / 4) / view.scale;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = [5, 2, 1].map((n) => n * power).find((n) => n <= most);
  const box = document.getElementById('scale');
  box.firstElementChild.style.width = `${metres * view.scale}px`;
  box.lastElementChild.textContent = metres >= 1000 ? t('km', { n: number(metres / 1000) }) : t('metres', { n: number(metres) });
}

const drawSoon = (() => {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; drawMap(); });
  };
})();

function zoomBy(factor, px = ground.clientWidth / 2, py = ground.clientHeight / 2) {
  const [x, y] = toMetres(px, py);
  view.scale = Math.min(1.5, Math.max(0.006, view.scale * factor));
  view.x = x - (px - ground.clientWidth / 2) / view.scale;
  view.y = y - (py - ground.clientHeight / 2) / view.scale;
  drawSoon();
}

// On a phone the detail lies over the lower part of the map.
const covered = () => (phone.matches && document.body.classList.contains('has-detail') ? document.getElementById('detail').offsetHeight : 0);

// Bring points into sight with some room around them; slowly, where people have not asked for less motion.
function showPoints(points, { closest = 0.25, glide = true } = {}) {
  if (!points.length || !ground.clientWidth) return;
  const xs = points.map((p) => p[0]), ys = points.map((p) => p[1]);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const room = 36;
  const fit = Math.min((ground.clientWidth - 2 * room) / (right - left || 1), (ground.clientHeight - covered() - 2 * room) / (bottom - top || 1));
  const scale = Math.min(closest, fit);
  const goal = { x: (left + right) / 2, y: (top + bottom) / 2 + covered() / 2 / scale, scale };
  if (!glide || matchMedia('(prefers-reduced-motion: reduce)').matches) { Object.assign(view, goal); drawSoon(); return; }
  const from = { ...view }, started = performance.now();
  const step = (now) => {
    const part = Math.min(1, (now - started) / 240), eased = 1 - (1 - part) ** 3;
    view.scale = from.scale * (goal.scale / from.scale) ** eased;
    view.x = from.x + (goal.x - from.x) * eased;
    view.y = from.y + (goal.y - from.y) * eased;
    drawMap();
    if (part < 1) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}
const allPoints = () => [...visits.map((visit) => visit.at), ...routes.map((route) => route.home.slice(1))];
const routePoints = (route) => [route.home.slice(1), ...route.stops.map((stop) => stop.visit.at)];
const insideView = ([x, y]) => {
  const [px, py] = toScreen(x, y);
  return px > 24 && py > 24 && px < ground.clientWidth - 24 && py < ground.clientHeight - covered() - 24;
};
