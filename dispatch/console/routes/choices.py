"""Words of the program itself that forms let people choose from."""

from __future__ import annotations

from pydantic import BaseModel, Field

from dispatch.console.deps import SignedIn
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.domain.events import REGISTRY
from optimizer.scoring import TERMS

router = Router(prefix="/choices")


class ChoicesShape(BaseModel):
    """What can be named where."""

    rules: list[str] = Field(description="The soft rules that a planning policy weighs")
    events: list[str] = Field(description="Kinds of events, for webhooks and for what is published without asking")


@router.get("", summary="See what forms can choose from", responses=problems(401))
def read_choices(_: SignedIn) -> ChoicesShape:
    """The names of soft rules and of kinds of events."""
    return ChoicesShape(rules=list(TERMS), events=sorted(REGISTRY))
