"""``python -m benchmarks.roads``: building, tables, estimates and matching on an extract, and how near OSRM comes."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from benchmarks.machine import conditions, peak_mb
from benchmarks.roads.against import Comparison, Osrm, compare, random_pairs
from benchmarks.roads.traces import Floats, random_traces
from benchmarks.tables import complain, number, say, table
from dispatch.travel.embedded import EmbeddedRoads
from dispatch.travel.fitting import SAMPLE, fit
from dispatch.travel.graph import RoadDataError, metres_between
from dispatch.travel.osrm_binaries import prepare
from dispatch.travel.osrm_server import OsrmServer
from dispatch.travel.ports import EngineError, Point, Speeds

SIZES = (100, 500, 1000)
ROUNDS = 5
LATE_S = 60.0
MORNING = Speeds("morning", 1.1, {"primary": 1.3, "secondary": 1.3})
CONFIDENCES = (0.0, 0.6, 0.9, 1.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    given = _parser().parse_args(arguments)
    say(conditions().sentence())
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        try:
            engine = _built(given.extract, folder / "roads")
            _tables(engine, given.seed)
            _estimate(engine, given.seed)
            _matching(engine, given.traces, given.seed)
            with _server(given.osrm, given.osrm_binary, given.extract, folder / "server") as osrm:
                if osrm is not None:
                    _accuracy(compare(engine.network, osrm, random_pairs(engine.network, given.pairs, given.seed)))
        except (RoadDataError, EngineError, OSError, ValueError) as error:
            complain(f"error: {error}")
            return 2
    say()
    say(f"most memory held: {peak_mb():.0f} MB")
    return 0


def _built(extract: Path, folder: Path) -> EmbeddedRoads:
    began, worked = perf_counter(), process_time()
    EmbeddedRoads.build(extract, folder)
    built, cpu = perf_counter() - began, process_time() - worked
    began = perf_counter()
    engine = EmbeddedRoads.open(folder)
    opened = perf_counter() - began
    size = sum(file.stat().st_size for file in folder.iterdir())
    graph = engine.network.graph
    say()
    say(
        f"{extract.name}: {graph.street_kilometres:,.0f} km of streets, {graph.arc_count:,} arcs, "
        f"{len(graph.turn_from):,} turns; built in {built:.1f} s ({cpu:.1f} s of processor), {size / 2**20:.1f} MB; "
        f"opened in {opened:.2f} s"
    )
    return engine


def _tables(engine: EmbeddedRoads, seed: int) -> None:
    """Times and distances between places never asked for before, so that looking for their roads counts too."""
    rows = [[f"{size} x {size}", *_seconds(engine, size, seed)] for size in SIZES]
    rows.append([f"1 x {SIZES[-1]} and back", *_new_point(engine, seed)])
    began = perf_counter()
    engine.network.fastest.under(MORNING)
    say()
    say(table(["durations and distances", "median s", "worst s"], rows))
    say(f"the speeds of another slice made ready in {perf_counter() - began:.3f} s")


def _seconds(engine: EmbeddedRoads, size: int, seed: int) -> list[str]:
    taken = []
    for turn in range(ROUNDS):
        points = _places(engine, size, seed + 100 * turn + size)
        began = perf_counter()
        engine.table(points, points)
        taken.append(perf_counter() - began)
    return [number(float(np.median(taken)), 3), number(max(taken), 3)]


def _new_point(engine: EmbeddedRoads, seed: int) -> list[str]:
    known = _places(engine, SIZES[-1], seed + 7)
    engine.table(known, known[:1])
    taken = []
    for turn in range(ROUNDS):
        new = _places(engine, 1, seed + 1000 + turn)
        began = perf_counter()
        engine.table(new, known)
        engine.table(known, new)
        taken.append(perf_counter() - began)
    return [number(float(np.median(taken)), 3), number(max(taken), 3)]


def _places(engine: EmbeddedRoads, count: int, seed: int) -> list[Point]:
    """Places some metres beside random streets: each piece of street counts the same, so most lie where people live."""
    generator = np.random.default_rng(seed)
    graph = engine.network.graph
    piece = generator.choice(graph.piece_count, count)
    chosen = (graph.piece_start[piece] + graph.piece_start[piece + 1] - 1) // 2
    away = generator.normal(0, 0.0003, (count, 2))
    return [
        (float(graph.shape_lat[at] + north), float(graph.shape_lon[at] + east))
        for at, (north, east) in zip(chosen, away, strict=True)
    ]


def _estimate(engine: EmbeddedRoads, seed: int) -> None:
    places = _places(engine, 2 * SAMPLE, seed)
    began = perf_counter()
    found = fit(engine, places, seed)
    say()
    say(
        f"estimate: {found.law.factor:.3f} s x (metres as the crow flies)^{found.law.exponent:.3f}, detour "
        f"{found.detour:.2f}; median error {found.median_error:.1%} on {found.pairs:,} pairs held out; fitted in "
        f"{perf_counter() - began:.2f} s"
    )


def _matching(engine: EmbeddedRoads, count: int, seed: int) -> None:
    rows = []
    for heading in (True, False):
        traces = random_traces(engine.network, count, seed, heading=heading)
        began = perf_counter()
        matched = engine.match_all([trace.fixes for trace in traces])
        taken = perf_counter() - began
        late = np.zeros(count)
        right, confidence = np.zeros(count, bool), np.zeros(count)
        for at, (trace, found) in enumerate(zip(traces, matched, strict=True)):
            if found is None or found.heading is None:
                late[at] = np.inf
                continue
            ends = engine.table([trace.truth, (found.lat, found.lon)], [trace.destination]).durations[:, 0]
            late[at] = abs(float(ends[0]) - float(ends[1]))
            turned = abs((found.heading - trace.heading + 180) % 360 - 180)
            right[at] = turned < 45 and metres_between(found.lat, found.lon, *trace.truth) < 25
            confidence[at] = found.confidence
        rows.append(
            [
                "with heading" if heading else "without",
                f"{taken:.2f}",
                f"{(late > LATE_S).mean():.1%}",
                number(float(late.max()), 0),
                f"{right.mean():.1%}",
                *(_share(right, confidence, low, high) for low, high in pairwise(CONFIDENCES)),
            ]
        )
    say()
    heads = [f"right at {low:.0%}-{high:.0%} sure" for low, high in pairwise(CONFIDENCES)]
    say(table([f"{count} traces", "s", "remaining time off > 60 s", "worst s", "right road", *heads], rows))


def _share(right: np.ndarray[tuple[int], np.dtype[np.bool_]], confidence: Floats, low: float, high: float) -> str:
    among = (confidence >= low) & ((confidence < high) | (high == 1.0))
    return f"{right[among].mean():.1%} of {among.sum()}" if among.any() else "-"


def _accuracy(found: Comparison) -> None:
    say()
    say(
        f"against OSRM: {found.asked:,} random pairs, {found.pairs:,} routed by both; routed by OSRM alone "
        f"{found.only_they}, here alone {found.only_we}; {found.too_far} snapped too far by OSRM"
    )
    kinds = (
        ("time", found.seconds_errors),
        ("time, same places", found.same_road_errors),
        ("distance", found.metres_errors),
    )
    rows = [
        [
            kind,
            f"{len(errors):,}",
            f"{np.median(np.abs(errors)):.2%}",
            f"{np.median(errors):+.2%}",
            f"{np.quantile(np.abs(errors), 0.9):.2%}",
            f"{np.quantile(np.abs(errors), 0.99):.2%}",
        ]
        for kind, errors in kinds
        if len(errors)
    ]
    say(table(["difference", "pairs", "median", "bias", "90 %", "99 %"], rows))


@contextmanager
def _server(url: str | None, binary: Path | None, extract: Path, folder: Path) -> Iterator[Osrm | None]:
    """The server to be held against: one that runs, one of our own, or none."""
    if url is not None:
        yield Osrm(url)
    elif binary is not None:
        prepare(extract, folder, binaries=binary.parent)
        with OsrmServer(folder, binary) as server:
            yield Osrm(server.url)
    else:
        yield None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.roads", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--extract", type=Path, required=True, metavar="FILE.osm.pbf")
    against = parser.add_mutually_exclusive_group()
    against.add_argument("--osrm", metavar="URL", help="a running OSRM server with the same extract")
    against.add_argument("--osrm-binary", type=Path, metavar="PATH", help="of osrm-routed, to start one of our own")
    parser.add_argument("--pairs", type=int, default=5000, help="held against OSRM (default 5000)")
    parser.add_argument("--traces", type=int, default=500, help="made up and matched (default 500)")
    parser.add_argument("--seed", type=int, default=1, help="of places, pairs and traces (default 1)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
