"""Every sentence of reports and results: English, Chinese. What stands in braces is filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping

ENGLISH, CHINESE = "en", "zh"
LANGUAGES = (ENGLISH, CHINESE)

SENTENCES: Mapping[str, tuple[str, str]] = {
    # alternatives
    "as it is": ("as it is", "现状"),
    "with the changes": ("with the changes", "更改后"),
    # conditions
    "conditions": ("Conditions", "条件"),
    "condition": ("condition", "条件"),
    "found": ("found", "结果"),
    "is": ("is", "是否满足"),
    "kept": ("kept", "满足"),
    "not kept": ("not kept", "不满足"),
    "all kept": ("Every condition is kept.", "所有条件均满足。"),
    "not all kept": ("Not every condition is kept.", "并非所有条件都满足。"),
    "at least": ("{kpi} is at least {value}{sure}", "{kpi}不低于 {value}{sure}"),
    "at most": ("{kpi} is at most {value}{sure}", "{kpi}不高于 {value}{sure}"),
    "falls": ("{kpi} falls by at most {value}{sure}", "{kpi}下降不超过 {value}{sure}"),
    "rises": ("{kpi} rises by at most {value}{sure}", "{kpi}上升不超过 {value}{sure}"),
    "on average": (" on average", "（按平均值）"),
    "points": (" points", " 个百分点"),
    "point": (" point", " 个百分点"),
    # the answer
    "better": ("Better: {figures}.", "改善：{figures}。"),
    "worse": ("Worse: {figures}.", "变差：{figures}。"),
    "no difference": ("No figure changes by more than chance.", "没有指标的变化超出偶然。"),
    "as they are": ("These are the days as they are; nothing is changed.", "以下为现状，没有更改。"),
    "so sure of it": (
        " Of curves drawn again from the same replications, {share} bend there.",
        "从同样的重复中重新抽取的曲线有 {share} 在此转折。",
    ),
    "more at": (
        "More stops bringing much at {value}: there the curve bends.",
        "从 {value} 起再多也收效甚微：曲线在此转折。",
    ),
    "bends at": ("The curve bends most at {value}.", "曲线在 {value} 处转折最明显。"),
    "bends nowhere": (
        "There is no point among these values from which more brings little: each step brings about as much as the"
        " others.",
        "这些取值中没有拐点：每一步带来的变化相近。",
    ),
    "steps by chance": (
        "No step brings more than chance would explain: ask over a wider range, or more often.",
        "没有一步的变化超出偶然：请扩大范围或增加模拟次数。",
    ),
    # tables
    "so many": ("{title}: {count} replications", "{title}：{count} 次重复"),
    "one": ("{title}: {count} replication", "{title}：{count} 次重复"),
    "so many days": (" of {days} days", "，每次 {days} 天"),
    "one day": (" of {days} day", "，每次 {days} 天"),
    "figures": ("Figures", "指标"),
    "figure": ("figure", "指标"),
    "difference": ("difference", "差异"),
    "difference of": ("difference of {kpi}: {told}", "{kpi}的差异：{told}"),
    "each replication": ("each replication", "每次重复"),
    "figures note": (
        "Means of {count} replications, ± half of their 95 % interval. A dot is one replication, a bar the interval."
        " Differences that are more than chance are bold. Each interval holds by itself: where nothing changes at all,"
        " one figure in twenty looks as if it did.",
        "{count} 次重复的平均值，± 为 95 % 置信区间的一半。每个点是一次重复，横条是区间。超出偶然的差异以粗体显示。"
        "各区间单独成立：即使毫无变化，每二十个指标也会有一个看似变化。",
    ),
    "where": ("Where promises are missed", "哪里未能兑现承诺"),
    "where in": ("Where promises are missed: {name}", "哪里未能兑现承诺：{name}"),
    "where note": (
        "Promises missed a day, less those as it is, by place. The larger a circle, the more; filled: more than chance."
        " The largest is {most} a day. North is up.",
        "各地每天未兑现承诺数与现状之差。圆越大差异越大，实心表示超出偶然。最大为每天 {most}。上方为北。",
    ),
    "where nothing": ("No place differs.", "各地均无差异。"),
    "where more": ("more are missed", "未兑现增多"),
    "where fewer": ("fewer are missed", "未兑现减少"),
    "where told": (
        "more are missed at {more} of {all} places, fewer at {fewer}; more than chance at {surely}",
        "{all} 处中 {more} 处增多，{fewer} 处减少；{surely} 处超出偶然",
    ),
    # staffing
    "cost a day": ("cost a day", "每天成本"),
    "so often": ("replications", "重复次数"),
    "the cheapest": ("the cheapest", "成本最低"),
    "meets": ("meets them", "达标"),
    "misses": ("misses", "未达标"),
    "no staffing": (
        "Even the largest staffing misses a target: allow more technicians, or ask for less.",
        "即使人数最多也未达标：请允许更多技师，或降低目标。",
    ),
    "cheapest staffing": (
        "The cheapest staffing that meets every target costs {cost} a day;"
        " {tried} of {possible} staffings were simulated.",
        "满足所有目标且成本最低的配置每天成本为 {cost}；共模拟了 {possible} 种配置中的 {tried} 种。",
    ),
    "staffing in doubt": (
        " Chance may have had a say in it: of those that cost as much or less, {count} neither meet their targets for"
        " sure nor miss one for sure. More replications would tell.",
        "结论可能受偶然影响：成本不高于此的配置中，有 {count} 种既未确定达标也未确定未达标；增加重复次数可以分辨。",
    ),
    # what one more is worth
    "what worth": (
        "{title}: what one more is worth, {count} replications",
        "{title}：增加一个的价值，{count} 次重复",
    ),
    "one more": ("one more", "增加一个"),
    "worth a week": ("worth a week", "每周价值"),
    "an hour": ("an hour", "每小时"),
    "technician": ("technician", "技师"),
    "hour": ("hour", "工时"),
    "skill": ("skill", "技能"),
    "step": ("step", "增量"),
    "knee": ("knee", "拐点"),
    "knee at": ("the knee is at {value}", "拐点在 {value}"),
    "no knee": ("no knee", "没有拐点"),
    "sweep note": (
        "Means of {count} replications, ± half of their 95 % interval. A step is the difference from the value before,"
        " pair by pair; bold: more than chance. Each interval holds by itself: of twenty steps that bring nothing, one"
        " looks as if it did. Here {knee}.",
        "{count} 次重复的平均值，± 为 95 % 置信区间的一半。增量是与前一取值逐对相比的差异；粗体表示超出偶然。"
        "各区间单独成立：每二十个毫无作用的增量也会有一个看似有作用。{knee}。",
    ),
    "by": ("{kpi} by {kind}", "{kpi}（按{kind}）"),
    "technicians": ("technicians", "技师人数"),
    "demand": ("demand", "需求"),
    "every figure": ("Every figure", "全部指标"),
    # what is changed
    "changed": ("What is changed", "更改内容"),
    "changed in": ("What is changed in {name}", "{name}的更改内容"),
    "nothing changed": ("Nothing is changed.", "没有更改。"),
    "dispatch then": ("Dispatch then: {how}.", "更改后的派工方式：{how}。"),
    "everywhere": ("everywhere", "（全部）"),
    "in territory": ("in {name}", "{name}区域"),
    "for skill": ("for {name}", "{name}技能"),
    "of priority": ("of {name} priority", "{name}优先级"),
    "change demand": ("{factor} times the demand {some}.", "需求变为 {factor} 倍：{some}。"),
    "change leave one": ("{who} leaves.", "{who}离职。"),
    "change leave": ("{who} leave.", "{who}离职。"),
    "change hire": ("{count} more like {like}.", "增加 {count} 名与 {like} 相同的技师。"),
    "change train one": ("{who} is trained on {skill}, to level {level}.", "{who}接受{skill}培训，达到 {level} 级。"),
    "change train": ("{who} are trained on {skill}, to level {level}.", "{who}接受{skill}培训，达到 {level} 级。"),
    "change later": ("The shifts of {who} begin {minutes} minutes later.", "{who}的班次推迟 {minutes} 分钟开始。"),
    "change earlier": ("The shifts of {who} begin {minutes} minutes earlier.", "{who}的班次提前 {minutes} 分钟开始。"),
    "change overtime": ("{minutes} minutes of overtime are allowed to {who}.", "允许{who}加班 {minutes} 分钟。"),
    "change base one": ("{who} begins and ends the shift {where}.", "{who}{where}开始和结束班次。"),
    "change base": ("{who} begin and end their shifts {where}.", "{who}{where}开始和结束班次。"),
    "at the point": ("at {lat}, {lon}", "在 {lat}, {lon} "),
    "at the site": ("at the site {site}", "在地点 {site} "),
    "where one does": ("where {like} does", "在 {like} 的驻地"),
    "change promise": ("Jobs of {priority} priority are promised to {terms}.", "对{priority}优先级的工单承诺{terms}。"),
    "promise there": ("be there within {hours} h", " {hours} 小时内到场"),
    "promise resolved": ("have it resolved within {hours} h", " {hours} 小时内解决"),
    "and to": (" and to ", "，"),
    "change travel": ("Every way takes {factor} times as long.", "每段路程所需时间变为 {factor} 倍。"),
    "change van stock": ("Vans: {told}.", "车载库存：{told}。"),
    "vans have": ("they have the part that is needed in {filled} of cases", "所需零件随车率为 {filled}"),
    "parts are there": ("a part that is missing is there after {hours} h", "缺少的零件 {hours} 小时后到货"),
    "and then": ("; ", "；"),
    "change dispatch": ("Dispatch: {how}.", "派工方式：{how}。"),
    "everybody": ("everybody", "所有技师"),
    "and": (" and ", "和"),
    "comma": (", ", "、"),
    "critical": ("critical", "紧急"),
    "high": ("high", "高"),
    "normal": ("normal", "普通"),
    "low": ("low", "低"),
    # who dispatches
    "first_come": ("First come, first served", "先到先得"),
    "nearest": ("The nearest technician", "最近的技师"),
    "morning": ("One plan every morning", "每天早晨一份计划"),
    "rolling": ("A new plan again and again, published without asking", "不断重新规划，自动发布"),
    "live": ("The live system's rules", "与实际系统相同的规则"),
    "every minutes": (", every {minutes} minutes", "，每 {minutes} 分钟一次"),
    "approves after": ("; a dispatcher approves after {seconds} s", "；调度员 {seconds} 秒后批准"),
    "rounds": ("; searches of {rounds} rounds", "；每次搜索 {rounds} 轮"),
    "policy": ("; policy: {fields}", "；策略：{fields}"),
    # why a change cannot be published
    "assumed not chosen": (
        "This is assumed and not decided by anybody, so there is nothing to publish.",
        "这是假设，并非决定，因此没有可发布的内容。",
    ),
    "hire by hand": (
        "A person cannot be published: enter who is hired in the office, then give them their shifts in the roster.",
        "人员无法直接发布：请在后台录入新聘技师，再在排班中为其安排班次。",
    ),
    "somebody new": (
        "It names somebody who is only hired in the scenario: add them in the office first.",
        "其中有仅在情景中录用的人：请先在后台添加。",
    ),
    "base by hand": (
        "Places of a scenario are known to about a hundred metres: move the base in the office, under technicians.",
        "情景中的地点仅精确到约一百米：请在后台的技师中移动驻地。",
    ),
    "not here": (
        "The scenario is about a made-up town, and nobody of this operation is meant.",
        "该情景是虚构的城镇，与本企业的人员无关。",
    ),
    "other agent": (
        "The live system dispatches by its own rules; another way of dispatching cannot be switched on.",
        "实际系统按自己的规则派工，无法切换为其他派工方式。",
    ),
    "no policy": ("There is no planning policy yet; make one in the office.", "尚无规划策略，请先在后台创建。"),
    "several policies": (
        "What is promised to this priority does not stand in exactly one SLA policy of its own; change it in the"
        " office.",
        "该优先级的承诺并非由唯一一条 SLA 策略规定，请在后台修改。",
    ),
    "already so": ("The operation is like that already.", "实际情况已经如此。"),
    # what is assumed
    "assumed": ("What is assumed", "假设条件"),
    "about situation": ("Situation", "起始情形"),
    "situation": (
        "{name}; {people} technicians, {sites} sites; {digest}",
        "{name}；{people} 名技师，{sites} 个地点；{digest}",
    ),
    "about record": ("Record", "记录"),
    "record is": (
        "{days} days from {first} on happen as they were recorded: {jobs} jobs, with what each visit took",
        "从 {first} 起的 {days} 天按记录发生：{jobs} 张工单，以及每次上门所用的时间",
    ),
    "standing is": (
        "{jobs} jobs are open as {first} begins, and the plan that was published then is in force",
        "{first} 开始时有 {jobs} 张未完成工单，当时发布的计划有效",
    ),
    "company alone": (
        "the company as it was on {first}; what was open then is left out, because other days are simulated",
        "{first} 时的公司状况；因模拟的是其他日期，当时未完成的工单不计入",
    ),
    "about demand": ("Demand", "需求"),
    "demand is": (
        "{jobs} jobs on a working day, a Poisson process that follows the hour",
        "每个工作日 {jobs} 张工单，按小时变化的泊松过程",
    ),
    "demand is expected": (
        "{jobs} jobs a day by a forecast of the days from {first} to {last}; whole days differ from it by chance",
        "按 {first} 至 {last} 的预测，每天 {jobs} 张工单；各日整体随机偏离预测",
    ),
    "about days": ("Days", "天数"),
    "days": (
        "{days} from {first} on, of which the first {warm_up} are not counted",
        "自 {first} 起 {days} 天，其中前 {warm_up} 天不计入",
    ),
    "about dispatch": ("Dispatch", "派工方式"),
    "about chance": ("Chance", "随机性"),
    "memoryless": ("times without memory", "时间服从指数分布"),
    "chance": (
        "work and driving take what was planned times a factor of mean 1 (deviation of its log: {work} and {travel});"
        " {no_show} find nobody at home, {incomplete} have to come again, {illness} of shifts end in illness",
        "施工与行车时间为计划值乘以均值为 1 的因子（对数标准差：{work} 与 {travel}）；{no_show} 无人在场，"
        "{incomplete} 需再次上门，{illness} 的班次因病结束",
    ),
    "about crews": ("Crews", "班组"),
    "crews": (
        "{share} of the jobs are for several technicians, who meet and work together",
        "{share} 的工单需要多名技师共同到场、共同施工",
    ),
    "about parts": ("Parts", "零件"),
    "no parts": ("every van has whatever is needed", "车上总有所需零件"),
    "parts": (
        "{needed} of the jobs of {kinds} kinds of work need a part; the van that comes has it in {filled} of cases, and"
        " otherwise it is there {hours} h after",
        "{kinds} 种工作中有 {needed} 的工单需要零件；到场车辆有货的比例为 {filled}，否则 {hours} 小时后到货",
    ),
    "about replications": ("Replications", "重复次数"),
    "replications": (
        "at least {least} and at most {most}, with seed {seed}{until}",
        "至少 {least} 次，至多 {most} 次，种子 {seed}{until}",
    ),
    "so often exactly": ("{most}, with seed {seed}", "{most} 次，种子 {seed}"),
    "until": (", until it is known of {told}", "，直到{told}"),
    "until one": ("{kpi} to ± {half}", "{kpi}精确到 ± {half}"),
    "about file": ("The file that gives the same again", "可得到相同结果的文件"),
    "file note": (
        "fieldwright scenario {command}, by Fieldwright {version}.",
        "fieldwright scenario {command}，Fieldwright {version}。",
    ),
    "about intervals": ("Intervals", "置信区间"),
    "intervals": (
        "95 %, Student's t over replications; differences within pairs that met the same customers and the same chance",
        "95 %，对各次重复使用 t 分布；差异取自遇到相同客户、相同随机事件的配对",
    ),
}
"""Word → what is said in English and in Chinese."""


def said(word: str, language: str, **values: object) -> str:
    """A sentence in a language. What has no counterpart, such as the name that somebody gave, stays as it is."""
    both = SENTENCES.get(word)
    return word if both is None else both[LANGUAGES.index(language)].format_map(values)


_NAMES: Mapping[str, str] = {
    "a generated town, seed (.+)": "虚构城镇，种子 {}",
    "the sample's company in La Serena and Coquimbo, seed (.+)": "示例公司（拉塞雷纳与科金博），种子 {}",
    "as (.+) began, travel by (.+)": "{} 开始时的本企业，路程按 {}",
    "the day (.+), travel by (.+)": "{} 当天，路程按 {}",
    "(.+) days from (.+) on, travel by (.+)": "自 {1} 起 {0} 天，路程按 {2}",
}


def titled(name: str, language: str) -> str:
    """The name of a situation; one that somebody else gave stays as it is."""
    if language == ENGLISH:
        return name
    for english, chinese in _NAMES.items():
        if found := re.fullmatch(english, name):
            return chinese.format(*found.groups())
    return name
