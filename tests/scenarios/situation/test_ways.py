"""A new base: its ways are measured as those of the situation are, and what was driven from the old one stays so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.invalid import InvalidInput
from scenarios.changes import changed
from scenarios.scenario import Hire, NewBase, TravelChange
from scenarios.simulation.agents.greedy import Nearest
from scenarios.simulation.agents.live import Live
from scenarios.simulation.agents.planned import Planning
from scenarios.simulation.recorded import RecordedChance
from scenarios.simulation.recording import Recording, record_of
from scenarios.simulation.streams import Streams
from scenarios.situation.digest import digest_of
from scenarios.situation.sample_city import sample_city
from scenarios.situation.ways import SampleStreets
from tests.scenarios.situations import calm, environment, hamlet

TOWN = hamlet()
HERE = (-29.94, -71.27)


def based(situation, **where):
    return changed(situation, [NewBase(kind="base", **where)])


def base_at(situation, point, **more):
    return based(situation, lat=point[0], lon=point[1], **more)


def test_a_new_place_has_ways_by_the_law_of_the_towns_others():
    after = base_at(TOWN, HERE)
    points = [(one.lat, one.lon) for one in after.places]
    seconds, metres = TOWN.ways.measured(points, points)
    assert (after.seconds == seconds).all()
    assert (after.metres == metres).all()
    assert (after.seconds[:-1, :-1] == TOWN.seconds).all()
    assert {person.home for person in after.people} == {len(TOWN.places)}
    assert digest_of(after) != digest_of(TOWN)


@pytest.fixture(scope="module")
def city():
    return sample_city(1, 70)


def test_in_the_sample_city_it_is_reached_by_the_streets(city):
    who = city.people[0].id
    after = base_at(city, (-29.9602, -71.3391), technicians=[who])
    points = [(one.lat, one.lon) for one in after.places]
    seconds, metres = SampleStreets().measured(points, points[-1:])
    assert (after.seconds[:, -1] == seconds[:, 0]).all()
    assert (after.metres[:-1, -1] == metres[:-1, 0]).all()
    assert after.seconds[-1, -1] == 0
    assert (after.seconds[:-1, -1] != after.seconds[-1, :-1]).any()  # streets are one-way, crows are not
    assert [one.id for one in after.people if one.home == len(city.places)] == [who]


def test_where_nobody_can_drive_is_told_with_the_nearest_site(city):
    with pytest.raises(InvalidInput, match=r'lat, lon: cannot be driven to: .*site = "P0') as refused:
        base_at(city, (-29.93, -71.45))  # in the bay
    assert "from there" in str(refused.value)


def test_winter_is_winter_on_the_ways_to_a_new_base_too():
    winter = TravelChange(kind="travel", factor=1.5)
    base = NewBase(kind="base", lat=HERE[0], lon=HERE[1])
    before, after = changed(TOWN, [winter, base]), changed(TOWN, [base, winter])
    assert (before.seconds == after.seconds).all()
    assert digest_of(before) == digest_of(after)


def test_a_base_can_be_anothers_or_a_site():
    after = based(TOWN, technicians=["T01"], like="T03")
    assert after.person("T01").home == TOWN.person("T03").home
    assert after.person("T02") == TOWN.person("T02")
    site = TOWN.sites[3]
    assert based(TOWN, site=TOWN.places[site].id).person("T04").home == site
    assert len(after.places) == len(TOWN.places)
    assert after.seconds is TOWN.seconds


def test_a_point_where_a_place_is_already_is_that_place():
    place = TOWN.places[TOWN.sites[0]]
    after = base_at(TOWN, (place.lat, place.lon))
    assert len(after.places) == len(TOWN.places)
    assert {person.home for person in after.people} == {TOWN.sites[0]}


def test_somebody_hired_may_begin_elsewhere():
    base = NewBase(kind="base", lat=HERE[0], lon=HERE[1], technicians=["T01+1"])
    after = changed(TOWN, [Hire(kind="hire", like="T01"), base])
    assert after.person("T01").home == TOWN.person("T01").home
    assert after.person("T01+1").home == len(TOWN.places)


@pytest.mark.parametrize("agent", [Nearest, lambda: Live(Planning(20))])
def test_a_day_begins_and_ends_there(agent):
    after = base_at(calm(TOWN), HERE)
    operation = environment(after, agent()).run()
    assert operation.broken() == []
    for shift in operation.shifts.values():
        assert shift.ended_at is not None
        assert shift.at == len(TOWN.places)
        first = operation.visits[shift.done[0]]
        assert first.arrived_at - first.departed_at == after.seconds[len(TOWN.places), first.job.site]


def test_who_does_not_use_it_has_the_digest_that_was_known_before():
    assert digest_of(replace(TOWN, ways=None)) == digest_of(TOWN)
    assert digest_of(hamlet()) == "sha256:7e58eb8fc2b32e0e22844a70edc4cf7005225e204d32ff5fedf82fea7a324873"


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"like": "T9"}, 'changes[0].like: is no technician (found "T9"); '),
        ({"site": "P9999"}, 'changes[0].site: is no site (found "P9999"); '),
        ({"site": TOWN.places[0].id}, 'changes[0].site: is no site (found "P0000"); '),  # it is a base
        ({"lat": 52.5, "lon": 13.4}, "changes[0].lat, lon: lies "),
        ({"like": "T01", "technicians": ["T7"]}, 'changes[0].technicians[0]: is no technician (found "T7"); '),
    ],
)
def test_a_place_that_there_is_not_is_told(where, said):
    with pytest.raises(InvalidInput) as refused:
        based(TOWN, **where)
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    "where", [{}, {"lat": 1.0}, {"like": "T01", "site": "P0007"}, {"site": "P1", "lat": 1, "lon": 1}]
)
def test_one_place_has_to_be_named(where):
    with pytest.raises(ValueError, match="give"):
        NewBase(kind="base", **where)


# Days that were recorded ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def recorded():
    recording = Recording(Nearest())
    made = environment(hamlet(technicians=4, jobs_per_day=24.0), recording, 1, seed=3)
    made.run()
    return replace(made.situation, record=record_of(made, recording)), made


def test_what_was_driven_from_the_old_base_says_nothing_of_the_new_one(recorded):
    situation, made = recorded
    after = based(situation, technicians=["T02"], like="T01")
    first = next(iter(made.operation.shifts["T02/261123"].done))
    before, now = (RecordedChance(one, Streams(1), one.record).visit(first) for one in (situation, after))
    assert before == now
    assert now.leg[0] == situation.person("T02").home
    assert based(after, technicians=["T02"], like="T03").record == after.record != situation.record


def test_a_taken_situation_knows_no_ways_to_new_points_and_names_a_site(taken_day):
    place = taken_day.places[taken_day.sites[0]]
    with pytest.raises(InvalidInput, match="knows no ways") as refused:
        base_at(taken_day, (place.lat + 0.0005, place.lon))
    assert f'site = "{place.id}" lies 56 m from there' in str(refused.value)
    there = based(taken_day, site=place.id)
    assert {person.home for person in there.people} == {taken_day.sites[0]}
    assert np.array_equal(there.seconds, taken_day.seconds)
