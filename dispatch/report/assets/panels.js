// What stands around the plan: the answer in one sentence, the lists of what is wrong, the cost, and the legend.

const element = (id) => document.getElementById(id);
const STATES = ['unassigned', 'late', 'tight', 'planned'];
const icon = (name) => `<svg class="icon ${name}" viewBox="-12 -12 24 24" aria-hidden="true">${SHAPES[name]}</svg>`;

function drawTop() {
  const used = routes.filter((route) => route.stops.length);
  const sum = (key) => used.reduce((total, route) => total + route[key], 0);
  const planned = visits.length - trouble.unassigned.length;
  element('title').textContent = `${plan.name.replace(/,\s*\d{4}-\d\d-\d\d$/, '') || t('plan')} · ${day(span.from + 43200)}`;
  const broken = plan.broken ? ` ${t('broken', { n: plan.broken })}` : '';
  element('answer').textContent = t('answer', {
    planned, all: visits.length, people: used.length, drive: length(sum('drive')), km: distance(sum('metres')), cost: number(plan.total),
  }) + broken;
  document.title = `${plan.name} · Fieldwright`;
  element('states').innerHTML = STATES.map((name) => {
    const count = name === 'planned' ? planned - trouble.late.length - trouble.tight.length : trouble[name].length;
    return `<button type="button" class="chip ${name}" data-state="${name}" aria-pressed="${state.filter === name}" title="${esc(t(`about.${name}`))}">${icon(name)}<b>${count}</b> ${esc(t(`state.${name}`))}</button>`;
  }).join('');
}

function card(visit) {
  const stop = visit.stops[0];
  const when = stop ? `${clock(stop.start)}–${clock(stop.end)}` : whole(visit);
  const why = stop
    ? `${esc(stop.route.technician)} · <strong>${esc(shortState(visit))}</strong>`
    : `${esc(reasonText(visit.reasons[0] ?? t('noReason')))}`;
  return `<li><button type="button" class="card ${visit.state}" data-visit="${esc(visit.id)}">${icon(visit.state)}`
    + `<span class="id">${esc(visit.id)}</span><span class="when">${esc(when)}</span><span class="place">${esc(visit.place)}</span>`
    + `<span class="need">${esc(visit.roles.map(needs).join(' + '))}</span><span class="why">${why}</span></button></li>`;
}

function drawList() {
  const groups = ['unassigned', 'late', 'tight'].map((name) => {
    const items = trouble[name];
    return `<section><h2><span>${esc(t(`state.${name}`))}</span> <b>${items.length}</b></h2>${items.length
      ? `<ul class="cards">${items.map(card).join('')}</ul>` : `<p class="none">${esc(t(`none.${name}`))}</p>`}</section>`;
  });
  const most = Math.max(1, ...plan.costs.map((line) => (line.level === 'hard' ? 0 : line.cost)));
  const costs = plan.costs.map((line) => `<li><button type="button" class="cost ${line.level}" data-rule="${esc(line.rule)}">`
    + `<span>${esc(ruleName(line.rule))}</span><span class="amount">${line.level === 'hard' ? esc(t('places', { n: line.cost })) : money(line.cost)}</span>`
    + `<i style="width:${line.level === 'hard' ? 100 : Math.max(0.5, (100 * line.cost) / most)}%"></i></button></li>`);
  element('list').innerHTML = `<div class="attention">${groups.join('')}</div><section class="costs"><h2><span>${esc(t('cost'))}</span> <b>${money(plan.total)}</b></h2>`
    + `<ul>${costs.join('')}</ul><p class="none">${esc(t('costHint'))}</p></section>`;
}

function showList() {
  for (const button of element('list').querySelectorAll('.card')) {
    const visit = visitById.get(button.dataset.visit);
    button.classList.toggle('dim', !passes(visit));
    button.classList.toggle('hovered', is(state.hovered, 'visit', visit.id));
    button.setAttribute('aria-pressed', String(is(state.selected, 'visit', visit.id)));
  }
  for (const button of element('list').querySelectorAll('.cost')) button.setAttribute('aria-pressed', String(is(state.selected, 'rule', button.dataset.rule)));
  for (const chip of element('states').children) chip.setAttribute('aria-pressed', String(state.filter === chip.dataset.state));
}

function listenToList() {
  const act = (event) => event.target.closest('[data-visit], [data-rule], [data-technician]');
  for (const box of [element('list'), element('detail')]) {
    box.addEventListener('click', (event) => {
      const what = act(event);
      if (!what) return;
      const { visit, rule, technician } = what.dataset;
      const quiet = box.id === 'detail';
      if (visit) select('visit', visit, { quiet }); else if (rule) select('rule', rule, { quiet }); else select('technician', technician, { quiet });
    });
    box.addEventListener('pointermove', (event) => {
      if (event.pointerType === 'touch') return;
      const what = act(event);
      if (what?.dataset.visit) hover('visit', what.dataset.visit);
      else if (what?.dataset.technician) hover('technician', what.dataset.technician);
      else hover(null);
    });
    box.addEventListener('pointerleave', () => hover(null));
  }
  element('states').addEventListener('click', (event) => {
    const chip = event.target.closest('[data-state]');
    if (chip) change({ filter: state.filter === chip.dataset.state ? null : chip.dataset.state });
  });
}

// A few words at the pointer; the whole story is in the detail.
function tipText(kind, id) {
  if (kind === 'technician') {
    const route = routeByTechnician.get(id);
    return `<b>${esc(id)}</b><br>${esc(route.stops.length ? t('tip.route', { n: route.stops.length, drive: length(route.drive), km: distance(route.metres) }) : t('noRoute'))}`;
  }
  const visit = visitById.get(id), stop = visit.stops[0];
  const when = stop ? `${clock(stop.start)}–${clock(stop.end)} · ${visit.stops.map((one) => one.route.technician).join(' + ')}` : whole(visit);
  return `<b>${esc(visit.id)}</b> ${esc(visit.place)}<br>${esc(when)}<br><span class="${visit.state}">${icon(visit.state)}${esc(stateText(visit))}</span>`;
}
function showTip(html, x = 0, y = 0) {
  const tip = element('tip');
  tip.hidden = !html;
  if (!html) return;
  if (tip.dataset.html !== html) { tip.innerHTML = html; tip.dataset.html = html; }
  const left = Math.min(x + 14, innerWidth - tip.offsetWidth - 8);
  tip.style.transform = `translate(${left}px,${y + 18 + tip.offsetHeight > innerHeight ? y - tip.offsetHeight - 10 : y + 18}px)`;
}

function legend() {
  const bar = (name, label) => `<li><svg viewBox="0 0 40 22" aria-hidden="true"><g class="bar ${name}"><path class="body" d="${barPath(name, 4, 2, 32, 17)}"/></g></svg>${esc(label)}</li>`;
  return `<ul class="legend">${bar('planned', t('legend.planned'))}${bar('tight', t('legend.tight'))}${bar('late', t('legend.late'))}`
    + `<li><svg viewBox="0 0 40 22" aria-hidden="true"><g class="row" style="--hue:250"><line class="drive" x1="3" x2="37" y1="11" y2="11"/></g></svg>${esc(t('legend.drive'))}</li>`
    + `<li><svg viewBox="0 0 40 22" aria-hidden="true"><line class="wait" x1="3" x2="37" y1="11" y2="11"/></svg>${esc(t('legend.wait'))}</li>`
    + `<li><svg viewBox="0 0 40 22" aria-hidden="true"><g class="rest"><rect x="4" y="4" width="32" height="14" rx="2"/></g></svg>${esc(t('legend.rest'))}</li>`
    + `<li><svg viewBox="0 0 40 22" aria-hidden="true"><g class="bar planned"><rect class="band" x="3" y="10" width="34" height="2.5" rx="1"/></g></svg>${esc(t('legend.window'))}</li>`
    + `<li><svg viewBox="0 0 40 22" aria-hidden="true"><g class="bar planned"><path class="tick" d="${flag(18, 3, 16)}"/></g></svg>${esc(t('legend.promise'))}</li>`
    + `<li><svg viewBox="0 0 40 22" aria-hidden="true"><g class="bar planned"><path class="crew" d="${barPath('planned', 7, 1, 30, 16)}"/><path class="body" d="${barPath('planned', 4, 4, 30, 16)}"/></g></svg>${esc(t('legend.crew'))}</li>`
    + `<li><svg viewBox="0 0 40 22" aria-hidden="true"><rect class="ghost" x="4" y="3" width="32" height="16" rx="2"/></svg>${esc(t('legend.ghost'))}</li></ul>`;
}
