"""From what a phone sent to an action that makes sense, or to what is wrong with it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from dispatch.services.field_actions import NotUnderstood
from mobile_api.kinds.table import KINDS

LARGEST = 64 * 1024
"""So many bytes one action may have."""
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_EARLIEST, _LATEST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
_CONTENT = ("kind", "visit", "at", "after", "data")


def _conceivable(at: dt.datetime) -> dt.datetime:
    if not _EARLIEST <= at < _LATEST:
        raise ValueError("must lie between 1900 and 2200")
    return at


PhoneTime = Annotated[AwareDatetime, AfterValidator(_conceivable)]
"""An instant by a phone's clock. It may be decades away: only differences between two of them mean anything."""
ActionId = Annotated[str, Field(max_length=36, pattern=f"^{_ID.pattern.lower()}$", description="A UUID in lower case")]
_Ref = Annotated[str, Field(min_length=1, max_length=40, pattern="^[!-~]+$")]


class Action(BaseModel):
    """A tap, as the phone keeps it until it has a receipt."""

    model_config = ConfigDict(extra="ignore")

    id: ActionId = Field(description="Made on the phone; a UUID in lower case")
    kind: Annotated[str, Field(min_length=1, max_length=30, pattern="^[!-~]+$")]
    visit: _Ref | None = Field(None, description="What it is about; null for what is about the day")
    at: PhoneTime = Field(description="By the phone's clock")
    after: ActionId | None = Field(None, description="The phone's action before this one about the same thing")
    elapsed: Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)] | None = Field(
        None, description="Seconds since then by a clock that nobody sets, where the phone still knows"
    )
    data: dict[str, Any] = Field(default_factory=dict, max_length=100, description="What the kind asks for")


@dataclass(frozen=True, slots=True)
class Incoming:
    """An action that came in. ``data`` is what its kind understands; None where ``wrong`` says what makes no sense."""

    action: Action
    content: str
    data: BaseModel | None
    wrong: NotUnderstood | None = None


def id_of(sent: Mapping[str, Any]) -> str | None:
    """The id of whatever was sent, where it has one that can be kept."""
    found = sent.get("id")
    return found if isinstance(found, str) and re.fullmatch(_ID.pattern.lower(), found) else None


def understood(sent: Mapping[str, Any], received_at: dt.datetime) -> Incoming:
    """What was sent under an id, as far as it can be understood.

    What cannot stands for an action that says nothing, so that it can be kept with its refusal and never be tried
    again. ``received_at`` is the instant of one whose own makes no sense.
    """
    digest = _digest(sent)
    try:
        if (size := len(json.dumps(sent, allow_nan=False, ensure_ascii=False).encode())) > LARGEST:
            raise _complaint("data", f"{size} bytes", f"it is larger than {LARGEST} bytes", "send less")
        if _NUL.search(json.dumps(sent)):
            raise _complaint("data", "NUL", "it holds the character NUL", "leave it out")
        action = Action.model_validate(sent)
        return Incoming(action, digest, _data_of(action))
    except NotUnderstood as wrong:
        return Incoming(_hollow(sent, received_at), digest, None, wrong)
    except ValidationError as error:
        return Incoming(_hollow(sent, received_at), digest, None, _all_of(error, ""))
    except (ValueError, RecursionError):  # no number of JSON, no text of UTF-8, nested without end
        unkept = _complaint("data", "", "it is no JSON that can be kept", "send text in UTF-8 and finite numbers")
        return Incoming(_hollow(sent, received_at), digest, None, unkept)


def _data_of(action: Action) -> BaseModel:
    kind = KINDS.get(action.kind)
    if kind is None:
        raise _complaint("kind", action.kind, "this server knows no such kind of action", "install the current app")
    if (kind.about == "visit") != (action.visit is not None):
        problem = "it says of no visit" if action.visit is None else "it is not about a visit"
        raise _complaint("visit", action.visit, problem, "name the visit of what is about one, and only of that")
    if action.after == action.id:
        raise _complaint("after", action.after, "it follows itself", "name the action before this one")
    try:
        return kind.data.model_validate(action.data)
    except ValidationError as error:
        raise _all_of(error, "data.") from None


def _hollow(sent: Mapping[str, Any], received_at: dt.datetime) -> Action:
    """What can be kept of an action that makes no sense: its id and kind, and when it happened where that is known."""
    kept: dict[str, Any] = {"id": sent["id"], "kind": "?", "at": received_at}
    for name in ("kind", "visit", "at", "elapsed"):
        try:
            kept = Action.model_validate({**kept, name: sent.get(name, kept.get(name))}).model_dump()
            kept[name].encode() if isinstance(kept[name], str) else None
        except (ValidationError, UnicodeEncodeError):
            continue
    return Action.model_validate(kept)


def _digest(sent: Mapping[str, Any]) -> str:
    """What was said, in 64 hexadecimal digits. When it was sent, and how long after, is no part of it."""
    said = {name: sent[name] for name in _CONTENT if sent.get(name) not in (None, {})}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _all_of(error: ValidationError, place: str) -> NotUnderstood:
    errors = [
        {
            "place": place + ".".join(str(part) for part in one["loc"]),
            "problem": one["msg"],
            "remedy": "install the current app",
        }
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return NotUnderstood(f"These make no sense: {', '.join(one['place'] for one in errors)}.", errors=errors)


def _complaint(place: str, value: Any, problem: str, remedy: str) -> NotUnderstood:
    error = {"place": place, "value": value, "problem": problem, "remedy": remedy}
    return NotUnderstood(f"{place}: {problem}; {remedy}.", errors=[error])
