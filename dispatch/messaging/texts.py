"""What people are told, in their language: one table of texts.

A subject holds nothing personal, because it is written to logs; ``{number}`` is that of the job.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass

from dispatch.domain.job_lifecycle import JobStatus
from dispatch.domain.sla import Target
from dispatch.store.tables import Priority

STANDARD = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """A subject and a body, with names in braces."""

    subject: str
    body: str


TEXTS: Mapping[str, Mapping[str, Text]] = {
    "visit_assigned": {
        "en": Text("{number}: a visit for you, {when}", "{title}\n{address}\nPlanned start: {when}."),
        "zh": Text("{number}:您有新的上门任务,{when}", "{title}\n{address}\n计划开始时间:{when}。"),
    },
    "visit_moved_away": {
        "en": Text("{number}: no longer yours", "{title}\nSomebody else does this visit, or it was put off."),
        "zh": Text("{number}:不再由您负责", "{title}\n此次上门已改由他人负责或已推迟。"),
    },
    "visit_time_changed": {
        "en": Text("{number}: now {when}", "{title}\n{address}\nThe planned start was {before} and is {when} now."),
        "zh": Text("{number}:改为{when}", "{title}\n{address}\n计划开始时间由{before}改为{when}。"),
    },
    "visit_cancelled": {
        "en": Text("{number}: the visit is cancelled", "{title}\nDo not go there. {reason}"),
        "zh": Text("{number}:上门已取消", "{title}\n请勿前往。{reason}"),
    },
    "visit_recalled": {
        "en": Text("{number}: wait for the plan", "{title}\nThe visit was taken back, to be planned again. {reason}"),
        "zh": Text("{number}:请等待重新安排", "{title}\n此次上门已收回,将重新安排。{reason}"),
    },
    "visit_declined": {
        "en": Text("{number}: a visit was declined", "{who} declined this visit of “{title}”. {reason}"),
        "zh": Text("{number}:上门任务被拒绝", "{who}拒绝了“{title}”的上门任务。{reason}"),
    },
    "expert_called": {
        "en": Text(
            "{number}: a colleague asks for your help",
            "{who} ({phone}) is at “{title}”, {address}, and asks you to call. {note}",
        ),
        "zh": Text(
            "{number}:同事请求您的协助",
            "{who}({phone})正在处理“{title}”({address}),请您回电。{note}",
        ),
    },
    "part_wanted": {
        "en": Text("{number}: a part is needed at once", "{who} needs {quantity} × {part} for “{title}”. {note}"),
        "zh": Text("{number}:急需零件", "{who}为“{title}”急需 {part} × {quantity}。{note}"),
    },
    "part_arrived": {
        "en": Text("{number}: a part has arrived", "{quantity} × {part} for “{title}” is there."),
        "zh": Text("{number}:零件已到货", "“{title}”所需的 {part} × {quantity} 已到货。"),
    },
    "message_for_you": {
        "en": Text("{number}: a message from the office", "{title}\n{who}: {text}"),
        "zh": Text("{number}:调度中心发来消息", "{title}\n{who}:{text}"),
    },
    "message_from_field": {
        "en": Text("{number}: a message from the field", "“{title}”, {who}: {text}"),
        "zh": Text("{number}:现场发来消息", "“{title}”,{who}:{text}"),
    },
    "action_refused": {
        "en": Text(
            "{number}: what a technician did could not be applied",
            "“{title}”: {who} sent “{kind}”, {when}, and it had no effect. Look at the open disputes and decide.",
        ),
        "zh": Text(
            "{number}:技师的操作未能生效",
            "“{title}”:{who}于{when}提交了“{kind}”,未能生效。请查看待处理的争议并决定。",
        ),
    },
    "dispute_applied": {
        "en": Text("{number}: what you did counts", "{title}\nThe office made it true: “{kind}”. {note}"),
        "zh": Text("{number}:您的操作已生效", "{title}\n调度员已补记“{kind}”。{note}"),
    },
    "dispute_left": {
        "en": Text("{number}: what you did was looked at", "{title}\nIt stays as it is (“{kind}”): {note}"),
        "zh": Text("{number}:您的操作已处理", "{title}\n“{kind}”未予补记:{note}"),
    },
    "job_received": {
        "en": Text(
            "{number}: {priority} job received",
            "{number} “{title}” came in with priority {priority}. Asked for: {asked}.",
        ),
        "zh": Text("{number}:收到{priority}工单", "{number}“{title}”已收到,优先级:{priority}。指定人员:{asked}。"),
    },
    "job_received_for_anybody": {
        "en": Text(
            "{number}: {priority} job received",
            "{number} “{title}” came in with priority {priority}. No technician was asked for by name: anybody may be "
            "sent.",
        ),
        "zh": Text(
            "{number}:收到{priority}工单",
            "{number}“{title}”已收到,优先级:{priority}。未指定人员,可派任何人前往。",
        ),
    },
    "promise_missed": {
        "en": Text(
            "{number}: promise missed ({promise})",
            "{number} “{title}”, priority {priority}, is {status} and has missed its promise: {promise}.",
        ),
        "zh": Text(
            "{number}:未能履行承诺({promise})",
            "{number}“{title}”(优先级:{priority},状态:{status})未能履行承诺:{promise}。",
        ),
    },
    "appointment": {
        "en": Text("Your appointment", "A technician will come between {opens} and {closes}."),
        "zh": Text("您的预约", "技师将在{opens}至{closes}之间上门。"),
    },
    "service_report": {
        "en": Text(
            "{number}: service report",
            "Attached is the report of our visit: {title}\n{address}\n\nThank you for your trust.",
        ),
        "zh": Text("{number}：服务报告", "附件是本次上门服务的报告：{title}\n{address}\n\n感谢您的信任。"),
    },
    "draft_waits": {
        "en": Text(
            "{first}A draft waits for you: {touched} visits touched",
            "{first}A new draft saves {gain:,.0f} against the published plan and touches {touched} visits. "
            "Look at it and decide.",
        ),
        "zh": Text(
            "{first}有新的计划草案待审批:涉及{touched}次上门",
            "{first}新草案比已发布计划节省{gain:,.0f},涉及{touched}次上门。请查看并决定。",
        ),
    },
    "handler_parked": {
        "en": Text(
            "An event could not be dealt with",
            "The handler “{handler}” gave up the event at position {position} ({because}). Look at the parked events.",
        ),
        "zh": Text("有事件无法处理", "处理程序“{handler}”放弃了位置{position}的事件({because})。请查看搁置的事件。"),
    },
    "travel_degraded": {
        "en": Text(
            "Travel times are estimated",
            "The travel engine “{engine}” does not answer. New plans go by estimates where no other engine knows the "
            "way; such legs are marked. Nothing has to be done to plan on. {because}",
        ),
        "zh": Text(
            "行程时间改为估算",
            "行程引擎“{engine}”无响应。其他引擎不知道路线时,新计划按估算时间安排,相关路段会有标记,可继续排程。{because}",
        ),
    },
    "travel_recovered": {
        "en": Text(
            "Travel times are on roads again",
            "The travel engine “{engine}” answers again. What was planned on estimates is planned anew.",
        ),
        "zh": Text("行程时间恢复按道路计算", "行程引擎“{engine}”已恢复。按估算安排的部分将重新排程。"),
    },
}
"""Text → language → what is said."""

WORDS: Mapping[str, Mapping[type[enum.StrEnum], Mapping[str, str]]] = {
    "zh": {
        Priority: {
            Priority.CRITICAL: "紧急",
            Priority.HIGH: "高",
            Priority.NORMAL: "普通",
            Priority.LOW: "低",
        },
        JobStatus: {
            JobStatus.RECEIVED: "已收到",
            JobStatus.TRIAGED: "已受理",
            JobStatus.SCHEDULED: "已排期",
            JobStatus.DISPATCHED: "已派单",
            JobStatus.ACCEPTED: "已接单",
            JobStatus.EN_ROUTE: "前往途中",
            JobStatus.ON_SITE: "已到现场",
            JobStatus.PAUSED: "已暂停",
            JobStatus.WAITING_FOR_PARTS: "等待配件",
            JobStatus.WAITING_FOR_CUSTOMER: "等待客户",
            JobStatus.NEEDS_VISIT: "需再次上门",
            JobStatus.NO_SHOW: "客户不在",
            JobStatus.COMPLETED: "已完成",
            JobStatus.CLOSED: "已关闭",
            JobStatus.DECLINED: "已拒绝",
            JobStatus.CANCELLED: "已取消",
        },
        Target: {
            Target.RESPOND: "按时响应",
            Target.DISPATCH: "按时派单",
            Target.ON_SITE: "按时到场",
            Target.RESOLVE: "按时解决",
        },
    }
}
"""Language → kind of word → a word of the program's own → how people say it. In English it is said as it is."""


def said(name: str, language: str, **values: object) -> tuple[str, str]:
    """Subject and body of a text in a language ("zh-CN" is "zh"); in English where there is no other."""
    languages = TEXTS[name]
    text = languages.get(_spoken_language(language), languages[STANDARD])
    return text.subject.format_map(values).strip(), text.body.format_map(values).strip()


def spoken(value: object, language: str) -> object:
    """A value as it is said in a language: an instant, in the zone it is in, or one of the program's own words."""
    if isinstance(value, dt.datetime):
        return moment(value, language)
    if isinstance(value, enum.StrEnum):
        words = WORDS.get(_spoken_language(language), {}).get(type(value), {})
        return words.get(value, value.replace("_", " "))
    return value


def moment(at: dt.datetime, language: str) -> str:
    """A day and a time as people say them; ``at`` in their zone."""
    if language.lower().startswith("zh"):
        return f"{at.month}月{at.day}日 {at:%H:%M}"
    return f"{at:%a} {at.day} {at:%b %H:%M}"


def _spoken_language(language: str) -> str:
    return language.partition("-")[0].lower()
