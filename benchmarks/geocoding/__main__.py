"""``python -m benchmarks.geocoding``: addresses of an extract found again, right and with one typing error each."""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.geocoding.asking import FORMS, NEAR, Address, addresses_of, sample, with_error
from benchmarks.tables import complain, number, say, table
from dispatch.geocoding.candidates import Candidate, safe
from dispatch.geocoding.index import build
from dispatch.geocoding.measure import metres
from dispatch.geocoding.opened import Index


@dataclass(frozen=True, slots=True)
class Asked:
    """One query, what became of it, and how long it took (milliseconds by the clock, and of the processor)."""

    form: str
    query: str
    address: Address
    first: Candidate | None
    near: bool
    sure: bool
    took: float
    worked: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the index, ask, and print what was found; 1 where a target is missed."""
    given = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "places.db"
        started, used = time.perf_counter(), time.process_time()
        counts = build(given.extract, file)
        took, used = time.perf_counter() - started, time.process_time() - used
        size = file.stat().st_size
        say(f"{given.extract.name}: {counts.addresses} addresses, {counts.streets} streets, {counts.places} places,")
        say(f"{counts.sites} named sites; index built in {took:.1f} s ({used:.1f} s CPU), {size / 1e6:.2f} MB.")
        addresses = addresses_of(given.extract)
        if not addresses:
            complain(f"{given.extract}: it has no addresses to ask for; take another extract.")
            return 2
        scattered = sum(one.scattered for one in addresses)
        say(f"{scattered} of {len(addresses)} addresses stand in the extract more than once, over {NEAR:g} m apart.")
        chosen = sample(addresses, given.count, given.seed)
        index = Index(file)
        index.search("warming up 1")
        chance = random.Random(given.seed)
        forms = list(FORMS)
        right = [_ask(index, forms[at % len(forms)], one, one) for at, one in enumerate(chosen)]
        wrong = [_ask(index, forms[at % len(forms)], with_error(one, chance), one) for at, one in enumerate(chosen)]
    say()
    say(_table({"as it stands": right, "one typing error": wrong}))
    say()
    say(_table({form: [one for one in right if one.form == form] for form in forms}))
    if given.show:
        _show(right + wrong, given.show)
    shares = [_share(asked) for asked in (right, wrong)]
    return int(shares[0] < given.least or shares[1] < given.least_with_error)


def _ask(index: Index, form: str, written: Address, meant: Address) -> Asked:
    query = FORMS[form](written)
    started, used = time.perf_counter(), time.thread_time()
    found = index.search(query)
    took, worked = (time.perf_counter() - started) * 1_000, (time.thread_time() - used) * 1_000
    first = found[0] if found else None
    near = first is not None and metres((first.lat, first.lon), meant.at) <= NEAR
    return Asked(form, query, meant, first, near, safe(found), took, worked)


def _share(asked: Sequence[Asked]) -> float:
    return 100 * sum(one.near for one in asked) / len(asked)


def _table(groups: dict[str, list[Asked]]) -> str:
    headings = [
        "queries",
        "count",
        f"within {NEAR:g} m %",
        "of unique %",
        "called exact %",
        "sure %",
        "sure, far",
        "median ms",
        "p99 ms",
        "median CPU ms",
        "p99 CPU ms",
    ]
    rows = []
    for name, asked in groups.items():
        if not asked:
            continue
        unique = [one for one in asked if not one.address.scattered]
        times, works = sorted(one.took for one in asked), sorted(one.worked for one in asked)
        late = min(len(asked) - 1, int(len(asked) * 0.99))
        exact = sum(one.first is not None and one.first.precision == "exact" for one in asked)
        rows.append(
            [
                name,
                str(len(asked)),
                number(_share(asked)),
                number(_share(unique)) if unique else "-",
                number(100 * exact / len(asked)),
                number(100 * sum(one.sure for one in asked) / len(asked)),
                str(sum(one.sure and not one.near for one in asked)),
                number(statistics.median(times)),
                number(times[late]),
                number(statistics.median(works)),
                number(works[late]),
            ]
        )
    return table(headings, rows)


def _show(asked: Sequence[Asked], most: int) -> None:
    say()
    for one in [one for one in asked if not one.near][:most]:
        said = "nothing" if one.first is None else f"{one.first.label} ({one.first.precision}, {one.first.score})"
        where = f"{one.address.street} {one.address.number}, {one.address.city}"
        twice = ", stands there more than once" if one.address.scattered else ""
        say(f"{one.query!r}: meant {where}{twice}; found {said}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.geocoding", description=__doc__)
    parser.add_argument("--extract", type=Path, required=True, help="an OpenStreetMap extract with addresses")
    parser.add_argument("--count", type=int, default=1_000, help="addresses to ask for")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=float, default=99.0, help="share that must be found, in percent")
    parser.add_argument("--least-with-error", type=float, default=90.0, help="the same with one typing error each")
    parser.add_argument("--show", type=int, default=0, help="print so many of those that were not found")
    return parser


if __name__ == "__main__":
    sys.exit(main())
