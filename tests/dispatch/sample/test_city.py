from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import numpy as np
import pytest

from dispatch.sample.city import TIME_ZONE, sample_day
from dispatch.sample.places import draw_places
from dispatch.travel.roads import RoadNetwork
from optimizer.domain import Matrix, Problem, Role, Technician
from optimizer.io import read_problem, write_problem


def able(technician: Technician, role: Role) -> bool:
    return all(technician.skills.get(skill, 0) >= level for skill, level in role.skills.items())


def digest(problem: Problem, path: Path) -> str:
    write_problem(problem, path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_seed_gives_the_same_day_to_the_last_byte(city: RoadNetwork, tmp_path: Path) -> None:
    first, again = sample_day(seed=7, network=city), sample_day(seed=7, network=city)
    assert first == again
    assert digest(first, tmp_path / "first.json") == digest(again, tmp_path / "again.json")


def test_the_day_does_not_depend_on_who_built_the_network(day: Problem) -> None:
    assert sample_day(seed=3) == day


def test_another_seed_and_another_date_give_another_day(city: RoadNetwork, day: Problem) -> None:
    other = sample_day(seed=4, network=city)
    winter = sample_day(seed=3, date=dt.date(2027, 7, 6), network=city)
    assert other.locations != day.locations
    assert winter.locations != day.locations


def test_a_day_that_is_written_can_be_read_again(day: Problem, tmp_path: Path) -> None:
    write_problem(day, tmp_path / "problem.json")
    assert read_problem(tmp_path / "problem.json") == day


def test_a_day_holds_what_makes_dispatching_hard(day: Problem) -> None:
    visits, people = day.visits, day.technicians
    assert (len(people), len(visits)) == (14, 120)
    assert len({visit.id for visit in visits}) == 120
    assert len({location.id for location in day.locations}) == len(day.locations) == 130
    assert sum(len(visit.roles) == 2 for visit in visits) == 5
    assert sum(bool(visit.after) for visit in visits) >= 3
    assert sum(visit.arrive_by is not None for visit in visits) >= 5
    assert sum(visit.previous is not None for visit in visits) >= 30
    assert any(visit.never for visit in visits)
    assert any(visit.preferred for visit in visits)
    assert sum(technician.shifts[0].max_duty is not None for technician in people) == 2
    assert sum(len(technician.shifts[0].breaks) == 2 for technician in people) >= 4
    narrow = [visit for visit in visits if any(w.latest - w.earliest == 7200 for w in visit.windows)]
    assert 30 <= len(narrow) <= 70


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_visit_is_within_somebodys_skills(seed: int, city: RoadNetwork) -> None:
    day = sample_day(seed=seed, network=city)
    for visit in day.visits:
        for role in visit.roles:
            may = [who for who in day.technicians if able(who, role) and who.id not in visit.never]
            assert len(may) >= len(visit.roles), f"{visit.id} needs {role.skills}"


def test_what_yesterday_planned_could_be_done_by_those_it_named(day: Problem) -> None:
    for visit in day.visits:
        if visit.previous is None:
            continue
        who = day.technicians[day.technician_index[visit.previous.technician]]
        assert able(who, visit.roles[0])
        assert who.id not in visit.never
        start = visit.previous.start
        if start is not None:
            assert any(window.earliest <= start <= window.latest for window in visit.windows)
            assert who.shifts[0].start <= start < who.shifts[0].end


def test_a_promise_is_never_due_before_it_could_be_kept(day: Problem) -> None:
    for visit in day.visits:
        opens = visit.windows[0].earliest
        assert visit.arrive_by is None or visit.arrive_by.at >= opens
        assert visit.complete_by is None or visit.complete_by.at >= opens + visit.duration


def test_times_are_those_of_the_clock_in_chile(city: RoadNetwork) -> None:
    for date, hours in ((dt.date(2026, 11, 24), -3), (dt.date(2027, 7, 6), -4)):
        shift = sample_day(network=city, date=date).technicians[4].shifts[0]
        assert shift.utc_offset == hours * 3600
        local = dt.datetime.fromtimestamp(shift.start, TIME_ZONE)
        assert (local.date(), local.hour, local.minute) == (date, 8, 30)


def test_the_day_is_measured_on_the_road(day: Problem, city: RoadNetwork) -> None:
    travel = day.travel["car"]
    assert isinstance(travel, Matrix)
    assert travel.distances is not None
    a, b = day.locations[3], day.locations[77]
    way = city.route((a.lat, a.lon), (b.lat, b.lon))
    assert (travel.durations[3, 77], travel.distances[3, 77]) == (way.seconds, way.metres)


def test_an_address_lies_at_its_street(day: Problem, city: RoadNetwork) -> None:
    on_name = 0
    for location in day.locations:
        snap = city.snap(location.lat, location.lon)
        assert snap.metres < 15
        on_name += location.id.startswith(snap.street) and bool(snap.street)
    # A house at a corner may lie nearer to the side street.
    assert on_name >= 0.9 * len(day.locations)


def test_more_addresses_than_streets_are_refused(city: RoadNetwork) -> None:
    with pytest.raises(ValueError, match="1000000 addresses need more"):
        draw_places(city.graph, 1_000_000, np.random.default_rng(1))
