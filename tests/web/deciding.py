"""Two dispatchers over two towns whose technicians have each other's visits: a draft of two parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dispatch.console.app import create_app
from dispatch.domain.clock import FixedClock
from dispatch.domain.roles import Role
from dispatch.planning.draft import draft_row, propose, proposed
from dispatch.planning.policies import standard_policy
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import PlanRow
from optimizer.solve import solve
from tests.dispatch.console.live import served
from tests.dispatch.databases import copied_file
from tests.dispatch.planning.days import TRAVEL, Day, two_towns
from tests.dispatch.world import ZONE
from tests.web.operations import NOON, password_hash
from tests.web.test_accessibility import found
from tests.web.visiting import let_in, put_map_away

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DANIELA, CARLA = "daniela@example.org", "carla@example.org"


@dataclass(frozen=True, slots=True)
class Towns:
    """Where the server is, and what it serves."""

    url: str
    day: Day

    @property
    def store(self) -> Store:
        return self.day.store

    def draft(self) -> PlanRow:
        """A draft of the program that gives everybody the visit beside them, with the names that people read."""
        snapshot = self.day.snapshot()
        plan = solve(snapshot.problem, start=snapshot.published, iterations=400, seed=1).plan
        with self.store.unit_of_work() as uow:
            policy = standard_policy(uow.session)
            proposal = propose(snapshot.problem, snapshot.published, plan, policy, snapshot.names, snapshot.hours)
            row = draft_row(
                proposal,
                snapshot={**snapshot.as_document(), "names": dict(snapshot.names)},
                horizon=snapshot.horizon,
                based_on=snapshot.plan_id,
                policy_id=policy.id,
                reason="asked",
                created_by="somebody",
            )
            return proposed(uow, row)

    def holders(self) -> list[str]:
        """Who has each of the visits now, by the published plan."""
        stands = self.day.stands()
        return [next(iter(stands[visit][0])) for visit in self.day.visits]


@contextmanager
def towns(migrated: Path, folder: Path) -> Iterator[Towns]:
    """A server with two towns and two dispatchers, who sign in with the password of tests."""
    store = Store(copied_file(migrated, folder), FixedClock(NOON))
    try:
        day = two_towns(store)
        for email, name in ((DANIELA, "Daniela Rivas"), (CARLA, "Carla Soto")):
            day.world.user(Role.DISPATCHER, email=email, password_hash=password_hash(), name=name)
        settings = Settings(database_url=str(store.url), data_folder=folder / "nothing", time_zone=ZONE)
        with served(create_app(store, settings, travel=TRAVEL)) as url:
            yield Towns(url, day)
    finally:
        store.dispose()


@contextmanager
def console(
    opened: Browser, url: str, at: str, email: str = DANIELA, *, with_map: bool = False, **options: Any
) -> Iterator[Page]:
    """The console at an address such as ``/proposals``, signed in, the board's map open or put away.

    What a page complains about makes the test fail.
    """
    still: dict[str, Any] = {"locale": "en-GB", "viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
    context = opened.new_context(**{**still, **options})
    complaints: list[str] = []
    try:
        let_in(context, url, email)
        if not with_map:
            put_map_away(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{url}/console#{at}")
        yield page
    finally:
        context.close()
    assert complaints == []


def faults(page: Page, within: str) -> list[str]:
    """What axe finds that is serious or critical within a part of the page, see :mod:`tests.web.test_accessibility`."""
    return found(page, within=within)
