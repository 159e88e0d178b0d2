"""Why a scenario could not be simulated, told in the language of who reads it.

It is kept as it was said, in English: a sentence, or a line for each complaint (:class:`optimizer.invalid.Complaint`:
place, problem, value, remedy). What stands in a complaint is told piece by piece from the table that refusals are told
from (:mod:`dispatch.console.chinese`), so that the arguments stay what they are; what that table does not know stays
English.
"""

from __future__ import annotations

import re

from dispatch.console import chinese
from scenarios.words import ENGLISH

_GAVE_UP = re.compile(r"(Given up after \d+ attempts\.) ?(.*)", re.DOTALL)
_COMPLAINT = re.compile(r"(?P<place>.+?): (?P<problem>.+?)(?: \(found (?P<value>.+?)\))?(?:; (?P<remedy>.+))?")


def failure_told(failure: str, language: str) -> str:
    """What was kept of it, a line for each thing that is wrong."""
    if language == ENGLISH or not failure:
        return failure
    if found := _GAVE_UP.fullmatch(failure):
        return chinese.said(found[1]) + failure_told(found[2], language)
    return "\n".join(_line(one) for one in failure.splitlines())


def _line(line: str) -> str:
    """A sentence that the table has as a whole, or a complaint."""
    whole = chinese.said(line)
    found = _COMPLAINT.fullmatch(line)
    if whole != line or found is None:
        return whole
    value = f"（{found['value']}）" if found["value"] else ""
    remedy = f"；{chinese.said(found['remedy'])}" if found["remedy"] else ""
    return f"{found['place']}：{chinese.said(found['problem'])}{value}{remedy}"
