"""The sample's company: where it works, what it promises, what it can do, who works for it and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from dispatch.domain.checklist import as_kept
from dispatch.domain.events import instant
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Role
from dispatch.sample.checklists import PAPERS
from dispatch.sample.city import TIME_ZONE
from dispatch.sample.promised import HOURS, PRIORITIES, PROMISED
from dispatch.sample.work import CREW_KINDS, FOLLOW_UPS, KINDS, Kind
from dispatch.services.checklists import note_version
from dispatch.store.tables import (
    BusinessCalendar,
    HeldSkill,
    JobType,
    PlanningPolicy,
    Shift,
    SlaPolicy,
    Technician,
    Territory,
    User,
)
from dispatch.store.unit_of_work import UnitOfWork
from optimizer import domain as planning

MAIL = "sample.example"
"""The sample's people have addresses of e-mail that lead nowhere."""
DISPATCH_PHONE = "+56 51 2 200 100"
"""What technicians ring: the number of who looks after both towns."""
STANDARD_POLICY = "Standard"
_TOUCHES_AT_MOST = 6
"""Visits that a proposal of the standard policy moves: what a dispatcher can take in at a glance."""
_LEAST_GAIN = 10.0
"""What moving a visit must save, in the sample's costs: about twenty minutes of somebody's driving."""
ROSTER_DAYS = 7
_SUNDAY = 7
_SENIOR = 3
_CERTIFIED: Mapping[str, tuple[str, int]] = {"gas": ("gas fitter", 2), "refrigeration": ("refrigerants", 2)}
"""Skill → its certificate, and the level from which somebody needs it."""
_CERTIFICATE_DAYS = (20, 200, 380, 560)

# South-west of this line lies Coquimbo with its peninsula and bay, north-east of it La Serena.
_BORDER = ((-71.32, -29.90), (-71.293, -29.93), (-71.293, -30.08))
_WEST, _EAST, _NORTH, _SOUTH = -71.42, -71.10, -29.80, -30.08


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody at a desk: who may sign in."""

    name: str
    word: str
    role: Role

    @property
    def email(self) -> str:
        """What they sign in with."""
        return f"{self.word}@{MAIL}"


DISPATCHER = Employee("Daniela Rivas", "dispatcher", Role.DISPATCHER)
AGENT = Employee("Andrea Fuenzalida", "agent", Role.AGENT)
PLANNER = Employee("Patricio Lagos", "planner", Role.PLANNER)
MANAGER = Employee("Mariana Ossandón", "manager", Role.MANAGER)
DESKS = (DISPATCHER, AGENT, PLANNER, MANAGER)


def add_desks(session: Session, password_hash: str | None) -> dict[str, str]:
    """The people at the desks; word → id."""
    ids = {}
    for one in DESKS:
        ids[one.word] = new_id("user")
        user = User(id=ids[one.word], email=one.email, name=one.name, role=one.role, password_hash=password_hash)
        user.phone = DISPATCH_PHONE if one is MANAGER else None
        session.add(user)
    session.flush()
    return ids


def add_territories(session: Session, supervisor: str) -> dict[str, str]:
    """The two towns, both in the care of one supervisor; name → id."""
    outlines = {
        "La Serena": (*_BORDER, (_EAST, _SOUTH), (_EAST, _NORTH), (_WEST, _NORTH), (_WEST, _BORDER[0][1])),
        "Coquimbo": (*reversed(_BORDER), (_WEST, _BORDER[0][1]), (_WEST, _SOUTH)),
    }
    ids = {}
    for name, outline in outlines.items():
        ids[name] = new_id("territory")
        ring = [list(corner) for corner in (*outline, outline[0])]
        boundary = {"type": "Polygon", "coordinates": [ring]}
        session.add(
            Territory(id=ids[name], name=name, time_zone=TIME_ZONE.key, boundary=boundary, supervisor_id=supervisor)
        )
    session.flush()
    return ids


def territory_at(lat: float, lon: float) -> str:
    """The name of the town that a place belongs to."""
    (lon_a, lat_a), (lon_b, lat_b), _ = _BORDER
    if lat >= lat_a:
        return "La Serena"
    share = min(1.0, (lat_a - lat) / (lat_a - lat_b))
    return "Coquimbo" if lon < lon_a + share * (lon_b - lon_a) else "La Serena"


def add_promises(session: Session) -> None:
    """The business calendars and one SLA policy for each priority."""
    calendars = {name: new_id("calendar") for name in HOURS}
    session.add_all(
        BusinessCalendar(id=calendars[name], name=name, time_zone=TIME_ZONE.key, hours=dict(hours))
        for name, hours in HOURS.items()
    )
    session.flush()
    session.add_all(
        SlaPolicy(
            id=new_id("sla"),
            name=promised.name,
            priority=priority,
            calendar_id=calendars[promised.calendar],
            respond_within=promised.respond,
            dispatch_within=promised.dispatch,
            on_site_within=promised.on_site,
            resolve_within=promised.resolve,
            on_intake=list(promised.on_intake),
            ladder=[dict(step) for step in promised.ladder],
            costs={target: dict(terms) for target, terms in promised.costs.items()},
        )
        for priority, promised in PROMISED.items()
    )


def add_policy(session: Session, seconds: float) -> str:
    """The standard planning policy, under which a dispatcher is asked about everything; its id."""
    policy = new_id("policy")
    session.add(
        PlanningPolicy(
            id=policy,
            name=STANDARD_POLICY,
            standard=True,
            seconds=seconds,
            change_budget=_TOUCHES_AT_MOST,
            least_gain=_LEAST_GAIN,
        )
    )
    return policy


def add_job_types(uow: UnitOfWork) -> dict[str, str]:
    """One for each kind of work, with what it asks of whoever does it; name → id."""
    follow_ups = [follow_up[1] for follow_up in FOLLOW_UPS]
    ids = {}
    for kind in (*KINDS, *CREW_KINDS, *follow_ups):
        paper = PAPERS[next(iter(kind.skills))]
        job_type = JobType(
            id=new_id("job_type"),
            name=kind.name,
            roles=_roles(kind),
            duration=kind.minutes[1] * 60,
            demand=dict(kind.parts),
            priority=PRIORITIES["critical" if kind.name == "gas leak alarm" else "normal"],
            checklist=as_kept(paper.schema),
            checklist_version=0,
            checklist_required=paper.must,
            knowledge=paper.knowledge,
        )
        uow.session.add(job_type)
        note_version(uow, job_type)
        ids[kind.name] = job_type.id
    uow.session.flush()
    return ids


def _roles(kind: Kind) -> list[dict[str, Any]]:
    crew = [] if kind.crew is None else [{"skills": dict(kind.crew)}]
    return [{"skills": dict(kind.skills)}, *crew]


def add_technicians(
    session: Session,
    problem: planning.Problem,
    territories: Mapping[str, str],
    date: dt.date,
    password_hash: str | None,
) -> dict[str, str]:
    """Everybody who drives out, with skills, certificates, a user of their own and a week of shifts; name → id."""
    ids = {}
    for number, one in enumerate(problem.technicians):
        home = problem.locations[one.shifts[0].start_location]
        ids[one.id] = technician = new_id("technician")
        session.add(
            Technician(
                id=technician,
                name=one.id,
                territory_id=territories[territory_at(home.lat, home.lon)],
                phone=f"+56 9 4000 {1000 + number}",
                email=address_of(one.id),
                base_address=home.id,
                base_lat=home.lat,
                base_lon=home.lon,
                pace=float(one.pace),
                capacity=dict(one.capacity),
                costs={name: float(cost) for name, cost in asdict(one.costs).items()},
                senior=max(one.skills.values()) >= _SENIOR,
                external_id=f"sample-{number + 1:02d}",
            )
        )
        session.flush()
        session.add_all(_held(technician, one.skills, number, date))
        session.add_all(_roster(technician, one.shifts[0], date))
        session.add(
            User(
                id=new_id("user"),
                email=address_of(one.id),
                name=one.id,
                role=Role.TECHNICIAN,
                technician_id=technician,
                password_hash=password_hash,
            )
        )
    session.flush()
    return ids


def address_of(name: str) -> str:
    """With what a technician of the sample signs in."""
    plain = name.lower().translate(str.maketrans("áéíóúñ", "aeioun"))
    return f"{plain.replace(' ', '.')}@{MAIL}"


def _held(technician: str, skills: Mapping[str, int], number: int, date: dt.date) -> Iterable[HeldSkill]:
    for skill, level in skills.items():
        certificate, from_level = _CERTIFIED.get(skill, ("", 0))
        certified = bool(certificate) and level >= from_level
        days = _CERTIFICATE_DAYS[number % len(_CERTIFICATE_DAYS)]
        yield HeldSkill(
            id=new_id("skill"),
            technician_id=technician,
            skill=skill,
            level=level,
            certificate=certificate if certified else "",
            valid_until=date + dt.timedelta(days=days) if certified else None,
        )


def _roster(technician: str, shift: planning.Shift, date: dt.date) -> Iterable[Shift]:
    """The same shift on each day of the week but Sunday, by the clock on the wall."""
    for days in range(ROSTER_DAYS):
        if (date + dt.timedelta(days=days)).isoweekday() == _SUNDAY:
            continue

        def then(seconds: int, days: int = days) -> dt.datetime:
            return dt.datetime.fromtimestamp(seconds, TIME_ZONE) + dt.timedelta(days=days)

        yield Shift(
            id=new_id("shift"),
            technician_id=technician,
            starts_at=then(shift.start),
            ends_at=then(shift.end),
            max_overtime=shift.max_overtime or 0,
            max_duty=shift.max_duty,
            breaks=[
                {
                    "id": rest.id,
                    "earliest": instant(then(rest.earliest)),
                    "latest": instant(then(rest.latest)),
                    "duration": rest.duration,
                    "taken_at": None,
                }
                for rest in shift.breaks
            ],
        )
