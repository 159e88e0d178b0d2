"""What people were told, or will be."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.paging import Order, Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.domain.roles import Right
from dispatch.services.notifications import called, notifications, send_again
from dispatch.store.tables import Notification, NotificationStatus

router = Router(prefix="/notifications")


class NotificationShape(BaseModel):
    """Something that somebody was told, or will be. ``recipient`` and ``about`` are each a word and an id.

    ``recipient_name`` and ``about_name``: what people call them, a name or a number; null: it has none, or is gone.
    """

    model_config = ConfigDict(from_attributes=True)

    id: str
    recipient: str
    channel: str
    subject: str
    body: str
    about: str
    recipient_name: str | None = None
    about_name: str | None = None
    attachment_name: str | None
    status: NotificationStatus
    attempts: int
    next_try: AwareDatetime | None
    failure: str
    created_at: AwareDatetime
    sent_at: AwareDatetime | None


@router.get("", summary="List notifications", responses=problems(401, 403, 422))
def list_notifications(
    uow: Reading,
    paging: Paging,
    everybodys: Annotated[
        bool, Query(description="Not only one's own; takes the right to read the audit trail")
    ] = False,
    status: Annotated[NotificationStatus | None, Query()] = None,
    about: Annotated[str | None, Query(max_length=60, description="A word and an id, such as `job:job_01…`")] = None,
) -> Page[NotificationShape]:
    """The latest first."""
    order: list[Order] = [Notification.created_at.desc(), Notification.id.desc()]
    query = notifications(uow, everybodys=everybodys, status=status, about=about)
    page = paged(uow, query, paging, order, NotificationShape.model_validate)
    names = called(uow.session, {word for one in page.items for word in (one.recipient, one.about)})
    for one in page.items:
        one.recipient_name, one.about_name = names.get(one.recipient), names.get(one.about)
    return page


@router.post(
    "/{notification_id}/retry",
    status_code=202,
    summary="Send a notification again",
    dependencies=[right(Right.WRITE_SETUP)],
    responses=problems(401, 403, 404, 409),
)
def retry_notification(uow: Uow, notification_id: RowId) -> NotificationShape:
    """Tried again soon, as often as the first time."""
    return NotificationShape.model_validate(send_again(uow, notification_id))
