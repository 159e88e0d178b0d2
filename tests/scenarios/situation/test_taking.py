"""What is taken from a live store, and what is not."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter

import pytest
from sqlalchemy import select

from dispatch.cli import main
from dispatch.domain.clock import FixedClock
from dispatch.domain.sla import Target
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.sample.city import TIME_ZONE
from dispatch.services import jobs
from dispatch.store.engine import Store
from dispatch.store.tables import (
    Assignment,
    Contact,
    Customer,
    Job,
    JobType,
    PlanRow,
    Priority,
    Shift,
    Site,
    SlaClock,
    SlaPolicy,
    Technician,
    Visit,
)
from optimizer.invalid import InvalidInput
from scenarios.changes import changed
from scenarios.scenario import VanStock
from scenarios.simulation.arrivals import ENDS
from scenarios.situation.digest import digest_of
from scenarios.situation.files import as_document
from scenarios.situation.live import parts
from scenarios.situation.taking import take
from tests.dispatch.planning.days import TRAVEL
from tests.dispatch.world import World
from tests.scenarios.recorded import DAY, copy_of


def test_it_is_the_company_as_it_is(sample_day, taken_day):
    with sample_day.store.reading() as uow:
        rows = uow.session.scalars(select(Technician).order_by(Technician.name)).all()
        policies = uow.session.scalars(select(SlaPolicy)).all()
    assert [one.id for one in taken_day.people] == [f"T{number:02d}" for number in range(1, len(rows) + 1)]
    assert [one.pace for one in taken_day.people] == [row.pace for row in rows]
    assert [one.senior for one in taken_day.people] == [row.senior for row in rows]
    first = taken_day.people[0]
    assert (first.start, first.end, first.days) == (450, 960, (0, 1, 2, 3, 4, 5))  # 7:30 to 16:00, all days but Sunday
    assert [(rest.earliest, rest.latest, rest.minutes) for rest in first.rests] == [(705, 795, 45)]
    promised = {one.priority: one for one in taken_day.urgencies}
    for policy in policies:
        terms = promised[policy.priority]
        assert policy.on_site_within == (None if terms.on_site is None else terms.on_site.within)
        assert policy.resolve_within == (None if terms.resolve is None else terms.resolve.within)
    assert taken_day.record.policy["change_budget"] == 6
    assert "seconds" not in taken_day.record.policy


def test_it_names_nobody(sample_day, taken_day):
    text = json.dumps(as_document(taken_day), ensure_ascii=False)
    with sample_day.store.reading() as uow:
        session = uow.session
        secret = set(session.scalars(select(Technician.name))) | set(session.scalars(select(Customer.name)))
        secret |= set(session.scalars(select(Contact.name))) | set(session.scalars(select(Contact.phone)))
        secret |= set(session.scalars(select(Site.address))) | set(session.scalars(select(Technician.id)))
        points = session.execute(select(Site.lat, Site.lon).where(Site.lat.is_not(None))).all()
    assert secret
    assert [one for one in secret if one and one in text] == []
    assert [one for one in points if str(one.lat) in text and str(one.lon) in text] == []


def test_places_are_coarse_and_the_ways_between_them_are_not(sample_day, taken_day):
    assert all(round(place.lat, 3) == place.lat for place in taken_day.places)
    assert len({(place.lat, place.lon) for place in taken_day.places}) == len(taken_day.places)
    job = taken_day.record.jobs[0]
    with sample_day.store.reading() as uow:
        site = uow.session.scalars(select(Site).join(Job, Job.site_id == Site.id).where(Job.number == job.id)).one()
        who = uow.session.scalars(select(Technician).order_by(Technician.name)).first()
    base = (who.base_lat, who.base_lon)
    really = sample_day.travel.measured([base, site.at])
    assert taken_day.seconds[taken_day.people[0].home, job.site] == really.durations[0, 1]
    assert taken_day.metres[taken_day.people[0].home, job.site] == really.distances[0, 1]


def test_every_job_of_the_day_is_there_with_what_became_of_it(sample_day, taken_day):
    record = taken_day.record
    with sample_day.store.reading() as uow:
        numbers = set(
            uow.session.scalars(select(Job.number).join(Site, Site.id == Job.site_id).where(Site.lat.is_not(None)))
        )
        over = uow.session.scalars(
            select(Visit).where(Visit.finished_at.is_not(None), Visit.arrived_at.is_not(None))
        ).all()
        shifts = uow.session.scalars(select(Shift).where(Shift.began_at.is_not(None))).all()
        editions = uow.session.scalars(select(PlanRow).where(PlanRow.edition.is_not(None))).all()
    assert {job.id for job in record.jobs} == numbers
    told = [visit for job in record.jobs for visit in job.visits if visit.when(*ENDS) is not None]
    assert len(told) == sum(len(visit.roles) for visit in over)
    assert all(visit.shift for visit in told)
    assert len([one for one in record.shifts if one.began_at is not None]) == len(shifts)
    assert len(record.publications) == len(editions)


def test_what_was_decided_by_hand_is_told(sample_day, taken_day):
    lock, move, rejection = taken_day.record.by_hand
    assert [lock.kind, move.kind, rejection.kind] == ["lock", "move", "rejection"]
    assert lock.until == lock.at + 2 * 3600
    assert lock.territory in taken_day.territories
    with sample_day.store.reading() as uow:
        job = uow.session.scalars(select(Job).join(Visit).where(Visit.id == sample_day.moved)).one()
    assert move.about == f"{job.number}/1"
    assert dict(move.pins[0][1])["technician"] in {one.id for one in taken_day.people}


def test_what_a_breach_made_more_urgent_is_promised_as_it_came_in(sample_day, taken_day, tmp_path):
    still_open = (job for job in taken_day.record.jobs if all(one.when(*ENDS) is None for one in job.visits))
    was = next(job for job in still_open if job.priority is Priority.NORMAL and job.resolve is not None)
    store = copy_of(sample_day, tmp_path / "raised.db")
    with store.unit_of_work() as uow:
        row = uow.session.scalars(select(Job).where(Job.number == was.id)).one()
        jobs.change(uow, row.id, priority=Priority.CRITICAL)
    with store.reading() as uow:
        due = uow.session.scalars(
            select(SlaClock.due_at).where(SlaClock.job_id == row.id, SlaClock.target == Target.RESOLVE)
        ).one()
        again = take(uow, sample_day.travel, DAY, 1)
    store.dispose()
    assert int(due.timestamp()) != was.resolve.at
    now = next(job for job in again.record.jobs if job.id == was.id)
    assert (now.priority, now.on_site, now.resolve) == (was.priority, was.on_site, was.resolve)


def test_the_same_store_gives_the_same_digest(sample_day, taken_day):
    with sample_day.store.reading() as uow:
        assert digest_of(take(uow, sample_day.travel, DAY, 1)) == digest_of(taken_day)


def test_a_snapshot_is_what_was_open_as_the_day_began(sample_day):
    with sample_day.store.reading() as uow:
        snapshot = take(uow, sample_day.travel, DAY + dt.timedelta(days=1))
        open_jobs = select(Job.number).join(Visit).join(Site, Site.id == Visit.site_id)
        still = set(uow.session.scalars(open_jobs.where(Visit.finished_at.is_(None), Site.lat.is_not(None))))
    record = snapshot.record
    assert record.days == 0
    assert record.shifts == ()
    assert {job.id for job in record.standing} == {job.id for job in record.jobs} == still
    assert len(record.publications) == 1  # the one in force
    assert snapshot.demand.jobs_per_day > 0


def test_by_tomorrow_what_is_planned_for_today_is_over(sample_day):
    midnight = dt.datetime.combine(DAY + dt.timedelta(days=1), dt.time(), TIME_ZONE)
    store = Store(sample_day.store.url.render_as_string(), FixedClock(midnight - dt.timedelta(hours=4)))
    with store.reading() as uow:
        snapshot = take(uow, sample_day.travel, DAY + dt.timedelta(days=1))
        still = select(Visit.id, Job.number, Visit.sequence).join(Job, Job.id == Visit.job_id)
        still = still.join(Site, Site.id == Visit.site_id).where(Visit.finished_at.is_(None), Site.lat.is_not(None))
        visits = {row.id: f"{row.number}/{row.sequence}" for row in uow.session.execute(still)}
        over = set(uow.session.scalars(select(Assignment.visit_id).where(Assignment.end <= midnight)))
    store.dispose()
    there = {name for name, (_, visit) in snapshot.record.visits.items() if visit.part == 0}
    assert there == {name for visit, name in visits.items() if visit not in over}
    assert len(there) < len(visits)


def small_company(store, *, shift=True):
    """One technician with a shift tomorrow, and one job that is open."""
    world = World(store)
    north = world.territory()
    who = world.technician(territory=north)
    if shift:
        world.shift(who, start=24)
    world.job(territory=north)
    return store


def refused(store, first, days=0):
    with store.reading() as uow, pytest.raises(InvalidInput) as error:
        take(uow, TRAVEL, first, days)
    return str(error.value)


def test_days_that_tell_nothing_are_refused(sqlite_store):
    today = sqlite_store.clock.now().date()
    assert "is no day around which anybody works" in refused(small_company(sqlite_store, shift=False), today)
    World(sqlite_store).shift(World(sqlite_store).technician())
    assert "ends on" in refused(sqlite_store, today, 1)
    assert "is too far ahead" in refused(sqlite_store, today + dt.timedelta(days=2))
    assert "must be from 0 to 92" in refused(sqlite_store, today, 93)
    assert "begins an empty period: no job was open in it" in refused(sqlite_store, today - dt.timedelta(days=3), 2)


def test_a_period_in_which_no_plan_was_published_has_nothing_to_be_replayed(sqlite_store):
    small_company(sqlite_store)
    today = sqlite_store.clock.now().date()
    sqlite_store.clock = FixedClock(sqlite_store.clock.now() + dt.timedelta(days=1))
    told = refused(sqlite_store, today, 1)
    assert "begins a period in which no plan was published" in told
    assert "take a snapshot without --days" in told


def test_a_snapshot_needs_no_plan(sqlite_store):
    small_company(sqlite_store)
    with sqlite_store.reading() as uow:
        snapshot = take(uow, TRAVEL, sqlite_store.clock.now().date() + dt.timedelta(days=1))
    assert len(snapshot.record.standing) == 1
    assert snapshot.record.publications == ()
    assert snapshot.record.policy == {}


SCENARIO = """
format = "fieldwright scenario 1"
title = "One more like T03"
kpis = ["sla", "jobs_per_day", "backlog"]
[situation]
kind = "taken"
file = "day.json"
digest = "{digest}"
[horizon]
first = {first}
days = 1
[dispatch]
agent = "{agent}"
iterations = 400
[replications]
least = 1
most = 1
[[changes]]
kind = "hire"
like = "T03"
"""


@pytest.mark.parametrize(("days", "agent"), [(1, "nearest"), (0, "morning")])
def test_the_command_takes_what_a_scenario_starts_from(sample_day, tmp_path, capsys, days, agent):
    first = DAY if days else DAY + dt.timedelta(days=1)
    url = sample_day.store.url.render_as_string()
    words = ["--date", first.isoformat(), "--days", str(days), "--out", str(tmp_path / "day.json")]
    assert main(["scenario", "take", "--database", url, *words]) == 0
    said, digest = capsys.readouterr().out.splitlines()
    assert "14 technicians" in said
    text = SCENARIO.format(digest=digest.split('"')[1], first=first, agent=agent)
    (tmp_path / "hire.toml").write_text(text, encoding="utf-8")
    result, page = tmp_path / "result.json", tmp_path / "page.html"
    words = [str(tmp_path / "hire.toml"), "--out", str(result), "--report", str(page)]
    assert main(["scenario", "run", *words]) == 0
    told = json.loads(result.read_text(encoding="utf-8"))
    before, after = (one["each"][0] for one in told["alternatives"])
    assert after["jobs_per_day"] >= before["jobs_per_day"] > 0
    assert digest.split('"')[1] in page.read_text(encoding="utf-8")


# Parts ---------------------------------------------------------------------------------------------------------------


def test_too_few_jobs_say_nothing_of_parts(taken_day):
    assert taken_day.stock is None
    with pytest.raises(InvalidInput, match="its history tells of too few"):
        changed(taken_day, [VanStock(kind="van-stock", filled=0.9)])


def _lacked(situation):
    """The jobs of which a visit ended for want of a part."""
    told = ((job, step) for job in situation.record.jobs for one in job.visits for step in one.steps)
    return {job for job, step in told if step.action is VisitAction.NEED_PARTS}


def test_its_history_says_which_work_needs_parts_and_how_often_the_van_had_them(sample_day, tmp_path, monkeypatch):
    """Two visits that were done are told to have ended for want of a part instead."""
    with sample_day.store.reading() as uow:
        done = uow.session.execute(
            select(Visit.id, Visit.job_id, Visit.demand, JobType.name)
            .join(Job, Job.id == Visit.job_id)
            .join(JobType, JobType.id == Job.job_type_id)
            .where(Visit.status == VisitStatus.COMPLETED)
            .order_by(Visit.finished_at)
        ).all()
        visits = Counter(sample for (sample,) in uow.session.execute(select(Visit.job_id)))
    using = [row for row in done if row.demand]
    assert len(using) > 5
    lacked = [row for row in using if visits[row.job_id] == 1][:2]
    assert len(lacked) == 2
    others = "UPDATE outbox SET payload = replace(payload, '\"need_parts\"', '\"need_visit\"')"
    told = [
        f"UPDATE outbox SET payload = replace(payload, '\"complete\"', '\"need_parts\"') WHERE subject_id = '{row.id}'"
        for row in lacked
    ]
    changes = [f"UPDATE visit SET status = 'incomplete' WHERE id = '{row.id}'" for row in lacked]
    monkeypatch.setattr(parts, "ENOUGH", 5)

    def taken(name, *statements):
        store = copy_of(sample_day, tmp_path / name, others, *statements)
        with store.reading() as uow:
            found = take(uow, sample_day.travel, DAY, 1)
        store.dispose()
        return found

    before, situation = taken("before.db"), taken("parts.db", *told, *changes)
    assert before.stock.filled == 1.0
    needed = len({row.job_id for row in using})
    assert situation.stock.filled == pytest.approx(1 - 2 / needed, abs=1e-4)
    assert set(situation.stock.needed) == {row.name for row in using}
    assert situation.stock.wait == 24 * 3600  # nobody came again
    assert len(_lacked(situation)) == 2
    assert situation.spread.incomplete <= before.spread.incomplete  # that is told of parts now
    better = changed(situation, [VanStock(kind="van-stock", filled=1.0)])
    assert better.record.stock == situation.stock
