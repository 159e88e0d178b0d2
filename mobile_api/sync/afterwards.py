"""Making true what was refused: a dispatcher does what the technician did, in the technician's name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from pydantic import ValidationError

from dispatch.domain.roles import Role
from dispatch.services.field_actions import AlreadySo, NotUnderstood
from dispatch.store.tables import FieldAction
from dispatch.store.unit_of_work import UnitOfWork
from mobile_api.kinds.kind import Taken
from mobile_api.kinds.table import KINDS
from mobile_api.sync.visit import earliest, look_for_the_step, own_visit


def make_true(uow: UnitOfWork, row: FieldAction) -> None:
    """Apply an action that was refused, at its corrected instant. What is so by now is left as it is.

    Who asks has checked the rights. Raises what the kind refuses with.
    """
    kind = KINDS.get(row.kind)
    if kind is None:
        raise NotUnderstood(f"This server knows no action {row.kind!r}.")
    try:
        data = kind.data.model_validate(row.data)
    except ValidationError as error:
        raise NotUnderstood(
            f"{row.kind}: what it says makes no sense any more ({error.error_count()} values)."
        ) from None
    at = row.happened_at
    with _as_the_technician(uow, row.technician_id):
        try:
            if row.visit_id is not None:
                visit = own_visit(uow, row.visit_id, kind.name)
                look_for_the_step(uow, visit, kind.name, at, row.device_id)
                at = max(at, earliest(uow, visit, kind.name) or at)
            kind.apply(uow, Taken(row.id, kind.name, row.visit_id, min(at, uow.now), data, row.device_id))
        except AlreadySo:
            return
        uow.session.flush()


@contextmanager
def _as_the_technician(uow: UnitOfWork, technician_id: str) -> Iterator[None]:
    """With the rights of the technician, but in the name of who does it: that is what the audit trail says."""
    really = uow.actor
    uow.actor = replace(really, role=Role.TECHNICIAN, technician=technician_id, territories=frozenset(), on_behalf=True)
    try:
        yield
    finally:
        uow.actor = really
