from optimizer.domain import Location
from optimizer.rules.travel import Travel
from tests.optimizer.rules.verifier import verify
from tests.tiny import Costs, Geodesic, plan, problem, route, shift, technician, visit

# From home to V1, to V2 and home: 20 + 15 + 40 = 75 min; 12 + 9 + 20 = 41 km. The ways back differ.
MINUTES = [[0, 20, 30], [5, 0, 15], [40, 5, 0]]
KM = [[0, 12, 30], [5, 0, 9], [20, 5, 0]]
VISITS = [visit("V1", 1), visit("V2", 2)]
ROUND = plan(route("Ann", "V1", "V2"))


def test_driving_costs_by_the_hour_and_by_the_kilometre():
    ann = technician("Ann", costs=Costs(per_travel_hour=20, per_km=0.35))
    # 75/60 h × 20 + 41 km × 0.35 = 25 + 14.35
    case = verify(Travel()).given(problem(VISITS, ann, MINUTES, km=KM), ROUND)
    case.penalizes_by(39.35, because="Ann drives 1 h 15 min and 41.0 km on S")


def test_distance_costs_nothing_where_it_is_not_known():
    ann = technician("Ann", costs=Costs(per_travel_hour=20, per_km=0.35))
    verify(Travel()).given(problem(VISITS, ann, MINUTES), ROUND).penalizes_by(25)


def test_a_route_that_ends_at_its_last_visit_has_no_way_home():
    ann = technician("Ann", shift(end_location=None), costs=Costs(per_travel_hour=60, per_km=1))
    # 35 min and 21 km.
    verify(Travel()).given(problem(VISITS, ann, MINUTES, km=KM), ROUND).penalizes_by(56)


def test_waiting_is_not_driving():
    ann = technician("Ann", costs=Costs(per_travel_hour=60))
    late = [visit("V1", 1, 120), visit("V2", 2)]
    verify(Travel()).given(problem(late, ann, MINUTES), ROUND).penalizes_by(75)


def test_the_great_circle_has_a_speed_and_a_detour():
    # One degree along the equator: 6371.009 km × π / 180 = 111.195 km, × 1.2 = 133 434 m (rounded); at 60 km/h
    # 8006 s (rounded); there and back: 266.868 km and 16 012 s.
    equator = problem(
        visit("V1", 1),
        technician("Ann", costs=Costs(per_travel_hour=3600, per_km=1000)),
        travel={"car": Geodesic(60, 1.2)},
    )
    places = (Location("A", 0, 10), Location("B", 0, 11))
    equator = type(equator)(places, equator.travel, equator.technicians, equator.visits)
    verify(Travel()).given(equator, plan(route("Ann", "V1"))).penalizes_by(266_868 + 16_012)
