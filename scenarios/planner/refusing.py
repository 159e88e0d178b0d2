"""What scenarios say of wrong input, as a refusal of the service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dispatch.domain.errors import DispatchError, Invalid
from optimizer.invalid import InvalidInput


class NotThere(DispatchError):  # noqa: N818  a refusal reads as what is said
    """The scenario has not come to where that can be done."""


@contextmanager
def as_refusal() -> Iterator[None]:
    """Raise :class:`Invalid` with every complaint of an :class:`InvalidInput`."""
    try:
        yield
    except InvalidInput as wrong:
        errors = [
            {"place": one.place, "value": one.value, "problem": one.problem, "remedy": one.remedy}
            for one in wrong.complaints
        ]
        raise Invalid("; ".join(str(one) for one in wrong.complaints), errors=errors) from None
