"""Fields that came later, or that are no part of what a situation is: what was known before keeps its digest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, fields
from typing import Any

_WHEN = "counts"
NO_PART: Mapping[str, str] = {_WHEN: "never"}
"""Metadata of a field that is no part of the situation: neither its digest nor its file tells of it."""
LATER: Mapping[str, str] = {_WHEN: "unless as it was"}
"""Metadata of a field that came later: at its default it says nothing."""


def parts_of(kind: Any) -> Iterator[Field[Any]]:
    """The fields of a dataclass that are part of what it is."""
    return (one for one in fields(kind) if one.metadata.get(_WHEN) != NO_PART[_WHEN])


def came_later(one: Field[Any]) -> bool:
    """Whether a file may say nothing of a field: those that were written before there was one do not."""
    return one.metadata.get(_WHEN) == LATER[_WHEN]


def tells(one: Field[Any], value: object) -> bool:
    """Whether the value of a field says something that a digest has to tell."""
    return not came_later(one) or value != one.default
