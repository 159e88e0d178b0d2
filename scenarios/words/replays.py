"""What a replay says to people: its stages, the causes of lost minutes, and what was decided by hand."""

from __future__ import annotations

from collections.abc import Mapping

from scenarios.words.sentences import LANGUAGES

REPLAYS: Mapping[str, tuple[str, str]] = {
    # stages
    "stage recorded": ("recorded", "记录"),
    "stage published": ("published plans", "已发布计划"),
    "stage by hand": ("policy, by hand", "策略加人工决定"),
    "stage policy": ("today's policy", "当前策略"),
    "stage announced": ("jobs known before", "工单提前已知"),
    "stage foreseen": ("all known before", "全部提前已知"),
    "stage hindsight": ("hindsight", "事后最优"),
    "meaning recorded": ("as it was recorded", "与记录完全一致"),
    "meaning published": (
        "the plans that were published, when they were, carried out by simulated people",
        "按当时发布的计划与时刻，由模拟技师执行",
    ),
    "meaning by hand": ("today's policy, and what was decided by hand", "当前策略，加上当时的人工决定"),
    "meaning policy": ("today's policy alone", "仅当前策略"),
    "meaning announced": (
        "today's policy; every job is known as its day begins",
        "当前策略；当天工单在一天开始时即已知",
    ),
    "meaning foreseen": ("today's policy; all is known beforehand", "当前策略；一切提前已知"),
    "meaning hindsight": ("one plan over all days; all is known beforehand", "所有日期一个计划；一切提前已知"),
    # causes
    "cause recorded": ("conduct", "执行方式"),
    "cause published": ("policy", "策略"),
    "cause by hand": ("decisions by hand", "人工决定"),
    "cause policy": ("late information", "信息滞后"),
    "cause announced": ("disturbance", "意外干扰"),
    "cause foreseen": ("piece by piece", "逐次规划"),
    "because recorded": (
        "people set out, rest and end their day otherwise than simulated ones",
        "人们出发、休息和收工的方式与模拟不同",
    ),
    "because published": ("what was published, instead of what today's policy finds", "当时发布的计划与当前策略的差别"),
    "because by hand": ("what people decided otherwise than the program", "人做出的与程序不同的决定"),
    "because policy": ("jobs are known only as they come in", "工单到达时才知道"),
    "because announced": (
        "nobody knows beforehand what takes longer, who is not at home, who falls ill and what is called off",
        "事先不知道什么会更久、谁不在家、谁会生病、什么会取消",
    ),
    "because foreseen": (
        "plans are made again and again, with few changes at a time, instead of once over all days",
        "计划一次次小幅修改，而不是对所有日期统一规划一次",
    ),
    # columns
    "driving_minutes": ("driving", "行车"),
    "overtime_minutes": ("overtime", "加班"),
    "late_minutes": ("late", "超时"),
    "minutes": ("all minutes", "合计分钟"),
    "cost": ("cost", "成本"),
    "jobs_per_day": ("jobs a day", "每日完成工单"),
    # by hand
    "move": ("moved by hand", "人工移动"),
    "pin": ("pinned", "固定"),
    "lock": ("territory locked", "锁定区域"),
    "fence": ("fence", "冻结界线"),
    "rejection": ("draft rejected", "拒绝草案"),
    # the page
    "title": ("Replay of {name}", "重放：{name}"),
    "answer": (
        "{recorded:,.0f} minutes were driven, worked over or late; in hindsight it could have been {hindsight:,.0f}."
        " Most of the difference is {cause}.",
        "行车、加班与超时共 {recorded:,.0f} 分钟；事后看可以是 {hindsight:,.0f} 分钟。差别主要来自{cause}。",
    ),
    "no loss": (
        "{recorded:,.0f} minutes were driven, worked over or late; no other way was found that is better.",
        "行车、加班与超时共 {recorded:,.0f} 分钟；没有找到更好的方式。",
    ),
    "stages": ("The same days, otherwise", "同样的日子，不同的方式"),
    "stage": ("stage", "阶段"),
    "policy is": ("Today's policy: {how}.", "当前策略：{how}。"),
    "losses": ("Lost by cause", "按原因的损失"),
    "cause": ("cause", "原因"),
    "whole": ("all causes", "全部原因"),
    "because whole": ("recorded less hindsight", "记录减去事后最优"),
    "losses note": (
        "In minutes, and in what the plan's prices make of them. A cause is what lies between one stage and the next,"
        " so that the causes add up to the whole exactly. Below zero: it gained. {mean}",
        "单位为分钟，以及按计划价格折算的成本。每个原因是相邻两个阶段之差，因此各原因之和恰好等于总和。负数表示收益。{mean}",
    ),
    "of means": (
        "Means of {count} replications, ± half of their 95 % interval.",
        "{count} 次重复的平均值，± 为 95 % 置信区间的一半。",
    ),
    "of one": (
        "One replication: how far chance alone would move these figures is not known.",
        "仅一次重复：偶然因素的影响未知。",
    ),
    "by hand": ("Decided by hand", "人工决定"),
    "by hand note": (
        "What each decision cost: the days with all of them, less the same days without this one. Below zero: it"
        " gained. Decisions work on one another, so these do not add up.",
        "每个决定的代价：包含全部决定的日子，减去去掉该决定的同样日子。负数表示收益。决定之间相互影响，因此不可相加。",
    ),
    "when": ("when", "时间"),
    "what": ("what", "决定"),
    "about": ("about", "对象"),
    "figures": ("Every figure", "全部指标"),
    "uncertain": ("What is uncertain", "不确定之处"),
    "drawn": (
        "Of {visits:.0f} visits under today's policy {drawn:.0f} did not take place in the record: what they took is"
        " drawn from the model by their names.",
        "当前策略下 {visits:.0f} 次上门中有 {drawn:.0f} 次未出现在记录中：其耗时由模型按名称抽取。",
    ),
    "stays with": (
        "What a visit took stays with it, whoever does it and whenever; a way that nobody drove takes its planned time"
        " times the factor of the way that was driven there.",
        "上门所用时间随该次上门保持不变，不论由谁、何时执行；无人走过的路程按计划时间乘以实际路程的因子。",
    ),
    "search": (
        "Hindsight is as good as the search for it: a bound from above on what was possible, not the best there is.",
        "事后最优取决于搜索：它是可达水平的上界，而非绝对最优。",
    ),
    "crews": (
        "Those who do a visit for two come and work together; what they waited for one another in the record is only"
        " known from the first of them. A visit that lacked a part lacks it again, and vans are not counted through.",
        "双人上门共同到场、共同施工；记录中仅知道先到者的时间。当时缺少零件的上门仍然缺少；不逐件跟踪车载库存。",
    ),
}
"""Word → what is said in English and in Chinese."""


def told(word: str, language: str, **values: object) -> str:
    """A sentence of a replay in a language. Raises :class:`KeyError` for a word that there is not."""
    return REPLAYS[word][LANGUAGES.index(language)].format_map(values)
