"""The simulated drives by which expected arrivals are judged: their truth is that of the engine."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from benchmarks.positions.__main__ import main
from benchmarks.positions.drives import Drive, drives, phone
from benchmarks.positions.errors import WAYS, errors
from dispatch.sample.city import EXTRACT
from dispatch.travel.ports import FREE, Fix, OnRoad
from dispatch.travel.provider import RoadTravel
from dispatch.travel.roads import RoadNetwork
from optimizer.distance import geodesic


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return RoadNetwork.from_extract(EXTRACT)


@pytest.fixture(scope="module")
def driven(network: RoadNetwork) -> list[Drive]:
    return list(drives(network, 12, seed=3))


def test_a_drive_goes_from_one_arc_to_the_next_without_a_leap(network: RoadNetwork, driven: list[Drive]) -> None:
    for drive in driven:
        assert all(
            network.graph.head[a] == network.graph.tail[b] for a, b in zip(drive.arcs, drive.arcs[1:], strict=False)
        )
        places = [drive.moment(at).place for at in np.arange(0, drive.takes, 2.0).tolist()]
        assert max(geodesic(a, b, 1, 1)[1] for a, b in pairwise(places)) < 2 * 130 / 3.6
        assert geodesic(drive.moment(drive.takes).place, drive.end, 1, 1)[1] <= 1


def test_the_time_that_is_left_is_what_the_engine_takes_from_there(network: RoadNetwork, driven: list[Drive]) -> None:
    """Up to a turn that is being driven, and turning round on the spot, which the engine lets one do who stands."""
    travel = RoadTravel(network)
    away = []
    for drive in driven:
        for share in (0.0, 0.2, 0.5, 0.8):
            moment = drive.moment(share * drive.takes)
            found = int(travel.row(moment.place, [drive.end], FREE).durations[0, 0])
            away.append(moment.left - found)
    assert np.median(np.abs(away)) <= 1
    assert max(np.abs(away)) <= 15


def test_a_phone_is_wrong_by_its_noise(driven: list[Drive]) -> None:
    generator = np.random.default_rng(1)
    moment = driven[0].moment(60)
    off = [
        geodesic((fix.lat, fix.lon), moment.place, 1, 1)[1]
        for fix in (phone(driven[0], 60, 8.0, generator) for _ in range(400))
    ]
    assert np.mean(off) == pytest.approx(8 * np.sqrt(np.pi / 2), rel=0.1)
    assert phone(driven[0], 60, 0.0, generator).lat == moment.place[0]


class Knowing(RoadTravel):
    """Knows where everybody really is."""

    def match(self, trace: object) -> OnRoad | None:
        return None


def test_without_noise_errors_are_those_of_the_engine(network: RoadNetwork, driven: list[Drive]) -> None:
    found = errors(Knowing(network), driven, 0.0, 3, seed=1)
    assert [one.name for one in found] == [way.name for way in WAYS]
    assert all(len(one.seconds) == 36 for one in found)
    assert all(np.median(np.abs(one.seconds)) <= 2 for one in found)


def test_the_ways_of_expecting_see_what_they_say() -> None:
    trace = [Fix(10.0, 0, 0, heading=90), Fix(20.0, 0, 0, heading=91)]
    seen = {way.name: [(fix.at, fix.heading) for fix in way.of(trace)] for way in WAYS}
    assert seen == {
        "last position": [(20.0, None)],
        "last position, heading": [(20.0, 91)],
        "trace": [(10.0, None), (20.0, None)],
        "trace, heading": [(10.0, 90), (20.0, 91)],
    }


def test_the_command_measures_rounds_and_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--technicians", "4", "--rounds", "2", "--moments", "2", "--noise", "8"]) == 0
    said = capsys.readouterr().out
    assert "4 drives, seed 1" in said
    assert "next 1" in said
    assert "trace, heading" in said
