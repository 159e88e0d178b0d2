// The plan as the page was given it, and what follows from it. Times are seconds since the epoch.

const plan = JSON.parse(document.getElementById('plan-data').textContent);
const { visits, routes } = plan;

// Lines are packed as dispatch/report/geometry.py says: zigzag differences, five bits a digit, lowest first.
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';
const VALUE = Object.fromEntries([...DIGITS].map((digit, value) => [digit, value]));

function unpack(text) {
  const lines = [];
  for (const part of text ? text.split(' ') : []) {
    const points = [];
    let value = 0, shift = 0, x = 0, y = 0, isY = false;
    for (const digit of part) {
      const bits = VALUE[digit];
      value += (bits & 31) * 2 ** shift;
      shift += 5;
      if (bits & 32) continue;
      const step = value % 2 ? -(value + 1) / 2 : value / 2;
      if (isY) { y += step; points.push(x, y); } else { x += step; }
      isY = !isY; value = 0; shift = 0;
    }
    lines.push(points);
  }
  return lines;
}

visits.forEach((visit, index) => { visit.index = index; visit.stops = []; });
routes.forEach((route, index) => {
  route.index = index;
  route.initials = route.technician.split(/\s+/).map((word) => word[0]).slice(0, 2).join('').toUpperCase();
  // Hues far apart for neighbours: the golden angle.
  route.hue = Math.round((index * 137.5 + 20) % 360);
  route.stops = route.stops.map(([visit, role, arrival, start, end], position) => {
    const stop = { visit: visits[visit], role, arrival, start, end, position, route };
    visits[visit].stops.push(stop);
    return stop;
  });
  route.breaks = route.breaks.map(([id, start, duration, gap]) => ({ id, start, duration, gap }));
  route.legs.forEach((leg) => { leg.points = unpack(leg.line)[0] || []; });
});

const visitById = new Map(visits.map((visit) => [visit.id, visit]));
const routeByTechnician = new Map();
for (const route of routes) if (!routeByTechnician.has(route.technician) || route.stops.length) routeByTechnician.set(route.technician, route);

// Everything that is wrong, the worst first: the order of the lists and of the keys n and p.
const trouble = {
  unassigned: visits.filter((visit) => visit.state === 'unassigned').sort((a, b) => (b.dropCost ?? Infinity) - (a.dropCost ?? Infinity)),
  late: visits.filter((visit) => visit.state === 'late').sort((a, b) => b.late - a.late),
  tight: visits.filter((visit) => visit.state === 'tight').sort((a, b) => a.spare - b.spare),
};

const span = (() => {
  const used = routes.filter((route) => route.stops.length);
  const from = Math.min(...routes.map((route) => route.start));
  const to = Math.max(...routes.map((route) => route.end), ...used.map((route) => route.finish));
  const hour = (time) => (time + plan.offset) / 3600;
  return { from: Math.floor(hour(from)) * 3600 - plan.offset, to: Math.ceil(hour(to) + 0.01) * 3600 - plan.offset };
})();

// The visit's cost lines: what it adds to the plan, by rule.
function matchesOf(visit) {
  return plan.costs.flatMap((line) => line.matches
    .filter((match) => match[2] === visit.id)
    .map(([cost, because]) => ({ rule: line.rule, level: line.level, cost, because })));
}
