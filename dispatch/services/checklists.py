"""Checklists at work: what a visit asks, what was answered, and whether that is enough to complete it.

A job type's checklist has versions (:class:`ChecklistVersion`). Answers name the version that they answer, which is the
one that the phone had: they stay good, and are enough, when the checklist is changed meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from dispatch.domain.checklist import answered, as_kept, in_order, missing, readings, titles, wrong
from dispatch.domain.checklist_form import problems_of
from dispatch.domain.errors import DispatchError
from dispatch.domain.events import ChecklistAnswered, instant
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.services.complaints import Complaints
from dispatch.store.queries.rows import chunks, locked
from dispatch.store.queries.visits import assigned_technicians
from dispatch.store.tables import ChecklistAnswers, ChecklistVersion, Job, JobType, Visit
from dispatch.store.unit_of_work import UnitOfWork

KNOWLEDGE_AT_MOST = 20


class ChecklistIncomplete(DispatchError):  # noqa: N818  a refusal reads as what is said
    """The visit is not completed before what its checklist asks is answered. ``missing`` in the facts says what."""

    code, title = "checklist-incomplete", "The checklist is not finished"


class ChecklistUnknown(DispatchError):  # noqa: N818
    """The job type has no such version of a checklist."""

    code, title = "checklist-unknown", "There is no such version of the checklist"


# -- what is asked -----------------------------------------------------------------------------------------------------


def checked(schema: Any, complaints: Complaints) -> dict[str, Any]:
    """A checklist as it is kept, empty for none; what is wrong with it is noted with its place."""
    if schema is None or schema == {}:
        return {}
    problems = problems_of(schema)
    for one in problems:
        complaints.say(*one)
    return {} if problems else as_kept(schema)


def checked_links(links: Sequence[Mapping[str, Any]], complaints: Complaints) -> list[dict[str, str]]:
    """Links to what is known about a kind of work, as they are kept: ``title`` and ``url``, which is https."""
    if len(links) > KNOWLEDGE_AT_MOST:
        complaints.say("knowledge", len(links), f"at most {KNOWLEDGE_AT_MOST} links are possible", "keep the best")
    kept = []
    for at, link in enumerate(links):
        title = complaints.text(f"knowledge[{at}].title", str(link.get("title", "")), 200, required=True)
        url = complaints.text(f"knowledge[{at}].url", str(link.get("url", "")), 500, required=True)
        if not url.startswith("https://") or any(one.isspace() for one in url):
            complaints.say(f"knowledge[{at}].url", url, "is no address that begins with https://", "correct it")
        kept.append({"title": title, "url": url})
    return kept


def note_version(uow: UnitOfWork, job_type: JobType) -> None:
    """The job type asks something else from now on: keep it as its next version."""
    job_type.checklist_version += 1
    uow.session.flush()
    uow.session.add(
        ChecklistVersion(
            job_type_id=job_type.id,
            version=job_type.checklist_version,
            schema=job_type.checklist,
            required=job_type.checklist_required,
            since=uow.now,
        )
    )


# -- what is answered --------------------------------------------------------------------------------------------------


def answer(
    uow: UnitOfWork, visit: Visit, version: int, answers: Mapping[str, Any], at: dt.datetime
) -> Mapping[str, Any]:
    """Keep answers to a version of the visit's checklist, given ``at``; who asks has been checked to see the visit.

    What is not named stays as it was; nothing (None, an empty text or list) takes an answer back. Of two answers to one
    question the later one counts, in whatever order they come. Answers which ``version``, how many questions are
    ``answered``, and the names of those that are ``missing``. Raises :class:`ChecklistUnknown` or, for answers that are
    none, :class:`Invalid`, and keeps nothing then.
    """
    visit = locked(uow, Visit, visit.id)
    job = uow.get(Job, visit.job_id)
    asked = uow.session.get(ChecklistVersion, (job.job_type_id, version))
    if asked is None or not asked.schema:
        raise ChecklistUnknown(f"The job type has no version {version} of a checklist.", version=version)
    schema = in_order(asked.schema)
    complaints = Complaints()
    for one in wrong(schema, answers):
        complaints.say(*one)
    complaints.raise_any()
    row = _row(uow, visit, job, version, at)
    newer = {name: value for name, value in answers.items() if name in schema["properties"] and _later(row, name, at)}
    before = row.answers
    row.answers = answered({**before, **newer})
    row.given = {**row.given, **dict.fromkeys(newer, instant(at))}
    row.answered_at = max(row.answered_at, at)
    row.technician_id = uow.actor.technician or row.technician_id
    left = missing(schema, row.answers)
    if row.answers != before:
        crew = assigned_technicians(uow.session, visit.id)
        uow.record(
            ChecklistAnswered(
                visit=visit.id,
                job=visit.job_id,
                answered=len(row.answers),
                missing=len(left),
                territory=visit.territory_id,
                technician=uow.actor.technician or next(iter(crew), None),
            )
        )
    return {"version": version, "answered": len(row.answers), "missing": left}


def require_complete(uow: UnitOfWork, visit: Visit) -> None:
    """Raise :class:`ChecklistIncomplete` where a technician may not complete the visit yet.

    Any version counts that was in force since the visit was dispatched, and any that was answered: the phone may have
    had it. Who acts on visits for others is not held up: the checklist is asked of who is there.
    """
    if uow.actor.may(Right.ACT_ON_VISITS) or uow.actor.on_behalf:
        return
    job = uow.get(Job, visit.job_id)
    given = {row.checklist_version: row for row in _answers(uow, [visit.id])}
    left: list[dict[str, str]] = []
    for version in _in_question(uow, job.job_type_id, visit.dispatched_at or uow.now, given):
        if version is None or not version.required or not version.schema:
            return
        schema = in_order(version.schema)
        row = given.get(version.version)
        names = missing(schema, row.answers if row is not None else {})
        if not names:
            return
        if row is not None or not left:
            left = [titles(schema, name) for name in names]
    if left:
        asked = ", ".join(one["title"] for one in left)
        raise ChecklistIncomplete(f"Still to be answered: {asked}.", missing=left)


def of_visits(uow: UnitOfWork, visit_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """What these visits ask and what was answered, by visit; those that ask nothing are left out.

    Each is ``{"version", "schema", "required", "answers", "answered_at", "previous"}``: the version that was answered
    last, or the job type's own. ``previous`` has what meters of the same equipment showed at an earlier visit.
    """
    rows: dict[str, ChecklistAnswers] = {}
    for row in _answers(uow, visit_ids):
        known = rows.get(row.visit_id)
        if known is None or (row.answered_at, row.checklist_version) > (known.answered_at, known.checklist_version):
            rows[row.visit_id] = row
    asked: dict[str, dict[str, Any]] = {}
    equipment: dict[str, str] = {}
    versions = _versions(uow, {(row.job_type_id, row.checklist_version) for row in rows.values()})
    for visit_id, equipment_id, job_type in _kinds(uow, visit_ids):
        answers = rows.get(visit_id)
        version = None if answers is None else versions.get((answers.job_type_id, answers.checklist_version))
        schema = job_type.checklist if version is None else version.schema
        if not schema:
            continue
        asked[visit_id] = {
            "version": job_type.checklist_version if version is None else version.version,
            "schema": in_order(schema),
            "required": job_type.checklist_required if version is None else version.required,
            "answers": {} if answers is None else dict(answers.answers),
            "answered_at": None if answers is None else instant(answers.answered_at),
            "previous": {},
        }
        if equipment_id is not None and readings(schema):
            equipment[visit_id] = equipment_id
    for visit_id, previous in _previous(uow, equipment).items():
        wanted = readings(asked[visit_id]["schema"])
        asked[visit_id]["previous"] = {name: previous[name] for name in wanted if name in previous}
    return asked


def answers_of(uow: UnitOfWork, visit_id: str) -> list[tuple[ChecklistAnswers, dict[str, Any]]]:
    """All that was answered at a visit, with the checklist that it answers; the latest first."""
    rows = sorted(_answers(uow, [visit_id]), key=lambda row: (row.answered_at, row.checklist_version), reverse=True)
    versions = _versions(uow, {(row.job_type_id, row.checklist_version) for row in rows})
    return [(row, in_order(versions[row.job_type_id, row.checklist_version].schema)) for row in rows]


# -- parts -------------------------------------------------------------------------------------------------------------


def _row(uow: UnitOfWork, visit: Visit, job: Job, version: int, at: dt.datetime) -> ChecklistAnswers:
    mine = (ChecklistAnswers.visit_id == visit.id, ChecklistAnswers.checklist_version == version)
    row = uow.session.scalar(select(ChecklistAnswers).where(*mine).execution_options(populate_existing=True))
    if row is None:
        row = ChecklistAnswers(
            id=new_id("answers"),
            visit_id=visit.id,
            job_type_id=job.job_type_id,
            checklist_version=version,
            answers={},
            given={},
            answered_at=at,
            technician_id=uow.actor.technician,
        )
        uow.session.add(row)
    return row


def _later(row: ChecklistAnswers, name: str, at: dt.datetime) -> bool:
    known = row.given.get(name)
    return known is None or dt.datetime.fromisoformat(known) <= at


def _in_question(
    uow: UnitOfWork, job_type_id: str, since: dt.datetime, given: Collection[int]
) -> list[ChecklistVersion | None]:
    """The versions in force since then, the latest first, and those that were answered; None: there was none yet."""
    query = select(ChecklistVersion).where(ChecklistVersion.job_type_id == job_type_id)
    found: list[ChecklistVersion | None] = []
    superseded: dt.datetime | None = None
    for one in uow.session.scalars(query.order_by(ChecklistVersion.version.desc())):
        if superseded is None or superseded > since or one.version in given:
            found.append(one)
        superseded = one.since
    return [*found, None] if superseded is None or superseded > since else found


def _answers(uow: UnitOfWork, visit_ids: Iterable[str]) -> list[ChecklistAnswers]:
    found: list[ChecklistAnswers] = []
    for chunk in chunks(visit_ids):
        found += uow.session.scalars(select(ChecklistAnswers).where(ChecklistAnswers.visit_id.in_(chunk)))
    return found


def _versions(uow: UnitOfWork, keys: set[tuple[str, int]]) -> dict[tuple[str, int], ChecklistVersion]:
    kinds = sorted({job_type for job_type, _ in keys})
    found: dict[tuple[str, int], ChecklistVersion] = {}
    for chunk in chunks(kinds):
        for one in uow.session.scalars(select(ChecklistVersion).where(ChecklistVersion.job_type_id.in_(chunk))):
            found[one.job_type_id, one.version] = one
    return found


def _kinds(uow: UnitOfWork, visit_ids: Iterable[str]) -> Iterator[tuple[str, str | None, JobType]]:
    """The visits with the equipment and the job type of each. A job type is read once, however many visits it has."""
    of_visits: list[tuple[str, str | None, str]] = []
    for chunk in chunks(visit_ids):
        query = select(Visit.id, Job.equipment_id, Job.job_type_id).join(Job, Job.id == Visit.job_id)
        rows = uow.session.execute(query.where(Visit.id.in_(chunk)).order_by(Visit.id))
        of_visits += [(visit, equipment, kind) for visit, equipment, kind in rows]
    named = sorted({kind for _, _, kind in of_visits})
    kinds = {kind.id: kind for kind in uow.session.scalars(select(JobType).where(JobType.id.in_(named)))}
    yield from ((visit, equipment, kinds[kind]) for visit, equipment, kind in of_visits)


def _previous(uow: UnitOfWork, equipment: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What was answered at other visits about the same equipment: by visit, then name, the latest value and when."""
    history: dict[str, list[ChecklistAnswers]] = {}
    for chunk in chunks(sorted(set(equipment.values()))):
        query = select(Job.equipment_id, ChecklistAnswers).join(Visit, Visit.id == ChecklistAnswers.visit_id)
        query = query.join(Job, Job.id == Visit.job_id).where(Job.equipment_id.in_(chunk))
        for equipment_id, row in uow.session.execute(query.order_by(ChecklistAnswers.answered_at, ChecklistAnswers.id)):
            history.setdefault(equipment_id or "", []).append(row)
    return {
        visit_id: {
            name: {"value": value, "at": row.given[name]}
            for row in history.get(equipment_id, ())
            if row.visit_id != visit_id
            for name, value in row.answers.items()
        }
        for visit_id, equipment_id in equipment.items()
    }
