"""What the live feed says, in each of its languages: one table."""

from __future__ import annotations

import os
from collections.abc import Mapping

ENGLISH, CHINESE = "en", "zh"
LANGUAGES = (ENGLISH, CHINESE)

WORDS: Mapping[str, tuple[str, str]] = {
    "standing": (
        "plan {edition} is published: {visits} visits with {people} technicians, {left} have no place yet",
        "计划{edition}已发布:{people}名技师共{visits}次上门,{left}次尚未安排",
    ),
    "accepted": ("{who} accepted {items}", "{who}接受了{items}"),
    "set_out": ("{who} is on the way to {items}", "{who}正前往{items}"),
    "finished": ("{who} finished {items}", "{who}完成了{items}"),
    "declined": ("{who} declined {items}: {reason}", "{who}拒绝了{items}:{reason}"),
    "nobody_home": ("{who} found nobody at {items}", "{who}上门{items}无人应答"),
    "needs_parts": ("{items} waits for a part: {reason}", "{items}需等待配件:{reason}"),
    "needs_visit": ("{items} needs another visit: {reason}", "{items}需再次上门:{reason}"),
    "called_off": ("{items} was called off", "{items}已取消"),
    "more_time": ("{who} needs {minutes} min more for {items}", "{who}的{items}还需{minutes}分钟"),
    "began": ("on duty: {items}", "上班:{items}"),
    "ended": ("off duty: {items}", "下班:{items}"),
    "away": ("{who} is away until {until}: {reason}", "{who}缺勤至{until}:{reason}"),
    "back": ("{who} is back", "{who}恢复出勤"),
    "held_up": ("traffic holds {who} up by {minutes} min", "{who}因交通延误{minutes}分钟"),
    "new_job": ("new job {number} ({priority}): {title}, {address}", "新工单{number}({priority}):{title},{address}"),
    "critical_job": (
        "new critical job {number}: {title}, {address}{senior}{by}",
        "新紧急工单{number}:{title},{address}{senior}{by}",
    ),
    "senior": (", senior needed", ",需资深技师"),
    "on_site_by": (", on site by {due}", ",须于{due}前到场"),
    "late": ("{who} will be {minutes} min late for {items}", "{who}的{items}将迟到{minutes}分钟"),
    "in_time": ("{who} will be in time for {items} after all", "{who}的{items}又能按时了"),
    "missed": ("promise missed, to {target} by {due}: {items}", "未能在{due}前{target}:{items}"),
    "respond": ("respond", "响应"),
    "dispatch": ("send somebody", "派出人员"),
    "on_site": ("be on site", "到场"),
    "resolve": ("finish", "完成"),
    "proposal": (
        "proposal: {what}; saves {gain} – approve it: POST /api/v1/plans/{plan}/approve",
        "建议:{what};节省{gain} – 批准:POST /api/v1/plans/{plan}/approve",
    ),
    "with": ("{number} with {who} at {time}", "{number}由{who}于{time}"),
    "more": ("{count} more", "另外{count}项"),
    "nobody_touched": ("touches nobody else", "不影响其他上门"),
    "touched": ("moves {count} visits", "调整{count}次上门"),
    "touched_one": ("moves 1 visit", "调整1次上门"),
    "published": ("plan {edition} published by {who}, {moved}", "计划{edition}由{who}发布,{moved}"),
    "itself": ("the policy", "策略自动"),
    "planning_failed": ("planning failed: {reason}", "规划失败:{reason}"),
    "parked": (
        "an event could not be dealt with, by the handler {reason}; an administrator must look",
        "处理程序{reason}无法处理事件,需管理员查看",
    ),
    "travel_degraded": (
        "the travel engine {engine} does not answer: ways are estimated meanwhile, and marked",
        "行程引擎{engine}无响应:暂按估算时间安排并标记",
    ),
    "travel_recovered": ("the travel engine {engine} answers again", "行程引擎{engine}已恢复"),
    "signed_in": ("{who} signed in", "{who}已登录"),
}
"""Word → what is said in English and in Chinese, with names in braces."""


def language_of(environment: Mapping[str, str] = os.environ) -> str:
    """The language that the environment asks for; English where it is none of ours."""
    asked = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return CHINESE if asked.lower().startswith(CHINESE) else ENGLISH


def said(word: str, language: str, **values: object) -> str:
    """A word in a language."""
    return WORDS[word][LANGUAGES.index(language)].format_map(values)
