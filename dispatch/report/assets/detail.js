// Everything about what is selected, beside the timeline and never over it: first the sentence, then the figures.

function row(term, value) { return value ? `<div><dt>${esc(term)}</dt><dd>${value}</dd></div>` : ''; }
const visitLink = (id) => `<button type="button" class="link" data-visit="${esc(id)}">${esc(id)}</button>`;
const personLink = (id) => `<button type="button" class="link" data-technician="${esc(id)}">${esc(id)}</button>`;
const head = (mark, title, rest = '') => `<header>${mark}<h2>${esc(title)}</h2>${rest}<button type="button" class="close" data-close aria-label="${esc(t('close'))}">×</button></header>`;

function promiseRow(promise, key, held) {
  if (!promise) return '';
  const stands = held === null ? '' : held <= promise.at ? t('kept', { spare: spareLength(promise.at - held) }) : t('brokenBy', { late: lateness(held - promise.at) });
  const price = t('price', { breach: money(promise.breach), hour: money(promise.perHour) });
  return row(t(key), `${clock(promise.at)}${stands ? ` – ${esc(stands)}` : ''}<small>${esc(price)}</small>`);
}

function visitSentence(visit) {
  if (!visit.stops.length) return t('sentence.unassigned', { cost: money(visit.dropCost ?? 0) });
  const [stop] = visit.stops;
  const who = listed(visit.stops.map((one) => one.route.technician));
  const key = visit.stops.length > 1 ? 'sentence.crew' : stop.start - stop.arrival > 60 ? 'sentence.waits' : 'sentence.visit';
  return `${t(key, { who, arrival: clock(stop.arrival), start: clock(stop.start), end: clock(stop.end) })} ${stateText(visit)}`;
}

function previousText(visit) {
  if (!visit.previous) return '';
  const [who, start] = visit.previous, stop = visit.stops[0];
  const when = start === null ? '' : clock(start);
  if (!stop) return t('previous.dropped', { who, when });
  if (stop.route.technician !== who) return t('previous.other', { who, when });
  if (start === null || Math.abs(stop.start - start) <= 300) return t('previous.same', { who, when });
  return t(stop.start > start ? 'previous.later' : 'previous.earlier', { who, when, by: length(Math.abs(stop.start - start)) });
}

function orderText(visit) {
  const before = visit.after.map(([id, least, most]) => `${esc(t('after'))} ${visitLink(id)}<small>${esc(most === null ? t('gap', { least: length(least) }) : t('gapBetween', { least: length(least), most: length(most) }))}</small>`);
  const followers = visits.filter((other) => other.after.some(([id]) => id === visit.id)).map((other) => `${esc(t('before'))} ${visitLink(other.id)}`);
  return [...before, ...followers].join('<br>');
}

// Who has the skills and is not ruled out, for each role of a visit that nobody does.
function able(visit) {
  const allowed = routes.filter((route) => !visit.never.includes(route.technician) && (!visit.only.length || visit.only.includes(route.technician)));
  return visit.roles.map((role) => allowed.filter((route) => Object.entries(role).every(([skill, level]) => (route.skills[skill] ?? 0) >= level))
    .map((route) => personLink(route.technician)).join(', ') || esc(t('nobody'))).join('<br>+ ');
}

function visitDetail(visit) {
  const stop = visit.stops[0];
  const people = visit.stops.map((one) => `${personLink(one.route.technician)} <small class="inline">${esc(Object.keys(visit.roles[one.role] ?? {}).map((skill) => t('skillLevel', { skill: skillName(skill), level: one.route.skills[skill] ?? 0 })).join(', '))}</small>`);
  const leg = stop && stop.route.legs[stop.position], from = stop && stop.route.stops[stop.position - 1];
  const wishes = [visit.preferred.length && t('wish.preferred', { who: listed(visit.preferred) }), visit.never.length && t('wish.never', { who: listed(visit.never) }), visit.only.length && t('wish.only', { who: listed(visit.only) })].filter(Boolean);
  const reasons = visit.reasons.length ? `<ul class="reasons">${visit.reasons.map((reason) => `<li>${esc(reasonText(reason))}</li>`).join('')}</ul>` : '';
  const costs = matchesOf(visit).map((match) => `<li><button type="button" class="link" data-rule="${esc(match.rule)}">${esc(ruleName(match.rule))}</button> ${esc(because(match.rule, match.because, visit.id, stop?.route.technician))}<b>${match.level === 'hard' ? '' : money(match.cost)}</b></li>`);
  const next = stop && stop.route.stops[stop.position + 1];
  const steps = stop ? `<span class="steps"><button type="button" ${from ? `data-visit="${esc(from.visit.id)}"` : 'disabled'} aria-label="${esc(t('previousStop'))}">‹</button>${stop.position + 1}/${stop.route.stops.length}<button type="button" ${next ? `data-visit="${esc(next.visit.id)}"` : 'disabled'} aria-label="${esc(t('nextStop'))}">›</button></span>` : '';
  return head(icon(visit.state), `${visit.id} · ${visit.place}`, steps)
    + `<p class="sentence">${esc(visitSentence(visit))}</p>${reasons}<dl>`
    + row(t('who'), people.join('<br>'))
    + (stop ? '' : row(t('mayDo'), able(visit)))
    + row(t('needs'), esc(visit.roles.map(needs).join(' + ')))
    + row(t('duration'), esc(length(visit.duration)) + (stop && stop.end - stop.start !== visit.duration ? `<small>${esc(t('atPace', { actual: length(stop.end - stop.start), who: stop.route.technician }))}</small>` : ''))
    + row(t('window'), esc(whole(visit)))
    + promiseRow(visit.arriveBy, 'arriveBy', stop ? stop.start : null)
    + promiseRow(visit.completeBy, 'completeBy', stop ? stop.end : null)
    + (leg ? row(t('way'), `${esc(length(leg.seconds))}, ${esc(distance(leg.metres))} <small>${from ? `${esc(t('from'))} ${visitLink(from.visit.id)}` : esc(t('fromHome'))}</small>`) : '')
    + row(t('parts'), esc(Object.entries(visit.demand).map(([part, quantity]) => `${quantity} × ${partName(part)}`).join(', ')))
    + row(t('order'), orderText(visit))
    + row(t('wishes'), esc(wishes.join('; ')))
    + row(t('yesterday'), esc(previousText(visit)))
    + (stop && visit.dropCost !== null ? row(t('worth'), `${money(visit.dropCost)}<small>${esc(t('worthHint'))}</small>`) : '')
    + `</dl>${costs.length ? `<h3>${esc(t('adds'))}</h3><ul class="matches">${costs.join('')}</ul>` : ''}`;
}

function technicianDetail(id) {
  const route = routeByTechnician.get(id), mark = `<i class="badge" style="--hue:${route.hue}" aria-hidden="true">${esc(route.initials)}</i>`;
  const skills = Object.entries(route.skills).map(([skill, level]) => t('skillLevel', { skill: skillName(skill), level })).join(', ');
  const shift = `${shiftName(route.shift)} ${clock(route.start)}–${clock(route.end)}`;
  if (!route.stops.length) return `${head(mark, id)}<p class="sentence">${esc(t('sentence.idle', { who: id }))}</p><dl>${row(t('shift'), esc(shift))}${row(t('skills'), esc(skills))}</dl>`;
  const used = {};
  for (const stop of route.stops) if (stop.role === 0) for (const [part, quantity] of Object.entries(stop.visit.demand)) used[part] = (used[part] ?? 0) + quantity;
  const parts = Object.entries(route.capacity).map(([part, quantity]) => t('used', { part: partName(part), used: used[part] ?? 0, all: quantity })).join(', ');
  const end = route.overtime > 0 ? t('sentence.overtime', { by: lateness(route.overtime) }) : t('sentence.inTime', { by: length(route.end - route.finish) });
  const lines = [];
  for (let gap = 0; gap <= route.stops.length; gap += 1) {
    for (const rest of route.breaks) if (rest.gap === gap) lines.push(`<tr class="pause"><td></td><td>${clock(rest.start)}–${clock(rest.start + rest.duration)}</td><td colspan="3">${esc(breakName(rest.id))}</td></tr>`);
    const stop = route.stops[gap];
    if (stop) lines.push(`<tr class="${stop.visit.state}" data-visit="${esc(stop.visit.id)}"><td>${gap + 1}</td><td>${clock(stop.start)}–${clock(stop.end)}</td><td>${visitLink(stop.visit.id)}</td><td>${esc(stop.visit.place)}</td><td>${stop.visit.state === 'planned' ? '' : icon(stop.visit.state) + esc(stateText(stop.visit))}</td></tr>`);
  }
  return head(mark, id)
    + `<p class="sentence">${esc(t('sentence.route', { who: id, depart: clock(route.depart), home: route.home[0], n: route.stops.length, finish: clock(route.finish) }))} ${esc(end)}</p><dl>`
    + row(t('shift'), esc(shift))
    + row(t('driving'), esc(`${length(route.drive)}, ${distance(route.metres)}`))
    + row(t('work'), esc(length(route.work)))
    + row(t('skills'), esc(skills))
    + row(t('van'), esc(parts))
    + row(t('dutyLimit'), route.limits.duty === null ? '' : esc(length(route.limits.duty)))
    + `</dl><table class="route"><caption class="visually-hidden">${esc(t('stops'))}</caption><tbody>${lines.join('')}</tbody></table>`;
}

// A reason without the name it begins with, when that stands before it already.
const continued = (text, name) => (name && text.startsWith(`${name} `) ? text.slice(name.length + 1) : text);

function ruleDetail(id) {
  const line = plan.costs.find((entry) => entry.rule === id);
  const rows = line.matches.slice(0, 200).map(([cost, why, visit, technician]) => `<li${visit ? ` data-visit="${esc(visit)}"` : technician ? ` data-technician="${esc(technician)}"` : ''}>`
    + `<span><button type="button" class="link">${esc(visit ?? technician ?? '')}</button> ${esc(continued(because(id, why, visit, technician), visit ?? technician))}</span><b>${line.level === 'hard' ? '' : money(cost)}</b></li>`);
  const total = line.level === 'hard' ? t('places', { n: line.cost }) : `${money(line.cost)} · ${t('share', { n: number((100 * line.cost) / (plan.total || 1)) })}`;
  return head('', ruleName(id), `<span class="steps">${esc(total)}</span>`) + `<p class="sentence">${esc(t(`aboutRule.${id}`))}</p><ul class="matches">${rows.join('')}</ul>`;
}

function drawDetail() {
  const box = document.getElementById('detail'), what = state.selected;
  document.body.classList.toggle('has-detail', Boolean(what));
  const markup = !what ? `<header><h2>${esc(t('legend'))}</h2></header>${legend()}<p class="none">${esc(t('hint'))}</p>`
    : what.kind === 'visit' ? visitDetail(visitById.get(what.id)) : what.kind === 'technician' ? technicianDetail(what.id) : ruleDetail(what.id);
  const key = JSON.stringify([what, language]);
  if (box.dataset.key !== key) { box.dataset.key = key; box.innerHTML = markup; box.scrollTop = 0; }
}
