"""What the phone is told in words, in the technician's language: one table of texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from dispatch.messaging.texts import moment

STANDARD = "en"

WHY: Mapping[str, Mapping[str, str]] = {
    "new": {"en": "New on your day.", "zh": "新安排给您。"},
    "taken_over": {"en": "Taken over from {names}.", "zh": "由{names}转交给您。"},
    "given_to": {"en": "Given to {names}.", "zh": "已改派给{names}。"},
    "unplanned": {"en": "Taken out of the plan; it will be planned again.", "zh": "已移出计划,将重新安排。"},
    "time": {"en": "The plan has changed.", "zh": "计划有变。"},
    "cancelled": {"en": "Cancelled.", "zh": "已取消。"},
    "recalled": {"en": "Taken back by the dispatcher, to be planned again.", "zh": "调度员已收回,将重新安排。"},
    "declined": {"en": "You declined it.", "zh": "您已拒绝。"},
    "other_day": {"en": "Moved to {when}.", "zh": "已改到{when}。"},
    "over": {"en": "That day is over.", "zh": "当天已结束。"},
    "only_planned": {"en": "", "zh": ""},
    "elsewhere": {"en": "Not yours any more.", "zh": "不再由您负责。"},
    "shift_removed": {"en": "The shift was taken off your roster.", "zh": "该班次已从您的排班中移除。"},
    "old_news": {"en": "No longer news.", "zh": "已不是新消息。"},
    "apply": {
        "en": "The dispatcher has looked at what was refused, and entered it.",
        "zh": "调度员已核实被拒绝的操作,并已补录。",
    },
    "leave": {
        "en": "The dispatcher has looked at what was refused; it stays so.",
        "zh": "调度员已核实被拒绝的操作,维持原状。",
    },
}
"""Code of a reason (:class:`dispatch.services.phone_notices.News`, and those of this package) → language → text."""

_NEW_WORK = {"en": "New work came in.", "zh": "有新的工单。"}
_TRAFFIC = {"en": "Traffic.", "zh": "交通状况。"}
_OTHERWISE = {"en": "A visit went otherwise than planned.", "zh": "有上门任务未按计划进行。"}
_ROSTER = {"en": "The roster has changed.", "zh": "排班有变。"}
PLANNED_BECAUSE: Mapping[str, Mapping[str, str]] = {
    "JobReceived": _NEW_WORK,
    "JobMoved": _NEW_WORK,
    "VisitAdded": _NEW_WORK,
    "HoldEnded": _NEW_WORK,
    "Escalated": {"en": "There is an emergency.", "zh": "有紧急任务。"},
    "emergency": {"en": "There is an emergency.", "zh": "有紧急任务。"},
    "JobChanged": {"en": "Something has become more urgent.", "zh": "有任务的紧急程度变化。"},
    "VisitMoved": _OTHERWISE,
    "VisitChanged": _OTHERWISE,
    "VisitExtended": {"en": "A visit takes longer than planned.", "zh": "有上门任务需要更长时间。"},
    "AbsenceRecorded": {"en": "Somebody is absent.", "zh": "有人缺勤。"},
    "ShiftChanged": _ROSTER,
    "PersonChanged": _ROSTER,
    "SitePlaced": {"en": "An address was corrected.", "zh": "有地址已更正。"},
    "PositionReported": _TRAFFIC,
    "TravelRecovered": _TRAFFIC,
}
"""Reason of a planning run → language → text. What is missing here needs no saying."""


def why(because: Mapping[str, Any], language: str, names: Mapping[str, str]) -> str:
    """A reason in words; ``names``: technician → name. What people said themselves stands as they said it."""
    texts = WHY.get(because.get("code", ""), {})
    listed = [names.get(one, "") for one in because.get("technicians", ())]
    said = _in(texts, language).format(names=_listed(listed, language), when=because.get("when", ""))
    planned = _in(PLANNED_BECAUSE.get(because.get("plan", ""), {}), language)
    parts = [said, planned, str(because.get("reason") or ""), str(because.get("note") or "")]
    return ("" if _is_chinese(language) else " ").join(part for part in parts if part)


def when(at: dt.datetime, language: str) -> str:
    """A day and a time; ``at`` in the zone of whoever reads it."""
    return moment(at, language)


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get("zh" if _is_chinese(language) else STANDARD, "")


def _listed(names: Sequence[str], language: str) -> str:
    if _is_chinese(language):
        return "、".join(names)
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _is_chinese(language: str) -> bool:
    return language.lower().startswith("zh")
