"""What is said of staffing and of what one more is worth, besides what their tables say."""

from __future__ import annotations

from collections.abc import Mapping

from scenarios.words.sentences import LANGUAGES

QUESTIONS: Mapping[str, tuple[str, str]] = {
    # staffing
    "staffings": ("Staffings that were simulated", "已模拟的人员配置"),
    "staffing note": (
        "Each row is a staffing, the cheapest first, ± half of its 95 % interval. All of them met the same customers"
        " and the same chance. One that misses a target rules out all that have nobody more, so that most are never"
        " simulated; that more technicians never keep fewer targets is taken for granted, and holds but for chance.",
        "每行是一种人员配置，成本最低的在前，± 为 95 % 置信区间的一半。各配置遇到相同的客户与相同的随机事件。"
        "未达标的配置排除所有人数不多于它的配置，因此大多数无需模拟；这里假定技师增多不会使达标减少，仅受偶然因素影响。",
    ),
    "by cost": ("{kpi} by cost a day", "{kpi}（按每天成本）"),
    "by cost note": (
        "A filled circle meets every target, the largest one is the cheapest of them; the dashed line is the target.",
        "实心圆达到所有目标，最大的圆是其中成本最低者；虚线为目标。",
    ),
    "groups": ("Who can stand in for whom", "可互相替代的人员"),
    "group": (
        "{who}: from {least} to {most}, each {cost} a day; today {now}",
        "{who}：{least} 至 {most} 人，每人每天 {cost}；目前 {now} 人",
    ),
    "group short": ("{who} and {more} more", "{who} 等 {all} 人"),
    # what one more is worth
    "worth most": (
        "Worth most is one more {name}: {money} a week, more than chance even as the best of {count}. What it costs"
        " itself, a wage for one, is not in that.",
        "最有价值的是增加一个{name}：每周 {money}，即使作为 {count} 项中的最佳也超出偶然。"
        "其自身成本（如工资）不计在内。",
    ),
    "worth nothing": (
        "Nothing of the {count} that were asked for is worth so much that chance does not explain the best of them.",
        "所问的 {count} 项中，即使最佳者的价值也可能出于偶然。",
    ),
    "worths": ("What one more is worth", "增加一个的价值"),
    "worth note": (
        "Means of {count} replications, ± half of their 95 % interval: what shifts, driving, overtime and missed"
        " promises cost less in a week, pair by pair. Bold, and a filled circle: more than chance, each by itself; of"
        " twenty that bring nothing, one looks as if it did.",
        "{count} 次重复的平均值，± 为 95 % 置信区间的一半：班次、行车、加班与未兑现承诺每周少花的费用，逐对计算。"
        "粗体与实心圆表示超出偶然，各项单独成立：每二十项毫无作用的，也会有一项看似有作用。",
    ),
    "mon": ("Monday", "星期一"),
    "tue": ("Tuesday", "星期二"),
    "wed": ("Wednesday", "星期三"),
    "thu": ("Thursday", "星期四"),
    "fri": ("Friday", "星期五"),
    "sat": ("Saturday", "星期六"),
    "sun": ("Sunday", "星期日"),
}
"""Word → what is said in English and in Chinese."""


def answered(word: str, language: str, **values: object) -> str:
    """A sentence in a language. Raises :class:`KeyError` for a word that there is not."""
    return QUESTIONS[word][LANGUAGES.index(language)].format_map(values)
