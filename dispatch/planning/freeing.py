"""What would free a visit that fits nowhere: each one thing that could be different, tried before it is offered.

For every candidate the problem is made in which just that is different, the visit is put there, and all that hangs
together with it is timed and judged again. Only what breaks no rule then is told, with its price.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from dispatch.domain.events import instant
from dispatch.planning.edit import Edit, edited_on
from dispatch.planning.freed import Change
from dispatch.planning.ground import Ground, Holding
from dispatch.planning.part import Standing
from dispatch.planning.placements import Placement, placements
from dispatch.planning.rule_sentences import Language, span
from dispatch.planning.trial import outcome
from dispatch.planning.why import Explained, edits_of, new_breaches
from dispatch.store.tables import Visit as VisitRow
from optimizer.distance import leg
from optimizer.domain import Problem, Shift, TimeWindow, Visit
from optimizer.explain.changes import DAY, LaterWindow, LessSkill, MoreOvertime, OtherDay, visit_of, with_visit
from optimizer.rules.base import clock

STEP = 900
"""Windows and overtime are widened by whole quarters of an hour,"""
MOST = 4 * 3600
"""and by at most so many seconds."""
_EACH = 3
"""So many technicians at most are offered for each kind of freeing,"""
_GIVING = 8
"""so many visits are tried that could give way,"""
_NEAR = 12
"""each with so many people who could do it instead."""


@dataclass(frozen=True)
class Freeing:
    """One thing that frees the visit, tried. ``change``: what the plan costs more then. ``apply`` does exactly that:
    ``visit_change`` are fields of the visit, ``pin`` its new pin, ``anyway`` sets aside what a person may.
    """

    kind: str
    what: str
    change: float
    technician: str
    start: dt.datetime
    apply: Mapping[str, Any]
    verified: bool = True


def freeings(
    ground: Ground, explained: Explained, rows: Mapping[str, VisitRow], language: Language = "en"
) -> tuple[Freeing, ...]:
    """What would free the visit, the cheapest first. ``rows``: the visit's, and those of what is held.

    Nothing where somebody can do it as things are, or for a crew, of which too much would have to be tried.
    """
    visit = ground.problem.visits[ground.problem.visit_index[explained.visit]]
    fits = any(not one.broken for one in explained.elsewhere)
    if explained.here is not None or fits or len(visit.roles) > 1 or explained.visit not in rows:
        return ()
    search = _Freeing(ground, visit, explained, rows, language)
    return tuple(sorted(search.all(), key=lambda one: one.change))


class _Freeing:
    def __init__(
        self, ground: Ground, visit: Visit, explained: Explained, rows: Mapping[str, VisitRow], language: Language
    ) -> None:
        self.ground, self.visit, self.rows, self.language = ground, visit, rows, language
        self.row, self.number = rows[visit.id], explained.number
        self.misses = [(one, one.misses) for one in explained.misses]

    def all(self) -> Iterator[Freeing]:
        yield from self._unpinned()
        yield from self._wider()
        yield from self._longer()
        yield from self._less_skilled()
        yield from self._another_day()
        yield from self._giving_way()

    # -- one by one ------------------------------------------------------------------------------------------------

    def _unpinned(self) -> Iterator[Freeing]:
        """Without the visit's own pin."""
        if not self.row.pin:
            return
        own = {"only": self._known(self.row.only), "windows": self._own_windows()}
        free = with_visit(self.ground.problem, self.visit.id, **own)
        for one in self._fitting(free)[:_EACH]:
            yield from self._tried(
                "unpin",
                free,
                Change(edits_of(one), unpin=(self.visit.id,)),
                one,
                ("without its pin", "取消其固定"),
            )

    def _wider(self) -> Iterator[Freeing]:
        """With a window that closes later."""
        late = [
            (missed[0].short, miss)
            for miss, missed in self.misses
            if [(one.rule, one.visit) for one in missed] == [("closed_window", self.visit.id)]
        ]
        for seconds, miss in sorted(late, key=lambda pair: pair[0])[:_EACH]:
            if not 0 < (more := -(-int(seconds) // STEP) * STEP) <= MOST:
                continue
            problem = LaterWindow(self.visit.id, more).on(self.ground.problem)
            for one in self._fitting(problem, miss.technicians)[:1]:
                until = clock(visit_of(problem, self.visit.id).windows[-1].latest, self._shift(one))
                words = (
                    f"with a window that is {span(more, 'en')} wider, until {until}",
                    f"时间窗口放宽 {span(more, 'zh')}（至 {until}）",
                )
                yield from self._tried(
                    "widen_window",
                    problem,
                    Change(edits_of(one), {"windows": self._windows_until(more)}),
                    one,
                    words,
                )

    def _longer(self) -> Iterator[Freeing]:
        """With more overtime than a shift allows."""
        for miss, missed in self.misses:
            if {one.rule for one in missed} != {"overtime_limit"} or missed[0].technician != miss.technicians[0]:
                continue
            more = -(-int(missed[0].short) // STEP) * STEP
            if more > MOST:
                continue
            problem = MoreOvertime(miss.technicians[0], missed[0].shift or "", more).on(self.ground.problem)
            for one in self._fitting(problem, miss.technicians)[:1]:
                words = (f"with {span(more, 'en')} more overtime than allowed", f"允许超出上限加班 {span(more, 'zh')}")
                yield from self._tried("overtime", problem, Change(edits_of(one), anyway=True), one, words)

    def _less_skilled(self) -> Iterator[Freeing]:
        """With one level less of one skill."""
        offered = 0
        for miss, missed in self.misses:
            if [one.rule for one in missed] != ["missing_skill"] or missed[0].short != 1 or offered >= _EACH:
                continue
            skill, level = missed[0].about, int(missed[0].needed)
            problem = LessSkill(self.visit.id, 0, skill, level - 1, level).on(self.ground.problem)
            less = dict(visit_of(problem, self.visit.id).roles[0].skills)
            for one in self._fitting(problem, miss.technicians)[:1]:
                offered += 1
                words = (
                    f"if {skill} at level {level - 1} is enough" if level > 1 else f"if {skill} is not needed",
                    f"若 {skill} {level - 1} 级即可" if level > 1 else f"若无需 {skill}",
                )
                yield from self._tried(
                    "less_skill", problem, Change(edits_of(one), {"roles": [{"skills": less}]}), one, words
                )

    def _another_day(self) -> Iterator[Freeing]:
        """With the same windows on a later day that is planned already."""
        if not self.visit.windows or self.row.pin.get("start"):
            return
        last = max((shift.end for _, shift in self.ground.problem.shifts), default=0)
        for days in range(1, 1 + (last - self.visit.windows[0].earliest) // DAY):
            problem = OtherDay(self.visit.id, days).on(self.ground.problem)
            moved = visit_of(problem, self.visit.id).windows
            for one in self._fitting(problem)[:1]:
                words = (f"{days} day{'s' if days > 1 else ''} later", f"推迟 {days} 天")
                change = {"windows": [[_at(each.earliest), _at(each.latest)] for each in moved]}
                yield from self._tried("another_day", problem, Change(edits_of(one), change), one, words)
                return

    def _giving_way(self) -> Iterator[Freeing]:
        """Where an accepted or pinned visit goes elsewhere, or starts later, for it."""
        needs = self.visit.roles[0].skills
        able = {
            who.id
            for who in self.ground.problem.technicians
            if all(who.skills.get(skill, 0) >= level for skill, level in needs.items())
            and who.id not in self.visit.never
            and (not self.visit.only or who.id in self.visit.only)
        }
        asked = [
            visit
            for visit, why in self.ground.held.items()
            if why in (Holding.ACCEPTED, Holding.PINNED)
            and visit in self.rows
            and any(key[0] in able for key in self.ground.standing.on.get(visit, ()))
        ]
        found = [one for visit in sorted(asked, key=self._distance)[:_GIVING] if (one := self._gives_way(visit, able))]
        yield from sorted(found, key=lambda one: one.change)[:_EACH]

    def _gives_way(self, other: str, able: set[str]) -> Freeing | None:
        index = self.ground.problem.visit_index[other]
        held, row = self.ground.problem.visits[index], self.rows[other]
        if len(held.roles) > 1:
            return None
        own = {"only": self._known(row.only), "windows": _windows(row), "drop_cost": row.drop_cost or 0.0}
        problem, weights = with_visit(self.ground.problem, other, **own), self.ground.weights
        rest = edited_on(self._on(problem).standing, Edit(other, unassign=True), weights)
        for who in sorted({key[0] for key in self.ground.standing.on[other]} & able):
            mine = self._placed(rest, self.visit.id, [who])
            if not mine:
                continue
            put = rest
            for edit in edits_of(mine[0]):
                put = edited_on(put, edit, weights)
            theirs = self._placed(put, other, [who, *self._near(held)])
            if not theirs:
                continue
            change = Change((Edit(other, unassign=True), *edits_of(mine[0]), *edits_of(theirs[0])), anyway=True)
            name, to = self.ground.names.get(other, other), self._name(theirs[0].technicians[0])
            when = clock(theirs[0].start, self._shift(theirs[0]))
            words = (f"if {name} goes to {to} at {when}", f"若 {name} 改由 {to} 于 {when} 承担")
            kind = "gives_way" if self.ground.held[other] is Holding.ACCEPTED else "unpin_other"
            for one in self._tried(kind, problem, change, mine[0], words):
                return one
        return None

    def _placed(self, standing: Standing, visit: str, technicians: Sequence[str]) -> list[Placement]:
        return placements(
            standing.problem,
            standing.plan,
            visit,
            policy=self.ground.weights,
            technicians=technicians,
            fitting_only=True,
        )

    def _near(self, visit: Visit) -> list[str]:
        """Those who could do it by their skills, whose ways from where they start are shortest."""
        problem, needs = self.ground.problem, visit.roles[0].skills
        able = [
            (leg(problem, who.profile, who.shifts[0].start_location, visit.location)[0], who.id)
            for who in problem.technicians
            if who.shifts and all(who.skills.get(skill, 0) >= level for skill, level in needs.items())
        ]
        return [who for _, who in sorted(able)[:_NEAR]]

    # -- trying ----------------------------------------------------------------------------------------------------

    def _tried(
        self, kind: str, problem: Problem, change: Change, at: Placement, words: tuple[str, str]
    ) -> Iterator[Freeing]:
        """The freeing, if everything holds on the problem in which just that is different."""
        ground = self._on(problem)
        found = outcome(ground, change.edits)
        if new_breaches(ground, found) or self.visit.id not in found.after.schedule.starts:
            return
        start = found.after.schedule.starts[self.visit.id]
        who, when = self._name(at.technicians[0]), clock(start, self._shift(at))
        price = _price(found.change, self.language)
        if self.language == "zh":
            what = f"{words[1]}，{who} 即可于 {when} 完成 {self.number}（{price}）。"
        else:
            what = f"{words[0][:1].upper()}{words[0][1:]}, {who} could do {self.number} at {when}, {price}."
        yield Freeing(
            kind=kind,
            what=what,
            change=round(float(found.change), 4),
            technician=at.technicians[0],
            start=dt.datetime.fromtimestamp(start, dt.UTC),
            apply=change.as_document(kind),
        )

    def _on(self, problem: Problem) -> Ground:
        return replace(self.ground, standing=Standing(problem, self.ground.standing.plan, self.ground.standing.links))

    def _fitting(self, problem: Problem, technicians: Sequence[str] | None = None) -> list[Placement]:
        plan = self.ground.standing.plan
        return placements(
            problem, plan, self.visit.id, policy=self.ground.weights, technicians=technicians, fitting_only=True
        )

    def _known(self, people: Sequence[str]) -> tuple[str, ...]:
        return tuple(who for who in people if who in self.ground.problem.technician_index)

    def _own_windows(self) -> tuple[TimeWindow, ...]:
        return tuple(one for one in _windows(self.row) if one.latest >= self.ground.now)

    def _windows_until(self, more: int) -> list[list[str]]:
        kept = [[_at(one.earliest), _at(one.latest)] for one in _windows(self.row)]
        kept[-1][1] = _at(_windows(self.row)[-1].latest + more)
        return kept

    def _distance(self, other: str) -> tuple[int, str]:
        """How far apart in time the other visit is: who is near is asked first."""
        start = self.ground.card.schedule.starts.get(other, 0)
        if not self.visit.windows:
            return start, other
        return min(max(one.earliest - start, start - one.latest, 0) for one in self.visit.windows), other

    def _shift(self, one: Placement) -> Shift:
        return self.ground.problem.shifts[self.ground.problem.shift_index[one.places[0][0]]][1]

    def _name(self, who: str) -> str:
        return self.ground.names.get(who, who)


def _windows(row: VisitRow) -> tuple[TimeWindow, ...]:
    pairs = ((dt.datetime.fromisoformat(a), dt.datetime.fromisoformat(b)) for a, b in row.windows)
    return tuple(
        sorted((TimeWindow(int(a.timestamp()), int(b.timestamp())) for a, b in pairs), key=lambda w: w.earliest)
    )


def _at(seconds: int) -> str:
    return instant(dt.datetime.fromtimestamp(seconds, dt.UTC))


def _price(change: Fraction, language: Language) -> str:
    much = f"{abs(float(change)):.2f}"
    if language == "zh":
        return f"费用{'增加' if change > 0 else '减少'} {much}"
    return f"for {much} {'more' if change > 0 else 'less'}"
