"""More or fewer of some technicians."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scenarios.situation.situation import Person


def so_many(people: Sequence[Person], count: int) -> tuple[Person, ...]:
    """The first so many of them, or all of them and others: a second one like the first, like the second, and so on.

    Who is new is numbered behind whom they are like: T03+1.
    """
    turns = (divmod(at, len(people)) for at in range(len(people), count))
    more = (replace(people[which], id=f"{people[which].id}+{turn}") for turn, which in turns)
    return (*people[:count], *more)
