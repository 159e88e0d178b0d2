"""Estimates by a power law, and finding the law of a region."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.travel.embedded import EmbeddedRoads
from dispatch.travel.estimate import EstimateEngine, PowerLaw
from dispatch.travel.fitting import CannotFitError, fit
from dispatch.travel.graph import metres_between
from dispatch.travel.ports import FREE, Fix, Measured, Point, Source, Speeds
from dispatch.travel.roads import RoadNetwork
from tests.dispatch.travel.test_roads import near_streets

HERE, THERE, YONDER = (-29.90, -71.25), (-29.95, -71.30), (-30.10, -71.20)
BOUNDS = (-30.1, -71.4, -29.8, -71.1)


class Bent(EstimateEngine):
    """Estimates by a law, each way off by a factor of its own."""

    def table(self, starts: Sequence[Point], ends: Sequence[Point], speeds: Speeds = FREE) -> Measured:
        measured = super().table(starts, ends, speeds)
        noise = np.random.default_rng(1).normal(0, 0.1, measured.durations.shape)
        # One way in ten is three times as long: a river without a bridge.
        noise += np.log(3) * (np.random.default_rng(2).random(noise.shape) < 0.1)
        durations = np.rint(measured.durations * np.exp(noise)).astype(np.int32)
        return Measured(durations, measured.distances, measured.sources)


def test_an_estimate_grows_more_slowly_than_the_distance() -> None:
    law = PowerLaw(1.0, 0.5)
    assert law.seconds(10_000) == 100
    assert law.seconds(np.array([0, 100])).tolist() == [0, 10]


@given(st.floats(0.01, 50), st.floats(0.1, 2))
def test_a_law_is_written_down_and_read_again(factor: float, exponent: float) -> None:
    law = PowerLaw(factor, exponent)
    assert PowerLaw.from_document(law.as_document()) == law


@pytest.mark.parametrize(
    "document",
    [{}, {"factor": 1}, {"factor": "x", "exponent": 1}, {"factor": None, "exponent": 1}, {"factor": -1, "exponent": 1}],
)
def test_what_is_no_law_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"power law|could not convert"):
        PowerLaw.from_document(document)


def test_a_detour_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="no way is shorter than the crow's"):
        EstimateEngine(PowerLaw(), 0.9)


def test_every_cell_of_an_estimate_says_that_it_is_one() -> None:
    engine = EstimateEngine(PowerLaw(1.5, 0.7), 1.4)
    measured = engine.table([HERE, THERE], [HERE, THERE, YONDER])
    assert measured.durations.shape == measured.distances.shape == measured.sources.shape == (2, 3)
    assert (measured.sources == Source.ESTIMATE).all()
    assert measured.durations[0, 0] == measured.distances[0, 0] == 0
    crow = float(metres_between(*HERE, *YONDER))
    assert measured.durations[0, 2] == round(1.5 * crow**0.7)
    assert measured.distances[0, 2] == round(1.4 * crow)
    slow = engine.table([HERE], [YONDER], Speeds("slow", 2.0, {"primary": 9.0}))
    assert slow.durations[0, 0] == round(2 * 1.5 * crow**0.7)
    assert engine.table([], [HERE]).durations.shape == (0, 1)


def test_an_estimate_answers_all_that_an_engine_is_asked() -> None:
    engine = EstimateEngine()
    first, second = engine.route([HERE, THERE, YONDER])
    assert first.points == (HERE, THERE)
    assert first.source is Source.ESTIMATE
    assert second.seconds == engine.table([THERE], [YONDER]).durations[0, 0]
    assert [place and (place.lat, place.lon) for place in engine.snap([HERE, THERE])] == [HERE, THERE]
    found = engine.match([Fix(0, *HERE), Fix(10, *THERE, heading=45.0)])
    assert found is not None
    assert (found.lat, found.lon, found.heading, found.confidence) == (*THERE, 45.0, 0.0)
    assert engine.match([]) is None


def test_engines_of_different_laws_have_different_versions() -> None:
    engines = [
        EstimateEngine(PowerLaw(a, b), c) for a, b, c in ((1, 0.7, 1.4), (2, 0.7, 1.4), (1, 0.8, 1.4), (1, 0.7, 1.5))
    ]
    assert len({engine.version for engine in engines}) == 4


def test_the_law_behind_noisy_ways_is_found_whatever_rivers_there_are() -> None:
    found = fit(Bent(PowerLaw(1.6, 0.71), 1.45), BOUNDS, seed=3)
    crow = np.array([1_000.0, 5_000.0, 20_000.0])
    assert found.law.seconds(crow) == pytest.approx(PowerLaw(1.6, 0.71).seconds(crow), rel=0.05)
    assert found.detour == pytest.approx(1.45, rel=0.01)
    assert 0.05 < found.median_error < 0.1
    assert found.pairs > 1_000
    assert fit(Bent(PowerLaw(1.6, 0.71), 1.45), BOUNDS, seed=3) == found, "the same seed finds the same"


def test_a_fitted_law_beats_one_speed_for_all_on_real_roads(city: RoadNetwork) -> None:
    engine = EmbeddedRoads.from_network(city)
    found = fit(engine, near_streets(city, 400, seed=2), seed=1, sample=240)
    assert found.median_error < 0.14
    assert 1.2 < found.detour < 1.6
    lat, lon = city.graph.node_lat, city.graph.node_lon
    anywhere = fit(engine, (lat.min(), lon.min(), lat.max(), lon.max()), seed=1, sample=240)
    assert anywhere.median_error < 0.2


def test_nothing_can_be_fitted_to_too_few_places() -> None:
    with pytest.raises(CannotFitError, match="of 2 places on roads, only 2 pairs can be driven"):
        fit(EstimateEngine(), [HERE, THERE])
