"""Random worlds and random lives in them, without a database: rows that were never stored, moved by the lifecycles."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from dispatch.domain.job_lifecycle import PLANNABLE as PLANNABLE_JOBS
from dispatch.domain.job_lifecycle import JobStatus
from dispatch.domain.visit_lifecycle import (
    BY_PLANS,
    COMMITTED,
    FINAL,
    PLANNABLE,
    VisitAction,
    VisitStatus,
    actions,
    advance,
)
from dispatch.planning.facts import Facts, Work, _hold_back, horizon_end, seconds
from dispatch.planning.promised import Promised
from dispatch.planning.snapshot import Snapshot
from dispatch.store.tables import (
    Absence,
    Assignment,
    Base,
    HeldSkill,
    Hold,
    Job,
    PlanningPolicy,
    Position,
    Priority,
    Shift,
    Site,
    Technician,
    Visit,
)
from optimizer.domain import Plan, Promise

Row = TypeVar("Row", bound=Base)
ZONE = ZoneInfo("America/Santiago")
DAWN = dt.datetime(2026, 11, 23, 11, tzinfo=dt.UTC)
SKILLS = ("gas", "electrical")

minutes = st.integers(0, 90).map(lambda m: dt.timedelta(minutes=m))
points = st.tuples(st.floats(-0.15, 0.15), st.floats(-0.15, 0.15)).map(lambda p: (-29.9 + p[0], -71.25 + p[1]))


def row(table: type[Row], **fields: Any) -> Row:
    """A row as the database would have filled it in."""
    values = {}
    for column in table.__table__.columns:
        default = column.default
        value = None
        if default is not None and default.is_scalar:
            value = default.arg
        elif default is not None and default.is_callable:
            value = default.arg(None)
        values[column.key] = value
    return table(**{**values, **fields})


class Life:
    """A world and its clock. Each ``do_…`` is something that can happen; hypothesis says what, and how."""

    def __init__(self, data: st.DataObject) -> None:
        self.draw = data.draw
        self.now = DAWN
        self.numbers = itertools.count(1)
        self.policy = row(
            PlanningPolicy,
            id="policy",
            name="standard",
            freeze=self.draw(st.sampled_from([0, 900, 3600])),
            tolerance=self.draw(st.sampled_from([0, 300, 900])),
        )
        self.technicians: dict[str, Technician] = {}
        self.skills: list[HeldSkill] = []
        self.shifts: dict[str, Shift] = {}
        self.absences: list[Absence] = []
        self.positions: dict[str, Position] = {}
        self.jobs: dict[str, Job] = {}
        self.sites: dict[str, Site] = {}
        self.visits: dict[str, Visit] = {}
        self.stops: list[Assignment] = []
        self.holds: list[Hold] = []
        self.promises: dict[str, Promised] = {}
        for _ in range(self.draw(st.integers(1, 3))):
            self.add_technician()
        for _ in range(self.draw(st.integers(1, 6))):
            self.do_receive()

    # -- rows ------------------------------------------------------------------------------------------------------

    def name(self, word: str) -> str:
        return f"{word}_{next(self.numbers):03d}"

    def pick(self, things: Any) -> Any:
        return self.draw(st.sampled_from(sorted(things)))

    def add_technician(self) -> None:
        lat, lon = self.draw(points)
        key = self.name("technician")
        self.technicians[key] = row(
            Technician,
            id=key,
            name=key.title(),
            base_lat=lat,
            base_lon=lon,
            pace=self.draw(st.sampled_from([0.9, 1.0, 1.2])),
            capacity=self.draw(st.sampled_from([{}, {"valve": 2}, {"valve": 1.5}])),
            costs=self.draw(st.sampled_from([{}, {"per_travel_hour": 20, "per_duty_hour": 10}])),
        )
        for skill in SKILLS:
            if self.draw(st.booleans()):
                until = self.draw(st.sampled_from([None, dt.date(2026, 11, 22), dt.date(2026, 11, 23)]))
                self.skills.append(
                    row(HeldSkill, id=self.name("skill"), technician_id=key, skill=skill, level=2, valid_until=until)
                )
        for day in range(self.draw(st.integers(1, 2))):
            self.add_shift(key, self.now + dt.timedelta(days=day) + self.draw(minutes))

    def add_shift(self, technician: str, starts: dt.datetime) -> None:
        ends = starts + dt.timedelta(minutes=self.draw(st.integers(60, 540)))
        breaks = [
            {
                "id": f"break{number}",
                "earliest": (starts + dt.timedelta(hours=2 * number + 1)).isoformat(),
                "latest": (
                    starts + dt.timedelta(hours=2 * number + 1, minutes=self.draw(st.integers(0, 90)))
                ).isoformat(),
                "duration": 1800,
                "taken_at": None,
            }
            for number in range(self.draw(st.integers(0, 2)))
        ]
        key = self.name("shift")
        self.shifts[key] = row(
            Shift,
            id=key,
            technician_id=technician,
            starts_at=starts,
            ends_at=ends,
            max_overtime=self.draw(st.sampled_from([0, 1800])),
            max_duty=self.draw(st.sampled_from([None, 4 * 3600, 8 * 3600])),
            breaks=breaks,
        )

    def windows(self) -> list[list[str]]:
        found = []
        for _ in range(self.draw(st.integers(0, 2))):
            opens = self.now + dt.timedelta(minutes=self.draw(st.integers(-120, 600)))
            closes = opens + dt.timedelta(minutes=self.draw(st.integers(0, 180)))
            found.append([opens.isoformat(), closes.isoformat()])
        return found

    # -- what can happen -------------------------------------------------------------------------------------------

    def do_receive(self) -> None:
        job, site, key = self.name("job"), self.name("site"), self.name("visit")
        lat, lon = self.draw(points)
        self.sites[site] = row(Site, id=site, customer_id="c", address="x", lat=lat, lon=lon)
        self.jobs[job] = row(
            Job,
            id=job,
            number=job.upper(),
            priority=self.pick(Priority),
            status=JobStatus.TRIAGED,
            received_at=self.now,
        )
        roles = [
            {"skills": {self.pick(SKILLS): self.draw(st.integers(1, 2))} if self.draw(st.booleans()) else {}}
            for _ in range(self.draw(st.sampled_from([1, 1, 1, 2])))
        ]
        after = self.pick([*self.visits, "none"]) if self.draw(st.integers(0, 3)) == 0 else "none"
        self.visits[key] = row(
            Visit,
            id=key,
            job_id=job,
            sequence=1,
            site_id=site,
            roles=roles,
            duration=self.draw(st.integers(1, 90)) * 60,
            demand=self.draw(st.sampled_from([{}, {}, {"valve": 1}])),
            windows=self.windows(),
            appointment=self.draw(st.booleans()),
            after_id=None if after == "none" else after,
            after_min_gap=self.draw(st.sampled_from([0, 1800])),
            after_max_gap=self.draw(st.sampled_from([None, 3600])),
        )
        if self.draw(st.booleans()):
            due = seconds(self.now + self.draw(minutes))
            self.promises[job] = Promised(Promise(due, 20, 30), Promise(due + 3600, 10, 20))

    def do_wait(self) -> None:
        self.now += self.draw(minutes) + dt.timedelta(seconds=self.draw(st.integers(0, 59)), microseconds=7)

    def do_act(self) -> None:
        key = self.pick(self.visits)
        visit = self.visits[key]
        may = [one for one in actions(visit.status) if one not in BY_PLANS]
        if may:
            self.act(visit, self.draw(st.sampled_from(may)))

    def do_work(self) -> None:
        """The next step that technicians take most often."""
        usual = (
            VisitAction.ACCEPT,
            VisitAction.DEPART,
            VisitAction.ARRIVE,
            VisitAction.START,
            VisitAction.COMPLETE,
        )
        for visit in self.visits.values():
            may = [one for one in usual if one in actions(visit.status)]
            if may and any(stop.visit_id == visit.id for stop in self.stops):
                self.act(visit, may[0])
                if self.draw(st.booleans()):
                    return

    def act(self, visit: Visit, action: VisitAction) -> None:
        if action is VisitAction.EXTEND:
            visit.extended += 60 * self.draw(st.integers(1, 120))
        if action is VisitAction.RESUME and visit.paused_at:
            visit.paused_for += int((self.now - visit.paused_at).total_seconds())
            visit.paused_at = None
        visit.status = advance(visit.status, action)
        field = {
            VisitAction.ACCEPT: "accepted_at",
            VisitAction.DEPART: "departed_at",
            VisitAction.ARRIVE: "arrived_at",
            VisitAction.START: "started_at",
            VisitAction.PAUSE: "paused_at",
        }.get(action)
        if field:
            setattr(visit, field, self.now)
        if visit.status in FINAL:
            visit.finished_at = self.now
        if action is VisitAction.DECLINE or visit.status is VisitStatus.OPEN:
            crew = [stop.technician_id for stop in self.stops if stop.visit_id == visit.id]
            visit.never = sorted({*visit.never, *crew})
            self.stops = [stop for stop in self.stops if stop.visit_id != visit.id]

    def do_absence(self) -> None:
        starts = self.now + dt.timedelta(minutes=self.draw(st.integers(-60, 300)))
        ends = starts + dt.timedelta(minutes=self.draw(st.integers(1, 400)))
        who = self.pick(self.technicians)
        self.absences.append(row(Absence, id=self.name("absence"), technician_id=who, starts_at=starts, ends_at=ends))

    def do_lose_shift(self) -> None:
        if self.shifts:
            key = self.pick(self.shifts)
            if self.draw(st.booleans()):
                del self.shifts[key]
            else:
                self.shifts[key].ended_at = self.now

    def do_break(self) -> None:
        if self.shifts:
            shift = self.shifts[self.pick(self.shifts)]
            shift.breaks = [{**rest, "taken_at": self.now.isoformat()} for rest in shift.breaks[:1]] + shift.breaks[1:]
            shift.began_at = shift.began_at or self.now

    def do_position(self) -> None:
        lat, lon = self.draw(points)
        who = self.pick(self.technicians)
        delay = self.draw(st.sampled_from([0, 0, 1200]))
        self.positions[who] = row(Position, technician_id=who, at=self.now, lat=lat, lon=lon, delay=delay)

    def do_pin(self) -> None:
        visit = self.visits[self.pick(self.visits)]
        at = self.now + dt.timedelta(minutes=self.draw(st.integers(-60, 300)))
        visit.pin = self.draw(
            st.sampled_from(
                [{}, {"technician": self.pick(self.technicians)}, {"start": at.isoformat()}, {"order": True}]
            )
        )

    def do_change(self) -> None:
        visit = self.visits[self.pick(self.visits)]
        what = self.draw(st.sampled_from(["windows", "only", "roles", "demand", "after", "duration"]))
        if what == "windows":
            visit.windows = self.windows()
        elif what == "only":
            visit.only = [self.pick(self.technicians)]
        elif what == "roles":
            visit.roles = self.draw(st.sampled_from([[{"skills": {}}], [{"skills": {"gas": 2}}, {"skills": {}}]]))
        elif what == "demand":
            visit.demand = {"valve": 3}
        elif what == "after":
            visit.after_id = self.pick(self.visits)
        else:
            visit.duration += 3600

    def do_hold_job(self) -> None:
        job = self.jobs[self.pick(self.jobs)]
        job.status = self.draw(st.sampled_from([JobStatus.WAITING_FOR_CUSTOMER, JobStatus.TRIAGED]))

    def do_dismiss(self) -> None:
        if self.draw(st.integers(0, 3)) == 0:
            self.technicians[self.pick(self.technicians)].active = False

    def do_hold(self) -> None:
        key = self.pick(self.visits)
        if self.visits[key].status in PLANNABLE:
            opens = self.now + self.draw(minutes)
            self.holds.append(
                row(
                    Hold,
                    id=self.name("hold"),
                    visit_id=key,
                    technician_id=self.pick(self.technicians),
                    earliest=opens,
                    latest=opens + dt.timedelta(hours=1),
                    expires_at=self.now + dt.timedelta(minutes=30),
                )
            )

    def publish(self, snapshot: Snapshot, plan: Plan) -> None:
        """Make the plan the published one."""
        known = {visit.id for visit in snapshot.problem.visits}
        known |= {key for key, visit in self.visits.items() if visit.status in PLANNABLE}
        self.stops = [stop for stop in self.stops if stop.visit_id not in known]
        for key in known:
            if self.visits[key].status in PLANNABLE:
                self.visits[key].status = (
                    self.visits[key].status if self.visits[key].status is VisitStatus.ACCEPTED else VisitStatus.OPEN
                )
        planned = set()
        for route in plan.routes:
            for position, stop in enumerate(route.stops):
                assert stop.arrival is not None
                assert stop.start is not None
                assert stop.end is not None
                planned.add(stop.visit)
                arrival, start, end = (
                    dt.datetime.fromtimestamp(at, dt.UTC) for at in (stop.arrival, stop.start, stop.end)
                )
                self.stops.append(
                    Assignment(
                        visit_id=stop.visit,
                        role=stop.role,
                        technician_id=route.technician,
                        shift_id=route.shift,
                        position=position,
                        arrival=arrival,
                        start=start,
                        end=end,
                        edition=1,
                    )
                )
                if self.visits[stop.visit].status is VisitStatus.OPEN:
                    self.visits[stop.visit].status = VisitStatus.DISPATCHED
        for key, visit in self.visits.items():
            if visit.status is VisitStatus.ACCEPTED and key not in planned:
                visit.status = VisitStatus.OPEN

    # -- as read_facts has it --------------------------------------------------------------------------------------

    def facts(self) -> Facts:
        """What the store would answer."""
        holds = {hold.visit_id: hold for hold in self.holds if hold.expires_at > self.now}
        work, waiting = {}, set()
        for key, visit in sorted(self.visits.items()):
            job = self.jobs[visit.job_id]
            if visit.status in FINAL:
                continue
            if visit.status in COMMITTED or job.status in PLANNABLE_JOBS or key in holds:
                work[key] = Work(visit, job, self.sites[visit.site_id])
            else:
                waiting.add(key)
        named = {one.visit.after_id for one in work.values() if one.visit.after_id} - work.keys()
        before = {key: self.visits[key] for key in named}
        _hold_back(work, waiting, {key for key, visit in before.items() if visit.status not in FINAL})
        published: dict[str, list[Assignment]] = defaultdict(list)
        done: dict[str, list[Any]] = defaultdict(list)
        for stop in sorted(self.stops, key=lambda one: (one.shift_id, one.position, one.visit_id, one.role)):
            visit = self.visits[stop.visit_id]
            if visit.status in FINAL:
                done[stop.shift_id].append((stop, visit, self.sites[visit.site_id]))
            else:
                published[stop.visit_id].append(stop)
        end = horizon_end(self.now, ZONE, self.policy.horizon_days)
        wanted = {stop.shift_id for key in work for stop in published.get(key, ())}
        shifts = {
            key: shift
            for key, shift in sorted(self.shifts.items(), key=lambda pair: (pair[1].starts_at, pair[0]))
            if (shift.ends_at > self.now - dt.timedelta(days=1) and shift.starts_at < end) or key in wanted
        }
        absences: dict[str, list[Absence]] = defaultdict(list)
        for absence in sorted(self.absences, key=lambda one: (one.starts_at, one.id)):
            if absence.ends_at > self.now:
                absences[absence.technician_id].append(absence)
        skills: dict[str, list[HeldSkill]] = defaultdict(list)
        for skill in self.skills:
            skills[skill.technician_id].append(skill)
        return Facts(
            now=self.now,
            policy=self.policy,
            start=seconds(self.now),
            end=seconds(end),
            zone=ZONE,
            edition=1,
            plan_id=None,
            position=0,
            work=work,
            waiting=frozenset(waiting),
            before=before,
            published=published,
            done={key: sorted(ones, key=lambda one: one[1].finished_at) for key, ones in done.items()},
            technicians=self.technicians,
            skills=skills,
            shifts=shifts,
            absences=absences,
            positions=self.positions,
            zones={},
            holds=holds,
            promised=self.promises,
        )
