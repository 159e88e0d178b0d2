"""The conversation about a job."""

from __future__ import annotations

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.console.shapes.messages import ConversationShape, NewMessage, ReadUntil
from dispatch.domain.roles import Right
from dispatch.services import messages
from dispatch.store.tables import MessageKind

router = Router(prefix="/jobs/{job_id}/messages")

_TO = {"note": MessageKind.NOTE, "technician": MessageKind.TO_TECHNICIAN}


@router.get(
    "",
    summary="Read what was said about a job",
    dependencies=[right(Right.READ_JOBS)],
    responses=problems(401, 403, 404, 422),
)
def read_conversation(job_id: RowId, uow: Reading) -> ConversationShape:
    """Notes, messages to and from technicians with who has read them, and what the customer was told."""
    return ConversationShape.model_validate(messages.conversation(uow, job_id))


@router.post(
    "",
    status_code=201,
    summary="Say something about a job",
    dependencies=[right(Right.CHANGE_JOBS)],
    responses=problems(401, 403, 404, 409, 422, 429),
)
def write_message(job_id: RowId, uow: Uow, wanted: NewMessage) -> ConversationShape:
    """A note for the office, or a message to the technicians who have the job; answers the conversation with it."""
    messages.write(uow, job_id, wanted.text, to=_TO[wanted.to])
    return ConversationShape.model_validate(messages.conversation(uow, job_id))


@router.post(
    "/read",
    summary="Say that messages were read",
    dependencies=[right(Right.CHANGE_JOBS)],
    responses=problems(401, 403, 404, 409, 422),
)
def read_messages(job_id: RowId, uow: Uow, wanted: ReadUntil) -> ConversationShape:
    """What technicians said about the job, up to a message, is no news any more, for anybody of the office."""
    messages.read(uow, job_id, wanted.until)
    return ConversationShape.model_validate(messages.conversation(uow, job_id))
