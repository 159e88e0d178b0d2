"""A life as a table: which action leads from which status to which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from dispatch.domain.errors import IllegalTransition

Status = TypeVar("Status", bound=StrEnum)
Action = TypeVar("Action", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Lifecycle(Generic[Status, Action]):
    """All that can happen to something. ``name``: what it is, for people, such as ``visit``."""

    name: str
    transitions: Mapping[tuple[Status, Action], Status]

    def advance(self, status: Status, action: Action) -> Status:
        """The status after the action. Raises :class:`IllegalTransition` where the table has none."""
        after = self.transitions.get((status, action))
        if after is not None:
            return after
        allowed = [one.value for one in self.actions(status)]
        raise IllegalTransition(
            f"A {self.name} that is {status.value.replace('_', ' ')} cannot be given {action.value!r}; "
            + (f"possible are {', '.join(allowed)}." if allowed else "it is over."),
            status=status.value,
            action=action.value,
            allowed=allowed,
        )

    def actions(self, status: Status) -> list[Action]:
        """What may be done now; phone and console draw their buttons from this."""
        return [action for (at, action) in self.transitions if at is status]
