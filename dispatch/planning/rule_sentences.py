"""What a rule says of a plan, for people: with names instead of ids, in their language.

The optimizer's own sentence names things by their ids, and in English; here the same match of the same rule is said
again, worked out from the schedule that the rule judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from optimizer.domain import Problem, Shift, Visit
from optimizer.rules import base as rules
from optimizer.rules.base import Match, clock
from optimizer.timeline import Schedule, Timeline

Language = Literal["en", "zh"]
"""The languages that sentences of a plan can be had in."""

TITLES: Mapping[str, tuple[str, str]] = {
    "missing_skill": ("Skills", "技能"),
    "only_named": ("Kept to certain people", "仅限指定人员"),
    "never_named": ("People who must not go", "禁止派往的人员"),
    "closed_window": ("Time windows", "时间窗口"),
    "missed_break": ("Breaks", "休息"),
    "overtime_limit": ("Limit on overtime", "加班上限"),
    "duty_limit": ("Limit on duty", "在岗时长上限"),
    "over_capacity": ("Parts on board", "随车备件"),
    "committed_first": ("What is begun or frozen", "已开始或已冻结"),
    "crew": ("Crew", "班组"),
    "after_order": ("Order of visits", "先后次序"),
    "must_be_done": ("Must be done", "必须完成"),
    "shift": ("Shifts used", "启用班次"),
    "travel": ("Driving", "行驶"),
    "duty": ("Time on duty", "在岗时间"),
    "overtime": ("Overtime", "加班"),
    "lateness": ("Promises missed", "违约"),
    "unassigned": ("Visits left out", "未安排"),
    "preference": ("Preferred people", "首选人员"),
    "stability": ("Changes to what people know", "对已知安排的变动"),
    "balance": ("Balance of work", "工作量均衡"),
}
"""Rule → what people call it, in English and Chinese."""


def title(rule: str, language: Language) -> str:
    """What people call a rule."""
    return TITLES[rule][language == "zh"]


def span(seconds: int, language: Language) -> str:
    """A length of time in words, minutes rounded up: ``25 min``, ``1 h 05 min``; ``25 分钟``, ``1 小时 05 分``."""
    if language == "en":
        return rules.span(seconds)
    hours, rest = divmod(-(-seconds // 60), 60)
    if hours:
        return f"{hours} 小时 {rest:02d} 分"
    return f"{rest} 分钟" if seconds >= 60 else f"{seconds} 秒"


class RuleSentences:
    """Says matches of one schedule. ``names``: what people call visits and technicians."""

    def __init__(self, problem: Problem, schedule: Schedule, names: Mapping[str, str], language: Language) -> None:
        self.problem, self.schedule, self.names, self.language = problem, schedule, names, language
        self._lines = {(line.technician.id, line.shift.id): line for line in schedule.timelines}

    def say(self, match: Match) -> str:
        """One sentence for a match."""
        return _SAID[match.rule](self, match)

    def either(self, english: str, chinese: str) -> str:
        """The one in the language."""
        return chinese if self.language == "zh" else english

    def name(self, key: str | None) -> str:
        """What people call a visit or a technician; what lies beyond somebody's rights has no name."""
        return self.names.get(key or "", self.either("somebody or something else", "其他人员或任务"))

    def people(self, keys: Iterable[str]) -> str:
        """Several technicians by name; of many the first three."""
        named = [self.names[key] for key in keys if key in self.names]
        if len(named) > 3:
            more = len(named) - 3
            return self.either(f"{', '.join(named[:3])} and {more} more", f"{'、'.join(named[:3])}等 {len(named)} 人")
        return self.either(" or ".join(named), "、".join(named))

    def line(self, match: Match) -> Timeline:
        """The route that a match is about."""
        return self._lines[match.technician or "", match.shift or ""]

    def visit(self, match: Match) -> Visit:
        """The visit that a match is about."""
        return self.problem.visits[self.problem.visit_index[match.visit or ""]]

    def shift_of(self, visit: str | None) -> Shift:
        """The shift whose clock a visit is told by."""
        return self.schedule.stops_of[visit or ""][0][0].shift

    def span(self, seconds: int) -> str:
        """A length of time in words."""
        return span(seconds, self.language)


def _missing_skill(say: RuleSentences, match: Match) -> str:
    who, what = say.name(match.technician), say.name(match.visit)
    lacking: dict[str, tuple[int, int]] = {}
    for line, stop in say.schedule.stops_of[match.visit or ""]:
        if line.technician.id == match.technician:
            roles = say.visit(match).roles
            needs = roles[stop.role].skills if stop.role < len(roles) else {}
            held = line.technician.skills
            lacking |= {skill: (n, held.get(skill, 0)) for skill, n in needs.items() if held.get(skill, 0) < n}
    english = " and ".join(
        f"{skill} at level {level}" + (f" (has level {has})" if has else "") for skill, (level, has) in lacking.items()
    )
    chinese = "、".join(
        f"{skill} {level} 级" + (f"（现为 {has} 级）" if has else "") for skill, (level, has) in lacking.items()
    )
    return say.either(f"{what} needs {english}, which {who} does not hold.", f"{what} 需要{chinese}，{who} 不具备。")


def _only_named(say: RuleSentences, match: Match) -> str:
    who, what, named = say.name(match.technician), say.name(match.visit), say.people(say.visit(match).only)
    if not named:
        return say.either(f"{what} may not be given to {who}.", f"{what} 不能交给 {who}。")
    return say.either(f"{what} is kept to {named}; {who} may not do it.", f"{what} 仅限 {named}，{who} 不能承担。")


def _never_named(say: RuleSentences, match: Match) -> str:
    who, what = say.name(match.technician), say.name(match.visit)
    return say.either(f"{who} must not be sent to {what}.", f"{what} 不得派 {who} 前往。")


def _closed_window(say: RuleSentences, match: Match) -> str:
    shift, last = say.line(match).shift, say.visit(match).windows[-1].latest
    begins, closes = clock(say.schedule.starts[match.visit or ""], shift), clock(last, shift)
    return say.either(
        f"{say.name(match.visit)} would start at {begins}; its last window closes at {closes}.",
        f"{say.name(match.visit)} 将于 {begins} 开始，而最后的时间窗口在 {closes} 关闭。",
    )


def _missed_break(say: RuleSentences, match: Match) -> str:
    who, line = say.name(match.technician), say.line(match)
    late = [taken for taken in line.breaks if taken.start > taken.rest.latest]
    if late:
        when, latest = clock(late[0].start, line.shift), clock(late[0].rest.latest, line.shift)
        return say.either(
            f"{who} could rest only at {when}, later than {latest}.", f"{who} 最早 {when} 才能休息，晚于 {latest}。"
        )
    latest = clock(max(rest.latest for rest in line.shift.breaks), line.shift)
    return say.either(f"{who} would have no break by {latest}.", f"{who} 在 {latest} 之前无法休息。")


def _overtime_limit(say: RuleSentences, match: Match) -> str:
    line = say.line(match)
    ends, last = clock(line.finish, line.shift), clock(line.shift.end + line.shift.max_overtime, line.shift)
    return say.either(
        f"{say.name(match.technician)} would finish at {ends}; {last} is the latest that the shift allows.",
        f"{say.name(match.technician)} 将于 {ends} 收工，班次最晚只到 {last}。",
    )


def _duty_limit(say: RuleSentences, match: Match) -> str:
    line = say.line(match)
    long, most = say.span(line.duty), say.span(line.shift.max_duty or 0)
    return say.either(
        f"{say.name(match.technician)} would be on duty for {long}; {most} are allowed.",
        f"{say.name(match.technician)} 在岗将达 {long}，上限为 {most}。",
    )


def _over_capacity(say: RuleSentences, match: Match) -> str:
    line, load = say.line(match), dict[str, float]()
    for stop in line.stops:
        for resource, quantity in say.problem.visits[say.problem.visit_index[stop.visit]].demand.items():
            load[resource] = round(load.get(resource, 0) + quantity, 3)
    short = {one: (n, line.technician.capacity.get(one, 0)) for one, n in load.items()}
    told = [(one, n, has) for one, (n, has) in short.items() if n > has and f" of {one} on " in match.because]
    english = " and ".join(f"{n:g} of {one} (has {has:g})" for one, n, has in told)
    chinese = "、".join(f"{one} {n:g}（现有 {has:g}）" for one, n, has in told)
    return say.either(
        f"{say.name(match.technician)} would need {english}.", f"{say.name(match.technician)} 将需要 {chinese}。"
    )


def _committed_first(say: RuleSentences, match: Match) -> str:
    technician = say.problem.technicians[say.problem.technician_index[match.technician or ""]]
    shift = next(one for one in technician.shifts if one.id == match.shift)
    named = [say.names[one] for one in shift.committed if one in say.names]
    english, chinese = ", ".join(named) or "other visits", "、".join(named) or "其他任务"
    return say.either(
        f"{say.name(match.technician)} has to do {english} first, in this order: it is begun, frozen or pinned.",
        f"{say.name(match.technician)} 须先按此顺序完成 {chinese}：已开始、已冻结或已固定。",
    )


def _crew(say: RuleSentences, match: Match) -> str:
    what, roles = say.name(match.visit), len(say.visit(match).roles)
    members = {line.technician.id for line, _ in say.schedule.stops_of[match.visit or ""]}
    if roles == 1:
        return say.either(f"{what} would be done more than once.", f"{what} 会被重复安排。")
    return say.either(
        f"{what} needs {roles} people, one in each role; the plan has {len(members)}.",
        f"{what} 需要 {roles} 人各任一职，计划中有 {len(members)} 人。",
    )


def _after_order(say: RuleSentences, match: Match) -> str:
    if match.visit is None:
        return say.either(
            "Crews, or visits that follow others, would wait for each other in a circle.",
            "班组或有先后次序的任务会互相等待。",
        )
    what, start = say.name(match.visit), say.schedule.starts[match.visit]
    for link in say.visit(match).after:
        end, before = say.schedule.ends.get(link.visit), say.name(link.visit)
        if end is None:
            return say.either(
                f"{what} comes after {before}, which nobody would do.", f"{what} 须在 {before} 之后，而后者无人承担。"
            )
        if link.max_gap is not None and start - end > link.max_gap:
            gap, most = say.span(start - end), say.span(link.max_gap)
            return say.either(
                f"{what} would start {gap} after {before} ends; at most {most} are allowed.",
                f"{what} 将在 {before} 结束 {gap} 后开始，最多允许 {most}。",
            )
    return say.either(f"{what} would stand before the visit it comes after.", f"{what} 会排在其前置任务之前。")


def _must_be_done(say: RuleSentences, match: Match) -> str:
    what = say.name(match.visit)
    return say.either(f"{what} must be done, and nobody would do it.", f"{what} 必须完成，却无人承担。")


def _overtime(say: RuleSentences, match: Match) -> str:
    line = say.line(match)
    return say.either(
        f"{say.name(match.technician)} would work {say.span(line.overtime)} overtime.",
        f"{say.name(match.technician)} 将加班 {say.span(line.overtime)}。",
    )


def _lateness(say: RuleSentences, match: Match) -> str:
    visit, what = say.visit(match), say.name(match.visit)
    shift = say.shift_of(match.visit)
    ends = " ends " in match.because
    promise = visit.complete_by if ends else visit.arrive_by
    moment = (say.schedule.ends if ends else say.schedule.starts)[visit.id]
    assert promise is not None
    late, due = say.span(moment - promise.at), clock(promise.at, shift)
    if ends:
        english, chinese = f"be finished {late} after its promise of {due}", f"比承诺的完成时间 {due} 晚 {late}"
    else:
        english, chinese = f"be begun {late} after its promise of {due}", f"比承诺的到场时间 {due} 晚 {late}"
    return say.either(f"{what} would {english}.", f"{what} 将{chinese}。")


def _unassigned(say: RuleSentences, match: Match) -> str:
    return say.either(f"Nobody would do {say.name(match.visit)}.", f"{say.name(match.visit)} 将无人承担。")


def _preference(say: RuleSentences, match: Match) -> str:
    who = say.people(dict.fromkeys(line.technician.id for line, _ in say.schedule.stops_of[match.visit or ""]))
    named = say.people(say.visit(match).preferred)
    return say.either(
        f"{say.name(match.visit)} would go to {who or 'somebody else'}; preferred is {named or 'somebody else'}.",
        f"{say.name(match.visit)} 将由 {who or '其他人'} 承担，首选为 {named or '其他人'}。",
    )


def _stability(say: RuleSentences, match: Match) -> str:
    visit, what = say.visit(match), say.name(match.visit)
    was = visit.previous
    assert was is not None
    had = say.name(was.technician)
    if visit.id not in say.schedule.starts:
        return say.either(f"{what} was {had}'s and would be nobody's.", f"{what} 原属 {had}，将无人承担。")
    if " later than " in match.because and was.start is not None:
        later = say.span(say.schedule.starts[visit.id] - was.start)
        when = clock(was.start, say.shift_of(visit.id))
        return say.either(
            f"{what} would start {later} later than {when}, when people expect it.",
            f"{what} 将比大家预期的 {when} 晚 {later} 开始。",
        )
    return say.either(
        f"{what} was {had}'s and would go to {say.name(match.technician)}.",
        f"{what} 将由 {had} 改为 {say.name(match.technician)}。",
    )


def _amount(say: RuleSentences, match: Match) -> str:
    who, what = say.name(match.technician), title(match.rule, say.language)
    return say.either(f"{what}: {who}.", f"{what}：{who}。")


_SAID: Mapping[str, Callable[[RuleSentences, Match], str]] = {
    "missing_skill": _missing_skill,
    "only_named": _only_named,
    "never_named": _never_named,
    "closed_window": _closed_window,
    "missed_break": _missed_break,
    "overtime_limit": _overtime_limit,
    "duty_limit": _duty_limit,
    "over_capacity": _over_capacity,
    "committed_first": _committed_first,
    "crew": _crew,
    "after_order": _after_order,
    "must_be_done": _must_be_done,
    "overtime": _overtime,
    "lateness": _lateness,
    "unassigned": _unassigned,
    "preference": _preference,
    "stability": _stability,
    "shift": _amount,
    "travel": _amount,
    "duty": _amount,
    "balance": _amount,
}
