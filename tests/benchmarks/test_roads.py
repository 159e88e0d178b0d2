"""The benchmark of travel times: it runs on the sample city, and compares what it says it compares."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from benchmarks.roads.__main__ import main
from benchmarks.roads.against import Osrm, compare, random_pairs
from benchmarks.roads.traces import random_traces
from dispatch.sample.city import EXTRACT
from dispatch.travel.graph import metres_between
from dispatch.travel.roads import RoadNetwork


class Slower(BaseHTTPRequestHandler):
    """Speaks OSRM's language on the city's roads, a tenth slower; hangs up after every answer, and knows no way for
    points in the south."""

    network: RoadNetwork

    def do_GET(self) -> None:  # the name that the library calls
        coordinates = self.path.split("?")[0].rsplit("/", 1)[1].split(";")
        start, end = ((float(lat), float(lon)) for lon, lat in (pair.split(",") for pair in coordinates))
        snaps = [self.network.snap(*point) for point in (start, end)]
        drive = self.network.route(start, end)
        ends = [{"location": [snap.lon, snap.lat], "distance": snap.metres} for snap in snaps]
        document = {
            "code": "Ok",
            "routes": [{"duration": drive.seconds * 1.1, "distance": drive.metres}],
            "waypoints": ends,
        }
        if start[0] < -29.96:
            document = {"code": "NoRoute", "waypoints": ends}
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests need no log."""


@pytest.fixture(scope="module")
def city() -> RoadNetwork:
    return RoadNetwork.from_extract(EXTRACT)


@pytest.fixture
def url(city: RoadNetwork) -> Iterator[str]:
    Slower.network = city
    with ThreadingHTTPServer(("127.0.0.1", 0), Slower) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_both_are_asked_for_the_same_pairs_and_held_against_each_other(city: RoadNetwork, url: str) -> None:
    pairs = random_pairs(city, 40, seed=1)
    assert pairs == random_pairs(city, 40, seed=1)
    south = sum(start[0] < -29.96 for start, _ in pairs)
    assert 0 < south < 40
    found = compare(city, Osrm(url), pairs)
    assert (found.asked, found.pairs, found.only_we, found.only_they, found.too_far) == (40, 40 - south, south, 0, 0)
    assert np.median(found.seconds_errors) == pytest.approx(1 / 1.1 - 1, abs=1e-3)
    assert np.abs(found.metres_errors).max() == 0
    assert len(found.same_road_errors) == found.pairs


def test_an_address_without_a_host_is_refused() -> None:
    with pytest.raises(ValueError, match="must look like http://127"):
        Osrm("127.0.0.1:5000")


def test_made_up_traces_end_where_they_say(city: RoadNetwork) -> None:
    for trace in random_traces(city, 10, seed=2, noise_m=0.001):
        last = trace.fixes[-1]
        assert float(metres_between(last.lat, last.lon, *trace.truth)) < 0.1
        assert city.snap(*trace.truth).metres < 0.5
        assert len(trace.fixes) == 10


def test_everything_is_measured_and_printed(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--extract", str(EXTRACT), "--osrm", url, "--pairs", "10", "--traces", "5"]) == 0
    said = capsys.readouterr().out
    for word in ("built in", "opened in", "1000 x 1000", "estimate:", "with heading", "against OSRM", "most memory"):
        assert word in said


def test_an_extract_that_is_none_ends_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--extract", str(tmp_path / "none.osm.pbf")]) == 2
    assert "there is no OpenStreetMap extract at" in capsys.readouterr().err
