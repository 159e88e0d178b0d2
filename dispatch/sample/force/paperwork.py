"""What the simulated force writes down before it completes a visit: as much of the checklist as must be."""

from __future__ import annotations

import datetime as dt
import random
import zlib
from typing import Any

from dispatch.domain.checklist import missing
from dispatch.services import checklists, visits
from dispatch.store.unit_of_work import UnitOfWork

_MEASURED = (0.4, 0.5)
"""Where between its limits something lies that is measured: somewhere below the middle."""
_PICTURED = ("photo", "signature")


def fill_in(uow: UnitOfWork, visit_id: str, at: dt.datetime) -> None:
    """Answer what the visit's checklist requires, in the actor's name; nothing where that is nothing.

    Whoever asks again hears the same, and everything is in order. Pictures are left out: nobody took any.
    """
    asked = checklists.of_visits(uow, [visit_id]).get(visit_id)
    if asked is None:
        return
    chance = random.Random(zlib.crc32(visit_id.encode()))
    properties, answers = asked["schema"]["properties"], dict(asked["answers"])
    while names := [name for name in missing(asked["schema"], answers) if properties[name]["x-kind"] not in _PICTURED]:
        answers |= {name: _answer(properties[name], chance) for name in names}
    if answers != asked["answers"]:
        checklists.answer(uow, visits.seen(uow, visit_id), asked["version"], answers, at)


def _answer(asked: dict[str, Any], chance: random.Random) -> Any:
    match asked["x-kind"]:
        case "number" | "reading":
            least, most = asked.get("minimum", 0), asked.get("maximum", 1000)
            return round(least + (most - least) * chance.uniform(*_MEASURED), 1)
        case "choice":
            return chance.choice(asked["enum"][:-1] or asked["enum"])
        case "yes_no":
            return True
        case "code":
            return f"SN-{chance.randrange(10**6):06d}"
    return "as usual"
