"""Days on which requests become known: what is known when, what is fixed, and that a day which cheats is found out."""

from dataclasses import replace
from random import Random

import pytest

from benchmarks.dynamic.__main__ import main
from benchmarks.dynamic.day import Way, simulated
from benchmarks.dynamic.executed import Executed, Trip
from benchmarks.dynamic.futures import drawn
from benchmarks.dynamic.instances import Dynamic, instances
from benchmarks.dynamic.judging import judged
from benchmarks.dynamic.planner import Effort, Planner
from benchmarks.dynamic.planning import Fetching, Moment
from benchmarks.dynamic.releases import releases_from
from optimizer.convert.plane import TIME_ZERO
from optimizer.invalid import InvalidInput

QUICK = Effort(before=200, again=100, look=50, looks_before=20, looks_again=2, looks_for_a_place=10)

SOLOMON = """tiny

VEHICLE
NUMBER     CAPACITY
  {vehicles}         10

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0         0          0          0       200          0
    1     10         0          1         50        60          5
    2     20         0          1          0       200          5
    3     {x}        0          1          0       {due}        5
"""
RELEASES = """# Instance tiny - 1 dynamic requests - 2 static requests
Dyn   Stat
1     2
ID    RD
1     -1
2     -1
3     {at}
"""

# The depot lies at 0/0. Technician 1 lives at 0/10 and has tool 0, technician 2 at 0/-10 and has nothing; request 3
# asks for tool 0, request 4 for tool 1, which nobody carries, request 5 for nothing.
TRSP = """X101.tiny

INFO
CREW COUNT  SKILLS  TOOLS   SPARE PARTS
2      1       2       1

DEPOT TECHNICIANS AND REQUESTS
ID   X     Y     TWS    TWE    Serv   SKILLS   TOOLS    SPARE PARTS
0    0    0      0      200    0      [] [] []
1    0    10     0      200    0      [0] [0] [0]
2    0    -10    0      200    0      [0] [] [0]
3    5    10     0      200    10     [0] [0] [0]
4    0    5      0      200    10     [0] [1] [0]
5    {x}  -10    0      200    10     [0] [] [0]
"""


@pytest.fixture
def folder(tmp_path):
    def made(x=10, due=200, at=40, vehicles=2, degree=10):
        (tmp_path / "tiny.txt").write_text(SOLOMON.format(x=x, due=due, vehicles=vehicles))
        (tmp_path / f"tiny_rd_{degree}.txt").write_text(RELEASES.format(at=at))
        return tmp_path

    return made


@pytest.fixture
def vehicles(folder):
    def made(**words) -> Dynamic:
        (one,) = instances("lackner", folder(**words), None, None)
        return one

    return made


@pytest.fixture
def technicians(tmp_path):
    def made(at5=-1, at4=-1, x=5) -> Dynamic:
        (tmp_path / "X101.tiny.txt").write_text(TRSP.format(x=x))
        (tmp_path / "X101.tiny_rd_30.txt").write_text(f"ID RD\n3 -1\n4 {at4}\n5 {at5}\n")
        (one,) = instances("pillac", tmp_path, None, None)
        return one

    return made


def at(units):
    """Vehicles count in tenths of the files' units."""
    return TIME_ZERO + 10 * units


# -- files -----------------------------------------------------------------------------------------------------------


def test_release_dates_are_read_and_what_is_known_from_the_start_has_none():
    assert releases_from(RELEASES.format(at=12.5)) == {"1": None, "2": None, "3": 12.5}


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("1 -1\n", "the file", "has no line `ID RD`"),
        ("ID RD\n", "the file", "names no request"),
        ("ID RD\n1 -1\n1 5\n", "line 3", "stands in the file already"),
        ("ID RD\n1 soon\n", "line 2", "must be a number"),
        ("ID RD\n1\n", "line 2", "must hold 2 numbers"),
    ],
)
def test_broken_release_dates_are_told_with_their_line(text, place, problem):
    with pytest.raises(InvalidInput) as caught:
        releases_from(text)
    assert (caught.value.place, caught.value.problem) == (place, problem)


def test_an_instance_has_its_release_dates_in_its_own_time_and_what_was_published(folder):
    here = folder(at=12.34)
    (here / "reference_summary.csv").write_text(
        "instance,dod,pALNS_rejected,pALNS_cost,static_bks_distance\ntiny,30,9,9,9\ntiny,10,0.5,41.5,40\n"
    )
    (one,) = instances("lackner", here, None, None)
    # 12.34 units are 123.4 tenths: it is known from the next whole one on.
    assert one.released == {"3": TIME_ZERO + 124}
    assert (one.published.rejected, one.published.value, one.published.static) == (0.5, 41.5, 40)
    assert {visit.drop_cost for visit in one.problem.visits} == {10_000}


def test_release_dates_of_another_instance_are_refused(folder):
    here = folder()
    (here / "tiny_rd_10.txt").write_text("ID RD\n1 -1\n2 -1\n4 3\n")
    with pytest.raises(InvalidInput, match=r"tiny_rd_10.txt: the requests.*stand in one of the two files only"):
        list(instances("lackner", here, None, None))


# -- what is known, and what is fixed --------------------------------------------------------------------------------


def test_who_would_wait_at_a_door_leaves_only_in_time_for_it(vehicles):
    dynamic = vehicles()
    executed = Executed(dynamic.problem)
    moment = Moment(dynamic, executed, set(), {"1"})
    standing = Planner(QUICK).first(moment)
    key = next(key for key, done in executed.trips.items() if done == [])
    # Customer 1 is 10 away and opens at 50: one leaves at 40, and not a tenth sooner.
    executed.go_on(standing.plan, standing.visits, at(40) - 1)
    assert all(done == [] for done in executed.trips.values())
    executed.go_on(standing.plan, standing.visits, at(40))
    (trip,) = next(done for done in executed.trips.values() if done)
    assert trip == Trip("1", at(40), at(50), at(55))
    assert key in executed.trips


def test_idle_time_is_lost_but_by_the_rule_that_was_published(vehicles):
    # Customer 3 lies 60 away and closes at 70; it is known at 20. From the depot one is there at 80 at the soonest:
    # too late, unless one may leave at 10, before anybody knew.
    dynamic = vehicles(x=-60, due=70, at=20)
    strict = simulated(dynamic, Way(QUICK)).judged
    assert (strict.rejected, strict.wrong) == (1, ())
    published = simulated(dynamic, Way(QUICK, as_published=True)).judged
    assert (published.rejected, published.wrong) == (0, ())


def test_as_published_whoever_is_sent_late_is_there_as_if_they_had_not_waited(vehicles):
    dynamic = vehicles()
    for late, sent in ((0.0, 40), (0.5, 45), (1.0, 50)):
        executed = Executed(dynamic.problem, as_published=True, late=late)
        standing = Planner(QUICK).first(Moment(dynamic, executed, set(), {"1"}))
        # Customer 1 opens at 50 and closes at 60: half of the slack is 5.
        executed.go_on(standing.plan, standing.visits, at(sent) - 1)
        assert not any(executed.trips.values())
        executed.go_on(standing.plan, standing.visits, at(sent))
        (trip,) = next(done for done in executed.trips.values() if done)
        assert trip == Trip("1", at(40), at(50), at(55))


def test_what_can_be_reached_is_accepted_and_served(vehicles):
    # Known at 5, it is 60 away: there at 65, before 70.
    found = simulated(vehicles(x=-60, due=70, at=5), Way(QUICK)).judged
    assert (found.rejected, found.wrong) == (0, ())
    # Two vehicles: 20 + 20 for customers 1 and 2, 60 + 60 for customer 3.
    assert found.value == pytest.approx(160)


@pytest.mark.parametrize("futures", [0.0, 1.0])
def test_nothing_that_is_done_before_a_release_depends_on_what_is_released(vehicles, futures, monkeypatch):
    days = []
    real = Executed.go_on

    def noted(self, plan, visits, to, cut_off=None):
        real(self, plan, visits, to, cut_off)
        days[-1].append({key: [trip for trip in done if trip.left < at(40)] for key, done in self.trips.items()})

    monkeypatch.setattr(Executed, "go_on", noted)
    for x, due in ((10, 200), (-70, 120), (15, 90)):
        days.append([])
        simulated(vehicles(x=x, due=due, at=40), Way(QUICK, futures=futures))
    assert days[0][0] == days[1][0] == days[2][0]


def test_what_is_drawn_is_like_what_is_known_and_as_many_as_are_missing(vehicles):
    dynamic = vehicles()
    moment = Moment(dynamic, Executed(dynamic.problem), {"1"}, {"2"})
    (one,) = drawn(moment, 1.0, Random(1))  # one of three requests is still to come
    assert one.location in {dynamic.problem.visits[0].location, dynamic.problem.visits[1].location}
    assert list(drawn(moment, 0.0, Random(1))) == []


# -- days that cheat -------------------------------------------------------------------------------------------------


@pytest.fixture
def done(vehicles):
    """A day by hand: vehicle 1 does customer 2 at 20, goes on to 1, and then to 3, which is known at 40."""
    dynamic = vehicles()
    executed = Executed(dynamic.problem)
    trips = [
        Trip("2", at(0), at(20), at(25)),
        Trip("1", at(40), at(50), at(55)),
        Trip("3", at(55), at(55), at(60)),
    ]
    executed.trips["vehicle-1", "day"] = trips
    return dynamic, executed, trips


def test_an_honest_day_by_hand_has_nothing_wrong(done):
    dynamic, executed, _ = done
    found = judged(dynamic, executed, {})
    assert (found.rejected, found.value, found.wrong) == (0, 40.0, ())


@pytest.mark.parametrize(
    ("number", "trip", "said"),
    [
        (2, Trip("3", at(39), at(55), at(60)), "vehicle-1 leaves for 3 before it is known"),
        (1, Trip("1", at(24), at(50), at(55)), "vehicle-1 leaves for 1 before 2 has ended"),
        (1, Trip("1", at(49), at(61), at(66)), "1 starts at"),
        (0, Trip("2", at(0), at(19), at(24)), "2"),  # it is 20 away
    ],
)
def test_a_day_that_cheats_is_found_out(done, number, trip, said):
    dynamic, executed, trips = done
    trips[number] = trip
    assert any(said in one for one in judged(dynamic, executed, {}).wrong)


# -- tools and parts -------------------------------------------------------------------------------------------------


def test_who_lacks_a_tool_goes_by_the_depot(technicians):
    found = simulated(technicians(), Way(QUICK)).judged
    assert (found.rejected, found.wrong) == (0, ())
    by_depot = [[stop.visit for stop in route.stops] for route in found.plan.routes]
    (route,) = [stops for stops in by_depot if "4" in stops]
    (depot,) = [at for at, stop in enumerate(route) if stop.startswith("depot-")]
    assert depot < route.index("4")


def test_a_day_without_the_way_by_the_depot_is_found_out(technicians):
    dynamic = technicians()
    executed = Executed(dynamic.problem)
    first = TIME_ZERO + 1000 * 100
    executed.trips["2", "day"] = [Trip("5", first - 5000, first, first + 10_000)]
    assert judged(dynamic, executed, {}).wrong == ()
    back = first + 10_000 + 15_812  # request 4 is √(5² + 15²) away
    executed.trips["2", "day"].append(Trip("4", first + 10_000, back, back + 10_000))
    assert any("tool-1" in one for one in judged(dynamic, executed, {}).wrong)
    # Going there afterwards does not help.
    executed.trips["2", "day"].append(Trip("depot-2", back + 10_000, back + 15_000, back + 15_000))
    wrong = judged(dynamic, executed, {("2", "day"): Fetching()}).wrong
    assert any(one.startswith("before the depot: ") and "tool-1" in one for one in wrong)


def test_who_is_out_after_the_cut_off_goes_home_for_good_and_who_is_at_home_can_still_be_sent(technicians):
    # Nobody has what 4 asks for. Technician 1 does 3 by 15, and could do 5 as well, which is known at 90.
    dynamic = replace(technicians(at5=90), depot=None, cut_off=TIME_ZERO + 80_000)
    assert simulated(dynamic, Way(QUICK)).judged.rejected == 1  # technician 2 is still at home
    alone = replace(dynamic, problem=replace(dynamic.problem, technicians=dynamic.problem.technicians[:1]))
    assert simulated(alone, Way(QUICK)).judged.rejected == 2
    assert simulated(replace(alone, cut_off=TIME_ZERO + 100_000), Way(QUICK)).judged.rejected == 1
    assert simulated(dynamic, Way(QUICK, as_published=True)).judged.rejected == 2


# -- the command -----------------------------------------------------------------------------------------------------


def test_it_runs_days_beside_what_was_published_and_repeats_itself(folder, tmp_path, capsys):
    here = folder(at=5)
    (here / "reference_summary.csv").write_text(
        "instance,dod,pALNS_rejected,pALNS_cost,static_bks_distance\ntiny,10,1,50,40\n"
    )
    words = ["lackner", "--instances", str(here), "--before", "50", "--again", "20", "--jobs", "1"]
    told = []
    for name in ("one.csv", "two.csv"):
        assert main([*words, "--out", str(tmp_path / name)]) == 0
        told.append([line.split(",")[:8] for line in (tmp_path / name).read_text().splitlines()])
    assert told[0] == told[1] == [told[0][0], ["tiny", "10", "3", "0", "40.0", "1.0", "50.0", "40.0"]]
    assert capsys.readouterr().out.splitlines()[-1].split() == [
        "10",
        "%",
        "1",
        "0.00",
        "1.00",
        "0.00",
        "25.00",
        "1",
        "0",
    ]


def test_a_folder_without_release_dates_is_said(tmp_path, capsys):
    assert main(["pillac", "--instances", str(tmp_path)]) == 2
    assert "no release dates (*_rd_NN.txt)" in capsys.readouterr().err
