"""`fieldwright sample`: a whole working day, planned from street map to page, to see what the system does."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from dispatch.commands import limits
from dispatch.commands.base import CannotWrite, save
from dispatch.commands.progress import face_for
from dispatch.commands.solve import cancelling as cancelling
from dispatch.report.geometry import road_geometry
from dispatch.report.page import write_page
from dispatch.report.table import plan_tables
from dispatch.sample.city import EXTRACT, sample_day
from dispatch.sample.region import region_of_sample
from dispatch.settings import DATA_FOLDER
from dispatch.travel.embedded import EmbeddedRoads
from dispatch.travel.roads import RoadNetwork
from optimizer.check import check
from optimizer.domain import Problem
from optimizer.io import write_plan, write_problem
from optimizer.solve import Progress, Result, solve

NAME = "sample"
SUMMARY = "plan a sample day in La Serena and Coquimbo, and show it as a page and as tables"

# For a console that is no terminal: wide enough for every table.
PLAIN_WIDTH = 160


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--seconds", type=limits.seconds, default=20.0, help="wall time for the search (default 20)")
    parser.add_argument(
        "--seed", type=limits.seed, default=1, metavar="N", help="of the day and of the search (default 1)"
    )
    parser.add_argument("--threads", type=limits.threads, default=1, metavar="N", help="threads that share the search")
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="FOLDER", help="where to write (default out)")


def run(options: argparse.Namespace) -> int:
    """Say each step, write problem, plan and page, print the tables; exit status 1 where the checker complains."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=PLAIN_WIDTH)
    out: Path = options.out
    _make_folder(out)

    with _step(console, "Reading the streets of La Serena and Coquimbo") as told:
        network = _network(out)
        graph = network.graph
        told.append(
            f"{graph.node_count:,} junctions, {graph.arc_count:,} arcs, {len(graph.turn_from):,} turns, "
            f"{graph.street_kilometres:,.0f} km"
        )
    with _step(console, "Making the day and its travel table") as told:
        problem = sample_day(options.seed, network=network)
        places = len(problem.locations)
        people, visits = len(problem.technicians), len(problem.visits)
        told.append(f"{people} technicians, {visits} visits, {places} × {places} times and distances by road")
        save(lambda path: write_problem(problem, path), str(out / "problem.json"))

    result = _solve(console, problem, options)

    with _step(console, "Checking the plan independently") as told:
        complaints = check(problem, result.plan)
        told.append("every must holds, every time and cost is true" if not complaints else f"{len(complaints)} faults")
        save(lambda path: write_plan(problem, result.plan, path), str(out / "plan.json"))
    with _step(console, "Drawing the page") as told:
        geometry = road_geometry(problem, result.plan, network)
        page = out / "plan.html"
        save(lambda path: write_page(problem, result.plan, result.scorecard, geometry, path), str(page))
        told.append(f"{page.stat().st_size / 1000:,.0f} kB")

    console.print()
    for table in plan_tables(problem, result.plan, result.scorecard):
        console.print(table)
    for complaint in complaints:
        console.print(complaint, style="bold red", markup=False)
    console.print(f"\nOpen {page.resolve().as_uri()} in a browser: map, timeline and reasons.", soft_wrap=True)
    console.print("Street map © OpenStreetMap contributors (ODbL); people, customers and house numbers are invented.")
    return 1 if complaints else 0


def _network(out: Path) -> RoadNetwork:
    """The roads of the sample's region where `make run` has built it there; else those of the extract itself."""
    region = region_of_sample(out / DATA_FOLDER)
    return RoadNetwork.from_extract(EXTRACT) if region is None else EmbeddedRoads.open(region.roads_folder).network


def _solve(console: Console, problem: Problem, options: argparse.Namespace) -> Result:
    console.print(f"[bold]•[/bold] Planning for {options.seconds:g} s; Ctrl-C keeps the best found so far")
    began = time.monotonic()
    with cancelling() as cancelled, face_for(sys.stderr, options.seconds, None, began) as face:

        def listen(progress: Progress) -> bool:
            face.show(progress)
            return not cancelled()

        result = solve(problem, seconds=options.seconds, seed=options.seed, threads=options.threads, on_progress=listen)
    done = len(problem.visits) - len(result.plan.unassigned)
    console.print(
        f"  [dim]{done} of {len(problem.visits)} visits planned, cost {result.plan.cost['total']:,.2f}, "
        f"{result.iterations:,} iterations, {result.seconds:.1f} s[/dim]"
    )
    return result


@contextmanager
def _step(console: Console, what: str) -> Iterator[list[str]]:
    """Say what is being done, then what came of it and how long it took."""
    console.print(f"[bold]•[/bold] {what}")
    began, told = time.monotonic(), list[str]()
    yield told
    console.print(f"  [dim]{'; '.join([*told, f'{time.monotonic() - began:.1f} s'])}[/dim]")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CannotWrite(f"{folder}: cannot be made a folder to write to: {reason}") from None
