"""Refusals in Chinese: what the server says in English, said again for whoever reads Chinese.

Services refuse in English sentences, with the stable code of the refusal. Here each sentence that people meet in the
console has its counterpart; ``{}`` stands for what a sentence names. A sentence without one stays English: it is
understood by somebody, while a guess would be by nobody. A reader is known by the request's ``Accept-Language``
(RFC 9110, section 12.5.4).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from dispatch.console.chinese_words import SENTENCES, TITLES, TYPES

_SHOWN_NOWHERE = ("", "None", "''")


def wanted(accept_language: str | None) -> bool:
    """Whether an ``Accept-Language`` asks for Chinese rather than for English."""
    best = {"zh": 0.0, "en": 0.0}
    for part in (accept_language or "").split(","):
        tag, _, weight = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in best:
            best[language] = max(best[language], _weight(weight))
    return best["zh"] > best["en"]


def said(sentence: str) -> str:
    """One sentence, or several that follow each other; what has no counterpart stays as it is."""
    if not sentence:
        return sentence
    for pattern, chinese in _patterns():
        if found := pattern.fullmatch(sentence):
            return chinese.format(*found.groups())
    return sentence


def problem(code: str, title: str, detail: str, facts: Mapping[str, Any]) -> tuple[str, str, Mapping[str, Any]]:
    """Title, detail and further members of a problem document."""
    told = dict(facts)
    if errors := told.get("errors"):
        told["errors"] = errors = cells(errors)
        detail = _summed_up(errors) if code == "invalid" else said(detail)
    else:
        detail = said(detail)
    return TITLES.get(code, title), detail, told


def cells(errors: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Wrong values or bad cells: their problem and their remedy."""
    return [
        {**one, "problem": said(str(one.get("problem", ""))), "remedy": said(str(one.get("remedy", "")))}
        for one in errors
    ]


def of_type(kind: str, context: Mapping[str, Any], english: str) -> str:
    """What is wrong with a value of a form that is not the documented one, by the kind of error."""
    known = TYPES.get(kind)
    try:
        return english if known is None else known.format(**context)
    except KeyError:
        return english


def _summed_up(errors: Sequence[Mapping[str, Any]]) -> str:
    first = errors[0]
    value = str(first.get("value", ""))
    named = "" if value in _SHOWN_NOWHERE else f" {value}"
    more = f"（另有 {len(errors) - 1} 处）" if len(errors) > 1 else ""
    remedy = f"；{first['remedy']}" if first.get("remedy") else ""
    return f"{first.get('place', '')}：{named.strip()}{' ' if named else ''}{first['problem']}{remedy}。{more}"


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name != "q":
        return 1.0
    return float(value) if re.fullmatch(r"[01](\.\d{0,3})?", value) else 0.0


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    made = []
    for english, chinese in SENTENCES:
        parts = [re.escape(part) for part in english.split("{}")]
        made.append((re.compile("(.+?)".join(parts), re.DOTALL), chinese))
    return tuple(made)
