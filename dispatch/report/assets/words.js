// Words, times and numbers for people, in two languages. All texts stand in texts.json.

const TEXTS = JSON.parse(document.getElementById('plan-texts').textContent);
const LANGUAGES = { en: 'en-GB', zh: 'zh-CN' };
let language = 'en';

// A text by its key, with {name} filled in; {name|one|many} chooses by the number.
function t(key, values = {}) {
  const text = TEXTS[language][key] ?? TEXTS.en[key] ?? key;
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name, one, many) => {
    if (one === undefined) return values[name] ?? '';
    return Number(values[name]) === 1 ? one : many;
  });
}

const known = (prefix, id) => TEXTS[language][`${prefix}.${id}`] ?? TEXTS.en[`${prefix}.${id}`] ?? id;
const skillName = (id) => known('skill', id);
const partName = (id) => known('part', id);
const breakName = (id) => known('break', id);
const shiftName = (id) => known('shift', id);
const ruleName = (id) => known('rule', id);

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const esc = (text) => String(text).replace(/[&<>"']/g, (sign) => escapes[sign]);

const local = (time) => new Date((time + plan.offset) * 1000);
const pad = (number) => String(number).padStart(2, '0');
function clock(time) {
  const moment = local(time);
  return `${pad(moment.getUTCHours())}:${pad(moment.getUTCMinutes())}`;
}
function length(seconds) {
  const minutes = Math.round(seconds / 60);
  if (Math.abs(minutes) < 60) return t('minutes', { n: number(minutes) });
  return minutes % 60 ? t('hoursMinutes', { h: Math.floor(minutes / 60), m: pad(minutes % 60) }) : t('hours', { h: minutes / 60 });
}
// Lateness is never rounded away, and nothing to spare is made up by rounding.
const lateness = (seconds) => length(Math.ceil(seconds / 60) * 60);
const spareLength = (seconds) => length(Math.floor(seconds / 60) * 60);
const number = (value, digits = 0) => new Intl.NumberFormat(LANGUAGES[language], { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
const money = (value) => number(value, Math.abs(value) < 1000 ? 2 : 0);
const distance = (metres) => t('km', { n: number(metres / 1000, metres < 9950 ? 1 : 0) });
const day = (time) => new Intl.DateTimeFormat(LANGUAGES[language], { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric', timeZone: 'UTC' }).format(local(time));
const listed = (items) => new Intl.ListFormat(LANGUAGES[language], { type: 'conjunction' }).format(items);
const needs = (role) => Object.entries(role).map(([skill, level]) => t('skillLevel', { skill: skillName(skill), level })).join(', ');
const whole = (visit) => visit.windows.map(([a, b]) => `${clock(a)}–${clock(b)}`).join(', ');

// Why nobody does a visit: the optimizer's sentence, said again in the reader's language where its form is known.
function reasonText(text) {
  for (const [pattern, said] of TEXTS[language].reasons ?? []) {
    const match = new RegExp(pattern).exec(text);
    if (match) return said.replace(/\$(\d)/g, (_, group) => match[group] ?? '');
  }
  return text;
}

// Why a part of the cost is there. The optimizer says it in English; other languages say the same from the figures.
function because(rule, text, visitId, technician) {
  const visit = visitById.get(visitId), route = technician && routeByTechnician.get(technician);
  const stop = visit && visit.stops[0];
  if (language === 'en' || !TEXTS[language][`because.${rule}`]) return text;
  const promise = visit && stop && [visit.arriveBy && [stop.start, visit.arriveBy.at], visit.completeBy && [stop.end, visit.completeBy.at]]
    .filter((pair) => pair && pair[0] > pair[1]).sort((a, b) => (b[0] - b[1]) - (a[0] - a[1]))[0];
  const moved = visit && visit.previous && stop && visit.previous[0] === stop.route.technician;
  const key = rule === 'stability' ? (!stop ? 'because.stability.dropped' : moved || / later than /.test(text) ? 'because.stability.later' : 'because.stability') : `because.${rule}`;
  return t(key, {
    visit: visitId, technician,
    late: promise ? lateness(promise[0] - promise[1]) : '', promise: promise ? clock(promise[1]) : '',
    was: visit?.previous?.[0], then: visit?.previous?.[1] ? clock(visit.previous[1]) : '', now: stop ? clock(stop.start) : '',
    preferred: visit ? listed(visit.preferred) : '',
    drive: route ? length(route.drive ?? 0) : '', km: route ? distance(route.metres ?? 0) : '',
    overtime: route ? length(route.overtime ?? 0) : '', work: route ? length(route.work ?? 0) : '',
  });
}
