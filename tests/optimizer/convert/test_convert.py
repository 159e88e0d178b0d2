"""Benchmark files become problems whose `total` is in the units of the benchmark."""

import gzip

import pytest

from optimizer.check import check, checked_cost
from optimizer.convert import read_benchmark
from optimizer.domain import Plan, Route, Stop, Unassigned
from optimizer.invalid import InvalidInput

SOLOMON = """TINY

VEHICLE
NUMBER     CAPACITY
  2         20

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0         0          0          0        100          0
    1      1         1         10          0         50         10
    2      3         4         15         20         30         10
"""

SITE = """NAME: SITE
COMMENT: two types of vehicle
TYPE: SDVRPTW
EDGE_WEIGHT_TYPE: EUC_2D
DIMENSION: 4
VEHICLES: 3
VEHICLES_MAX_DURATION: 50
NODE_COORD_SECTION
1	0	0
2	1	1
3	-3.5	4
4	2	0
DEMAND_SECTION
1	0
2	9
3	0.5
4	1
SERVICE_TIME_SECTION
1	0
2	2
3	2
4	2
TIME_WINDOW_SECTION
1	0	100
2	0	100
3	40	60
4	0	100
CAPACITY_SECTION
1	10
2	20
3	20
VEHICLES_ALLOWED_CLIENTS_SECTION
1	2	4
2	3	4
3	3	4
EOF
"""

DEPOTS = """NAME: DEPOTS
TYPE: MDVRPTW
EDGE_WEIGHT_TYPE: EUC_2D
DIMENSION: 3
VEHICLES: 2
CAPACITY: 20
NODE_COORD_SECTION
1 0 0
2 10 0
3 9 0
DEMAND_SECTION
1 0
2 0
3 5
TIME_WINDOW_SECTION
1 0 100
2 5 90
3 0 100
VEHICLES_DEPOT_SECTION
1 1
2 2
DEPOT_SECTION
1
2
-1
EOF
"""

PRIZES = """NAME : PRIZES
TYPE : PCVRPTW
DIMENSION : 3
VEHICLES : 1
CAPACITY : 20
SERVICE_TIME : 5
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 1 1
3 30 40
DEMAND_SECTION
1 0
2 10
3 10
TIME_WINDOW_SECTION
1 0 200
2 0 200
3 0 200
PRIZE_SECTION
1 0
2 21
3 18
DEPOT_SECTION
1
-1
EOF
"""

PLANAR = """TOY

INFO
CREW COUNT  SKILLS  TOOLS   SPARE PARTS
2      2       2       2

DEPOT TECHNICIANS AND REQUESTS
ID   X     Y     TWS    TWE    Serv   SKILLS   TOOLS    SPARE PARTS
0    9    9    0      240    0      [] 	[] 	[]
1    0    0    0      240    0      [0,1] 	[1] 	[2,0]
2    5    5    0      240    0      [1] 	[] 	[0,1]
3    3    4    60     70     10     [0] 	[1] 	[1,0]
4    3    5    0      240    10     [1] 	[] 	[0,0]
"""


def matrix(entries):
    return "\n".join(";".join([str(index), *(f"{entry:.4f}" for entry in row)]) for index, row in enumerate(entries))


def roads(home_again=0):
    """One technician, two requests: rows are depot, home, 2 requests, the way home, the depot again. Minutes, km."""
    minutes = [[0, 0, 20.1333, 30, 0, 0], [0, 0, 20.1333, 30, 0, 0], [20.1333, 20.1333, 0, 5.05, 20.1333, 20.1333],
               [30, 30, 5.05, 0, 30, 30], [0, home_again, 20.1333, 30, 0, 0], [0, 0, 20.1333, 30, 0, 0]]  # fmt: skip
    km = [[entry * 1.5 for entry in row] for row in minutes]
    return (
        "ROADS\n\nINFO\nCREW COUNT  SKILLS    TOOLS   SPARE PARTS\n 1 0 0 0\n\nDEPOT TECHNICIANS AND REQUESTS\n"
        "ID X Y TWS TWE Serv SKILLS TOOLS SPARE PARTS\n"
        "0 0.0 0.0 420.0 1140.0 0.0 \t[] \t[] \t[]\n"
        "1 0.0 0.0 420.0 1140.0 0.0 \t[] \t[] \t[]\n"
        "2 0.0 0.0 465.0 480.0 45.0 \t[] \t[] \t[]\n"
        "3 0.0 0.0 0.0 1440.0 90.0 \t[] \t[] \t[]\n"
        f"DISTANCES\n{matrix(km)}\nTRAVEL TIMES\n{matrix(minutes)}\n"
    )


@pytest.fixture
def read(tmp_path):
    def read_text(kind, text, convention=None):
        path = tmp_path / "benchmark.txt"
        path.write_text(text)
        return read_benchmark(kind, path, convention)

    return read_text


def drive(problem, *routes):
    """The plan in which each of these (technician, visits…) drives, and what it costs; it must be valid."""
    done = {visit for _, *visits in routes for visit in visits}
    plan = Plan(
        tuple(Route(who, "day", tuple(Stop(visit) for visit in visits)) for who, *visits in routes),
        tuple(Unassigned(visit.id) for visit in problem.visits if visit.id not in done),
    )
    assert check(problem, plan) == []
    return checked_cost(problem, plan)["total"]


def test_solomon_counts_tenths_cut_off(read):
    # 0→1 √2 = 1.4, 1→2 √13 = 3.6, 2→0 5.0: 10.0
    problem = read("solomon", SOLOMON)
    assert problem.name == "TINY"
    assert problem.travel["car"].durations.tolist() == [[0, 14, 50], [14, 0, 36], [50, 36, 0]]
    assert drive(problem, ("vehicle-1", "1"), ("vehicle-2", "2")) == pytest.approx(2.8 + 10.0)
    one = problem.visits[1]
    assert (one.duration, one.windows[0].latest - problem.shifts[0][1].start, one.drop_cost) == (100, 300, None)
    assert [technician.capacity for technician in problem.technicians] == [{"load": 20}, {"load": 20}]


def test_solomon_in_thousandths_rounds(read):
    # √2 = 1.414, twice
    problem = read("solomon", SOLOMON, "thousandths")
    assert drive(problem, ("vehicle-1", "1"), ("vehicle-2", "2")) == pytest.approx(2.828 + 10.0)


def test_site_dependent_counts_thousandths_and_duty_from_the_latest_departure(read):
    # Client 3 is √(3.5² + 4²) = 5.315 away and opens at 40: leaving in time for that, 12.6 of 50 are on duty
    problem = read("vrplib", SITE)
    routes = ("vehicle-1", "2", "4"), ("vehicle-2", "3")
    # 1→2 √2, 2→4 √2, 4→1 2; and 2 · 5315
    assert drive(problem, *routes) == 1414 + 1414 + 2000 + 2 * 5315
    assert problem.shifts[0][1].max_duty == 50_000


def test_site_dependent_vehicles_have_the_skills_of_their_type(read):
    problem = read("vrplib", SITE)
    assert [technician.skills for technician in problem.technicians] == [
        {"vehicle-type-1": 1},
        {"vehicle-type-2": 1},
        {"vehicle-type-2": 1},
    ]
    assert [visit.roles[0].skills for visit in problem.visits] == [{"vehicle-type-1": 1}, {"vehicle-type-2": 1}, {}]
    assert [technician.capacity["load"] for technician in problem.technicians] == [10, 20, 20]


def test_multi_depot_vehicles_have_their_homes(read):
    problem = read("vrplib", DEPOTS)
    assert [visit.id for visit in problem.visits] == ["3"]
    assert [shift.start_location for _, shift in problem.shifts] == [0, 1]
    first, second = (shift for _, shift in problem.shifts)
    assert (second.start - first.start, first.end - second.end) == (5_000, 10_000)
    assert drive(problem, ("vehicle-2", "3")) == 2000
    assert drive(problem, ("vehicle-1", "3")) == 18_000


def test_prizes_not_collected_count_in_tenths(read):
    # client 2: √2 there and back, 14 tenths each; the prize of client 3 is 18
    problem = read("vrplib", PRIZES)
    assert drive(problem, ("vehicle-1", "2")) == 28 + 180
    assert [visit.drop_cost for visit in problem.visits] == [210, 180]
    assert [visit.duration for visit in problem.visits] == [50, 50]


def test_working_time_starts_at_the_latest_departure(read):
    # Home to 3 takes 5 of the file's units, it opens at 60: leaves at 55, 10 of service, 1 to 4, 10, √34 = 5.831 home
    problem = read("praxedo", PLANAR)
    assert drive(problem, ("1", "3", "4")) == pytest.approx(5 + 10 + 1 + 10 + 5.831)
    ana, ben = problem.technicians
    assert ana.skills == {"skill-0": 1, "skill-1": 1, "tool-1": 1}
    assert (ana.capacity, ben.capacity) == ({"part-0": 2}, {"part-1": 1})
    assert problem.visits[0].roles[0].skills == {"skill-0": 1, "tool-1": 1}
    assert problem.visits[0].demand == {"part-0": 1}


def test_an_unserved_request_outweighs_all_working_time(read):
    problem = read("praxedo", PLANAR)
    assert drive(problem, ("1", "3")) == pytest.approx(10_000 + 5 + 10 + 5)


def test_roads_come_back_to_whole_seconds(read):
    # 20.1333 min are 1208 s. Leaves in time for 465 (7:45): 20:08 + 45 min + 5:03 + 90 min + 30 min = 190:11
    problem = read("praxedo", roads())
    assert drive(problem, ("1", "2", "3")) == pytest.approx(190 + 11 / 60)
    assert problem.travel["car"].durations[0].tolist() == [0, 1208, 1800]
    assert problem.travel["car"].distances[0].tolist() == [0, 30_200, 45_000]
    assert len(problem.locations) == 3


def test_a_way_home_of_its_own_keeps_its_place(read):
    problem = read("praxedo", roads(home_again=7))
    assert len(problem.locations) == 4
    assert (problem.shifts[0][1].start_location, problem.shifts[0][1].end_location) == (0, 3)


def test_a_zipped_benchmark_is_read(tmp_path):
    path = tmp_path / "tiny.txt.gz"
    path.write_bytes(gzip.compress(SOLOMON.encode()))
    assert len(read_benchmark("solomon", path).visits) == 2


@pytest.mark.parametrize(
    ("kind", "text", "place", "words"),
    [
        ("solomon", "", "the file", "has no line VEHICLE"),
        ("solomon", SOLOMON.replace("CUSTOMER", "CLIENT"), "the file", "has no line CUSTOMER"),
        ("solomon", SOLOMON.replace("2         20", "2         x"), "line 5", "must be a number"),
        ("solomon", SOLOMON.replace("  2         20", "  0         20"), "line 5", "no number of vehicles"),
        ("solomon", SOLOMON.replace("50         10", "50"), "line 11", "must hold 7 numbers"),
        ("solomon", SOLOMON.replace("20         30", "30         20"), "visits[1].windows[0]", "ends before it starts"),
        ("solomon", SOLOMON.replace("    2  ", "    1  "), "locations[2].id", "is the id of locations[1] too"),
        ("vrplib", SITE.replace("TYPE: SDVRPTW", "TYPE: CVRP"), "line 3", "is a TYPE that is not read"),
        ("vrplib", SITE.replace("EUC_2D", "EXPLICIT"), "line 4", "is an EDGE_WEIGHT_TYPE that is not read"),
        ("vrplib", SITE.replace("DIMENSION: 4\n", ""), "the file", "has no heading DIMENSION"),
        ("vrplib", SITE.replace("DIMENSION: 4", "DIMENSION: 4.5"), "line 5", "must be a whole number"),
        ("vrplib", SITE.replace("4	2	0\n", ""), "NODE_COORD_SECTION", "a line for each index from 1 to 4"),
        ("vrplib", SITE.replace("2	1	1", "1	1	1"), "line 10", "stands twice"),
        ("vrplib", SITE.replace("1	10\n2	20", "1	x\n2	20"), "line 29", "must be a number"),
        ("vrplib", DEPOTS.replace("\n2\n-1", "\n7\n-1"), "line 24", "is the index of no node"),
        ("vrplib", DEPOTS.replace("2 2\nDEPOT", "2 3\nDEPOT"), "VEHICLES_DEPOT_SECTION", "is no depot"),
        ("vrplib", "1 2 3\n", "line 1", "belongs to no section"),
        ("praxedo", "", "the file", "has no line `CREW COUNT …`"),
        ("praxedo", PLANAR.replace("2      2       2       2", "x"), "line 5", "must be a number"),
        ("praxedo", PLANAR.replace("[0,1]", "0,1"), "line 10", "is no row of the table"),
        ("praxedo", PLANAR.replace("4    3    5 ", "7    3    5 "), "line 13", "must be row 4"),
        ("praxedo", roads()[:-60], "line 25", "must hold 7 numbers"),
        ("nope", "", "kind", "is no kind of benchmark file"),
    ],
)
def test_a_broken_benchmark_is_refused_by_line(read, kind, text, place, words):
    with pytest.raises(InvalidInput) as refused:
        read(kind, text)
    assert refused.value.place == place
    assert words in str(refused.value)


def test_an_unknown_convention_is_refused(read):
    with pytest.raises(InvalidInput, match="convention: is no convention"):
        read("solomon", SOLOMON, "guess")
