"""The names of figures, and in Chinese what they mean; in English that stands with the figure itself."""

from __future__ import annotations

from collections.abc import Mapping

from scenarios.words.sentences import ENGLISH

FIGURES: Mapping[str, tuple[str, str, str]] = {
    "sla": ("Promises kept", "承诺兑现率", "已见分晓的承诺中兑现的比例"),
    "sla_critical": ("Promises kept, critical", "承诺兑现率（紧急）", "对紧急工单兑现的承诺比例"),
    "sla_high": ("Promises kept, high", "承诺兑现率（高）", "对高优先级工单兑现的承诺比例"),
    "sla_normal": ("Promises kept, normal", "承诺兑现率（普通）", "对普通优先级工单兑现的承诺比例"),
    "sla_low": ("Promises kept, low", "承诺兑现率（低）", "对低优先级工单兑现的承诺比例"),
    "response_hours": ("Response time", "响应时间", "从受理到有人到场"),
    "response_hours_p90": ("Response time, nine of ten", "响应时间（九成）", "九成工单有人到场所需的时间"),
    "critical_minutes": ("Response time, critical", "响应时间（紧急）", "紧急工单从受理到有人到场"),
    "resolution_hours": ("Resolution time", "解决时间", "从受理到解决"),
    "first_time_fix": ("First-time fix", "首次修复率", "首次施工即解决的工单比例"),
    "travel_share": ("Travel share", "路程占比", "行车占行车与施工之和的比例"),
    "utilisation": ("Utilisation", "利用率", "行车与施工占全部班次时间的比例"),
    "overtime_hours": ("Overtime", "加班", "超出班次结束的小时数"),
    "jobs_per_day": ("Jobs resolved", "解决工单数", "每天解决的工单"),
    "backlog": ("Backlog", "积压", "午夜时尚未解决的工单"),
    "cost_per_day": ("Cost of working", "作业成本", "班次、行车与加班的费用"),
    "lateness_cost_per_day": ("Cost of lateness", "迟到成本", "未兑现承诺的代价"),
    "co2_kg_per_day": ("CO₂", "二氧化碳", "行车排放的二氧化碳"),
    "fairness": ("Fairness", "公平性", "技师工时的 Jain 指数：1 表示完全一致"),
}
"""Figure → its name in English and in Chinese, and what it means in Chinese."""

UNITS: Mapping[str, str] = {
    "h": "小时",
    "min": "分钟",
    "h/day": "小时/天",
    "/day": "/天",
    "jobs": "张",
    "kg/day": "千克/天",
}


def label(name: str, language: str) -> str:
    """What people call a figure."""
    english, chinese, _ = FIGURES.get(name, (name, name, ""))
    return english if language == ENGLISH else chinese


def meaning(name: str, english: str, language: str) -> str:
    """What a figure is, where ``english`` says it in English."""
    return english if language == ENGLISH else FIGURES.get(name, ("", "", english))[2]


def unit(english: str, language: str) -> str:
    """The unit of a figure."""
    return english if language == ENGLISH else UNITS.get(english, english)
