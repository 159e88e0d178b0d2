/** What people call the rules that a plan is judged by, the same as the server does in its sentences. */

import type { Text } from "../words";

export const RULES: Readonly<Record<string, Text>> = {
  missing_skill: { en: "Skills", zh: "技能" },
  only_named: { en: "Kept to certain people", zh: "仅限指定人员" },
  never_named: { en: "People who must not go", zh: "禁止派往的人员" },
  closed_window: { en: "Time windows", zh: "时间窗口" },
  missed_break: { en: "Breaks", zh: "休息" },
  overtime_limit: { en: "Limit on overtime", zh: "加班上限" },
  duty_limit: { en: "Limit on duty", zh: "在岗时长上限" },
  over_capacity: { en: "Parts on board", zh: "随车备件" },
  committed_first: { en: "What is begun or frozen", zh: "已开始或已冻结" },
  crew: { en: "Crew", zh: "班组" },
  after_order: { en: "Order of visits", zh: "先后次序" },
  must_be_done: { en: "Must be done", zh: "必须完成" },
  shift: { en: "Shifts used", zh: "启用班次" },
  travel: { en: "Driving", zh: "行驶" },
  duty: { en: "Time on duty", zh: "在岗时间" },
  overtime: { en: "Overtime", zh: "加班" },
  lateness: { en: "Promises missed", zh: "违约" },
  unassigned: { en: "Visits left out", zh: "未安排" },
  preference: { en: "Preferred people", zh: "首选人员" },
  stability: { en: "Changes to what people know", zh: "对已知安排的变动" },
  balance: { en: "Balance of work", zh: "工作量均衡" },
};

/** What a rule's cost is made of, in one sentence: for whoever asks why a number is what it is. */
export const RULE_SENTENCES: Readonly<Record<string, Text>> = {
  shift: { en: "What it costs to use a shift at all.", zh: "启用班次的固定成本。" },
  travel: { en: "Hours and kilometres driven, at each technician's price.", zh: "行驶的时间与里程，按各技师单价计算。" },
  duty: { en: "Hours from departure to finish, at each technician's price.", zh: "出发至收工的时间，按各技师单价计算。" },
  overtime: { en: "Hours beyond the end of a shift.", zh: "超出班次结束时间的部分。" },
  lateness: { en: "How far promises are missed, at what each of them costs.", zh: "承诺被错过的程度，按各承诺的代价计算。" },
  unassigned: { en: "What leaving a visit out costs.", zh: "不安排上门的代价。" },
  preference: { en: "Visits that go to somebody else than is preferred.", zh: "未交给首选人员的上门。" },
  stability: { en: "Changes to what technicians and customers know already.", zh: "对技师和客户已知安排的变动。" },
  balance: { en: "How unevenly the work is shared.", zh: "工作量分配的不均。" },
};

/** A rule by its name; what is not known is called as the server calls it. */
export function ruleName(rule: string, language: keyof Text): string {
  return RULES[rule]?.[language] ?? rule.replaceAll("_", " ");
}

export function ruleSentence(rule: string, language: keyof Text): string | undefined {
  return RULE_SENTENCES[rule]?.[language];
}
