"""Who may do what: one table of roles and rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person is in the operation. ``SYSTEM`` is the program itself: its jobs, its handlers."""

    ADMINISTRATOR = "administrator"
    MANAGER = "manager"
    PLANNER = "planner"
    DISPATCHER = "dispatcher"
    AGENT = "agent"
    TECHNICIAN = "technician"
    SYSTEM = "system"


class Right(StrEnum):
    """One thing a person may be allowed to do."""

    READ_CUSTOMERS = "read customers"
    WRITE_CUSTOMERS = "write customers"
    READ_JOBS = "read jobs"
    CREATE_JOBS = "create jobs"
    CHANGE_JOBS = "change jobs"
    ACT_ON_VISITS = "act on visits"
    WORK_VISITS = "work on own visits"
    BOOK = "book appointments"
    READ_PEOPLE = "read people"
    WRITE_PEOPLE = "write people"
    RECORD_ABSENCE = "record absences"
    READ_PLANS = "read plans"
    START_RUNS = "start planning runs"
    EDIT_DRAFTS = "edit drafts"
    APPROVE_PLANS = "approve plans"
    READ_SCENARIOS = "read scenarios"
    RUN_SCENARIOS = "run scenarios"
    READ_SETUP = "read setup"
    WRITE_SETUP = "write setup"
    MANAGE_USERS = "manage users"
    READ_AUDIT = "read the audit trail"
    IMPORT = "import"
    EXPORT = "export"
    READ_EVENTS = "read events"
    MANAGE_WEBHOOKS = "manage webhooks"
    RUN_SYSTEM = "run the system"


_READ = {
    Right.READ_CUSTOMERS,
    Right.READ_JOBS,
    Right.READ_PEOPLE,
    Right.READ_PLANS,
    Right.READ_SETUP,
    Right.READ_EVENTS,
}
_INTAKE = {Right.CREATE_JOBS, Right.CHANGE_JOBS, Right.WRITE_CUSTOMERS, Right.BOOK}
_DISPATCH = {
    Right.ACT_ON_VISITS,
    Right.RECORD_ABSENCE,
    Right.START_RUNS,
    Right.EDIT_DRAFTS,
    Right.APPROVE_PLANS,
    Right.EXPORT,
}
_WHAT_IF = {Right.READ_SCENARIOS, Right.RUN_SCENARIOS}

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.TECHNICIAN: frozenset({Right.WORK_VISITS}),
    Role.AGENT: frozenset(_READ | _INTAKE),
    Role.PLANNER: frozenset(_READ | _WHAT_IF | {Right.START_RUNS, Right.EDIT_DRAFTS, Right.EXPORT}),
    Role.DISPATCHER: frozenset(_READ | _INTAKE | _DISPATCH),
    Role.MANAGER: frozenset(
        _READ | _INTAKE | _DISPATCH | {Right.WRITE_PEOPLE, Right.READ_AUDIT, Right.IMPORT, Right.READ_SCENARIOS}
    ),
    Role.ADMINISTRATOR: frozenset(set(Right) - {Right.WORK_VISITS, Right.RUN_SYSTEM}),
    Role.SYSTEM: frozenset(set(Right)),
}
"""The rights of each role. Territories narrow them further, see :meth:`Actor.covers`."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something. ``territories`` empty: everywhere. ``technician``: whose visits are their own.

    ``on_behalf``: a dispatcher makes true what that technician did, and what they left out does not hold it up.
    """

    id: str
    name: str
    role: Role
    territories: frozenset[str] = field(default_factory=frozenset)
    technician: str | None = None
    on_behalf: bool = False

    def may(self, right: Right) -> bool:
        """Whether the role has the right."""
        return right in RIGHTS[self.role]

    def covers(self, territory: str | None) -> bool:
        """Whether the rights reach into a territory. What lies in none is everybody's."""
        return not self.territories or territory is None or territory in self.territories


SYSTEM = Actor("system", "Fieldwright", Role.SYSTEM)
"""The program itself."""
