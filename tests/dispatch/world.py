"""Rows for tests, with few words: what a test does not care about is filled in sensibly."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select

from dispatch.domain.ids import new_id
from dispatch.domain.job_lifecycle import JobStatus
from dispatch.domain.roles import SYSTEM, Role
from dispatch.store.engine import Store
from dispatch.store.tables import (
    Base,
    BusinessCalendar,
    Customer,
    Equipment,
    HeldSkill,
    Job,
    JobType,
    PlanningPolicy,
    Priority,
    Shift,
    Site,
    SlaPolicy,
    Technician,
    Territory,
    User,
    Visit,
)

HERE = (-29.9045, -71.2489)
"""The middle of La Serena: where everything is unless a test says otherwise."""
ZONE = "America/Santiago"
OFFICE_HOURS = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


class World:
    """Each method inserts rows in a transaction of its own and answers their ids; ``**fields`` are columns.

    What a row needs and was not named is made: a job makes a customer with a site and a job type. Times are those of
    the store's clock; shifts and visits lie on its day, which the clock fixture starts at nine in the morning.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._numbers: Iterator[int] = itertools.count(1)

    def now(self) -> dt.datetime:
        """The instant on the store's clock."""
        return self.store.clock.now()

    def territory(self, name: str | None = None, **fields: Any) -> str:
        return self._add("territory", Territory, {"name": name or self._name("Territory"), "time_zone": ZONE}, fields)

    def technician(
        self,
        name: str | None = None,
        *,
        territory: str | None = None,
        skills: dict[str, int] | None = None,
        at: tuple[float, float] = HERE,
        **fields: Any,
    ) -> str:
        """Somebody with skills (skill → level) who starts at ``at``."""
        lat, lon = at
        made = {"name": name or self._name("Technician"), "territory_id": territory, "base_lat": lat, "base_lon": lon}
        technician = self._add("technician", Technician, made, fields)
        for skill, level in (skills or {}).items():
            self._add("skill", HeldSkill, {"technician_id": technician, "skill": skill, "level": level}, {})
        return technician

    def shift(self, technician: str, *, start: float = 0, hours: float = 8, **fields: Any) -> str:
        """A shift of so many hours that starts ``start`` hours from now (before now where negative)."""
        begins = self.now() + dt.timedelta(hours=start)
        made = {"technician_id": technician, "starts_at": begins, "ends_at": begins + dt.timedelta(hours=hours)}
        return self._add("shift", Shift, made, fields)

    def customer(self, name: str | None = None, **fields: Any) -> str:
        return self._add("customer", Customer, {"name": name or self._name("Customer")}, fields)

    def site(
        self,
        customer: str | None = None,
        *,
        territory: str | None = None,
        at: tuple[float, float] = HERE,
        **fields: Any,
    ) -> str:
        lat, lon = at
        made = {"customer_id": customer or self.customer(), "territory_id": territory, "lat": lat, "lon": lon}
        return self._add("site", Site, {**made, "address": self._name("Calle")}, fields)

    def equipment(self, site: str, **fields: Any) -> str:
        return self._add("equipment", Equipment, {"site_id": site, "model": self._name("Model")}, fields)

    def job_type(self, name: str | None = None, *, skills: dict[str, int] | None = None, **fields: Any) -> str:
        """A kind of work for one technician with these skills, an hour long."""
        made = {"name": name or self._name("Job type"), "roles": [{"skills": skills or {}}], "duration": 3600}
        return self._add("job_type", JobType, made, fields)

    def job(
        self,
        *,
        customer: str | None = None,
        site: str | None = None,
        job_type: str | None = None,
        territory: str | None = None,
        at: tuple[float, float] = HERE,
        visit: dict[str, Any] | None = None,
        **fields: Any,
    ) -> tuple[str, str]:
        """A triaged job and its open visit; ``visit`` are columns of the visit, ``**fields`` those of the job."""
        customer = customer or self.customer()
        site = site or self.site(customer, territory=territory, at=at)
        job_type = job_type or self.job_type()
        with self.store.reading() as uow:
            kind = uow.get(JobType, job_type)
        made = {
            "number": f"T-{next(self._numbers)}",
            "customer_id": customer,
            "site_id": site,
            "job_type_id": job_type,
            "territory_id": territory,
            "title": "Something is broken",
            "priority": Priority.NORMAL,
            "status": JobStatus.TRIAGED,
            "received_at": self.now(),
        }
        job = self._add("job", Job, made, fields)
        return job, self.visit(job, site=site, territory=territory, roles=kind.roles, **(visit or {}))

    def visit(
        self,
        job: str,
        *,
        site: str,
        territory: str | None = None,
        roles: Sequence[dict[str, Any]] = ({"skills": {}},),
        **fields: Any,
    ) -> str:
        """Another visit of a job, or its first."""
        with self.store.reading() as uow:
            last = uow.session.scalar(select(func.max(Visit.sequence)).where(Visit.job_id == job)) or 0
        made = {
            "job_id": job,
            "sequence": last + 1,
            "site_id": site,
            "territory_id": territory,
            "roles": list(roles),
            "duration": 3600,
        }
        return self._add("visit", Visit, made, fields)

    def calendar(self, name: str | None = None, **fields: Any) -> str:
        """Office hours in Chile."""
        made = {"name": name or self._name("Calendar"), "time_zone": ZONE, "hours": OFFICE_HOURS}
        return self._add("calendar", BusinessCalendar, made, fields)

    def sla_policy(self, name: str | None = None, *, calendar: str | None = None, **fields: Any) -> str:
        """Dispatch within an hour, on site within four, resolved within eight."""
        made = {
            "name": name or self._name("SLA policy"),
            "calendar_id": calendar or self.calendar(),
            "dispatch_within": 3600,
            "on_site_within": 4 * 3600,
            "resolve_within": 8 * 3600,
        }
        return self._add("sla", SlaPolicy, made, fields)

    def planning_policy(self, name: str | None = None, **fields: Any) -> str:
        """The standard planning policy."""
        made = {"name": name or self._name("Planning policy"), "standard": True, "seconds": 0.2}
        return self._add("policy", PlanningPolicy, made, fields)

    def user(self, role: Role | str = Role.DISPATCHER, **fields: Any) -> str:
        number = next(self._numbers)
        made = {"email": f"user{number}@example.org", "name": f"User {number}", "role": Role(role)}
        return self._add("user", User, made, fields)

    def _name(self, word: str) -> str:
        return f"{word} {next(self._numbers)}"

    def _add(self, word: str, table: type[Base], made: dict[str, Any], fields: dict[str, Any]) -> str:
        row_id: str = fields.get("id") or new_id(word)
        with self.store.unit_of_work(SYSTEM) as uow:
            uow.session.add(table(**{**made, **fields, "id": row_id}))
        return row_id
