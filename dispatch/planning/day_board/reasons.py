"""Why nobody has a visit, in a sentence or two, in the language of who looks.

What can be told from how things stand now is told from that: the job waits, nobody knows the place, nobody holds the
skill, the plan does not know the visit yet. Otherwise it is what the published plan said when it left the visit out.
The plan speaks English; each of its sentences is known here by its words, so that it can be said in Chinese as well,
and with the names of people and jobs where the plan has identifiers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dispatch.domain.job_lifecycle import PLANNABLE, JobStatus
from dispatch.planning.day_board.published import Published
from dispatch.planning.day_board.visits import VisitRow

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: what it is, and the values that its sentence names."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


SENTENCES: Mapping[str, Mapping[str, str]] = {
    "no_position": {
        "en": "Nobody knows yet where it is: confirm the address of the site, or point at it on the map.",
        "zh": "还不知道具体位置：请确认地点的地址，或在地图上标出。",
    },
    "job_waits_for_customer": {"en": "Its job waits for the customer.", "zh": "该工单正在等待客户。"},
    "job_waits_for_parts": {"en": "Its job waits for parts.", "zh": "该工单正在等待配件。"},
    "job_not_ready": {"en": "Its job is not ready to be planned yet.", "zh": "该工单尚不能排班。"},
    "not_planned_yet": {
        "en": "The published plan does not know it yet; the next run looks for a place.",
        "zh": "当前发布的计划尚未包含它，下一次排班会为它寻找位置。",
    },
    "no_plan": {"en": "No plan has been published yet.", "zh": "尚未发布任何计划。"},
    "nobody_holds": {
        "en": "No technician holds {skill} at level {level} (highest held: {held}).",
        "zh": "没有技师具备 {level} 级的“{skill}”技能（现有最高：{held}）。",
    },
    "nobody_holds_all": {
        "en": "No single technician holds all of {skills}.",
        "zh": "没有一位技师同时具备：{skills}。",
    },
    "only_unskilled": {
        "en": "None of the technicians it may be given to has the skills it needs.",
        "zh": "可以接手的技师都不具备所需技能。",
    },
    "comes_after": {
        "en": "It comes after {visits}, which is not done either.",
        "zh": "它排在 {visits} 之后，而后者也未安排。",
    },
    "no_crew_together": {
        "en": "No {count} technicians who may do it together are free at one moment inside its windows.",
        "zh": "在它的时间窗内，没有 {count} 位可共同完成的技师同时有空。",
    },
    "no_room": {
        "en": "Technicians who may do it: {count}. In none of their shifts is there a place that keeps windows, "
        "breaks, capacity and overtime.",
        "zh": "有 {count} 位技师可以做，但他们的班次中都没有能同时满足时间窗、休息、载量和加班限制的位置。",
    },
    "no_room_beside_others": {
        "en": "Technicians who may do it: {count}. In none of their shifts is there a place that keeps windows, "
        "breaks, capacity and overtime without moving a visit that others wait for.",
        "zh": "有 {count} 位技师可以做，但若不移动其他人所等待的上门服务，他们的班次中都没有合适的位置。",
    },
    "too_dear": {
        "en": "The cheapest place is with {technician} and would cost {cost}; leaving it out costs {saved}.",
        "zh": "最便宜的位置在 {technician} 处，成本为 {cost}；不安排的成本为 {saved}。",
    },
    "lost_its_shift": {
        "en": "The shift that it was planned on is over, or somebody is absent.",
        "zh": "原定的班次已结束，或有人缺勤。",
    },
    "needs_another_crew": {"en": "It needs another crew now.", "zh": "它现在需要另外的人员组合。"},
    "pinned_elsewhere": {"en": "It is pinned to somebody else now.", "zh": "它现在已固定给其他人。"},
    "starts_later": {
        "en": "It may start only long after the time that it was planned for.",
        "zh": "它最早可开始的时间远晚于原定时间。",
    },
    "pinned_earlier": {"en": "It is pinned to an earlier time now.", "zh": "它现在已固定在更早的时间。"},
    "hangs_together": {
        "en": "It hangs together with visits that cannot stay.",
        "zh": "它与无法保留的其他上门服务相关联。",
    },
    "no_place_yet": {
        "en": "It has no place yet; the next run looks for one.",
        "zh": "它暂时没有位置，下一次排班会寻找。",
    },
    "did_not_fit": {
        "en": "It does not fit any more where it was planned: {because}",
        "zh": "原定的位置已不再合适，下一次排班会为它寻找位置。",
    },
}
"""Code → language → its sentence."""

_WAITING: Mapping[JobStatus, str] = {
    JobStatus.WAITING_FOR_CUSTOMER: "job_waits_for_customer",
    JobStatus.WAITING_FOR_PARTS: "job_waits_for_parts",
}
_ROOM = (
    r"(?P<count>\d+) technicians? may do it, but in none of their shifts is there a place that keeps windows, breaks,"
    r" capacity and overtime"
)
_SAID: Sequence[tuple[str, re.Pattern[str]]] = tuple(
    (code, re.compile(pattern))
    for code, pattern in (
        ("comes_after", r"It comes after (?P<visits>.+), which is not done either\."),
        ("only_unskilled", re.escape(SENTENCES["only_unskilled"]["en"])),
        ("no_crew_together", r"No (?P<count>\d+) technicians who may do it together are free at one moment .*"),
        ("no_room_beside_others", _ROOM + r" without moving a visit that others wait for\."),
        ("no_room", _ROOM + r"\."),
        (
            "too_dear",
            r"The cheapest place is with (?P<technician>\S+) \(shift \S+\) and would cost (?P<cost>-?[\d.]+);"
            r" leaving it out costs (?P<saved>-?[\d.]+)\.",
        ),
        *(
            (code, re.escape(SENTENCES[code]["en"]))
            for code in (
                "lost_its_shift",
                "needs_another_crew",
                "pinned_elsewhere",
                "starts_later",
                "pinned_earlier",
                "hangs_together",
                "no_place_yet",
            )
        ),
    )
)
"""The sentences of :mod:`optimizer.unplanned` and of the modules that mend a plan, by their words."""
_LACKING = re.compile(r"No (?:single )?technician holds .*")


def reasons_for(row: VisitRow, published: Published, skills: Collection[Mapping[str, int]]) -> list[Reason]:
    """Why nobody has this visit. ``skills``: what each technician holds, skill → level."""
    if row.fields["site"]["lat"] is None:
        return [Reason("no_position")]
    if row.job_status not in PLANNABLE:
        return [Reason(_WAITING.get(row.job_status, "job_not_ready"))]
    if lacking := list(_lacking(row, skills)):
        return lacking
    if not published.edition:
        return [Reason("no_plan")]
    said = published.reasons.get(row.id)
    if said is None:
        return [Reason("not_planned_yet")]
    # That somebody lacked a skill was so when the plan was made; by now it would have been found above.
    told = [recognised(one, published.names) for one in said if not _LACKING.fullmatch(one)]
    return told or [Reason("no_place_yet")]


def sentences(reasons: Iterable[Reason], language: str) -> list[str]:
    """The reasons in words."""
    return [SENTENCES[one.code][language].format_map(one.values) for one in reasons]


def recognised(sentence: str, names: Mapping[str, str]) -> Reason:
    """The reason that a sentence of a plan gives; what it names by its identifier is called by its name."""
    for code, pattern in _SAID:
        if found := pattern.fullmatch(sentence):
            values = found.groupdict()
            for name in ("visits", "technician"):
                if name in values:
                    values[name] = ", ".join(names.get(one, one) for one in values[name].split(", "))
            return Reason(code, values)
    return Reason("did_not_fit", {"because": sentence})


def _lacking(row: VisitRow, skills: Collection[Mapping[str, int]]) -> Iterable[Reason]:
    for role in row.roles:
        needed: Mapping[str, int] = role["skills"]
        if any(all(held.get(skill, 0) >= level for skill, level in needed.items()) for held in skills):
            continue
        missing = [
            Reason("nobody_holds", {"skill": skill, "level": level, "held": highest or "–"})
            for skill, level in sorted(needed.items())
            if (highest := max((held.get(skill, 0) for held in skills), default=0)) < level
        ]
        if missing:
            yield from missing
        else:
            yield Reason("nobody_holds_all", {"skills": ", ".join(f"{s} {n}" for s, n in sorted(needed.items()))})
        return
