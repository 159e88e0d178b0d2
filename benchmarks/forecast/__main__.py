"""``python -m benchmarks.forecast``: forecasts against what came, on histories of files and on some that are made up.

``--history`` reads a file of the form of `fieldwright forecast`, or the samples that lie below a folder. ``--made``
makes up histories from a known truth, of which each forecast is held against who knows the true rates as well.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.forecast.calls import histories
from benchmarks.forecast.made import Made, Truth, made
from benchmarks.machine import conditions
from benchmarks.tables import say, table
from scenarios.forecast.calibration import SHARES
from scenarios.forecast.counts import quantile
from scenarios.forecast.grains import GRAINS
from scenarios.forecast.history import History
from scenarios.forecast.issuing import Outside
from scenarios.forecast.judging import INTERVALS, Score
from scenarios.forecast.proving import OURS, UNCALIBRATED, Proof, prove
from scenarios.forecast.rolling import WEEK

ASKED = {"80 %": 0.8, "90 %": 0.9}
SHOWN = ("all by day", "skill by day", "territory and skill by hour")
"""Grains that are told week by week."""
_ALLOWED = 0.05
"""So far a coverage by rank may be from what it is asked to be."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; status 1 where a guess is better than the forecast, or a coverage is off by more than 5 points."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forecast", description=__doc__)
    parser.add_argument("--history", metavar="PATH", type=Path, help="a history, .csv, or a folder with samples")
    parser.add_argument("--zone", default="UTC", help="of a history (default UTC)")
    parser.add_argument("--country", help="whose public holidays a history has")
    parser.add_argument("--weeks", type=int, default=4, help="ahead (default 4)")
    parser.add_argument("--hold-out", type=int, default=52, help="weeks to judge (default 52)")
    parser.add_argument("--made", type=int, default=0, metavar="N", help="so many made-up histories (default none)")
    parser.add_argument("--days", type=int, default=1000, help="of each of them (default 1000)")
    parser.add_argument("--jobs", type=float, default=60.0, help="a day, of them (default 60)")
    given = parser.parse_args(arguments)
    if given.history is None and not given.made:
        parser.error("give --history PATH, or --made N")
    say(conditions().sentence())
    good = True
    read = histories(given.history, ZoneInfo(given.zone), given.country) if given.history is not None else ()
    for name, history, country in read:
        say(f"\n{name}: {len(history.which)} jobs on {history.days} days, {len(history.series)} series")
        good &= _told(_proof(history, Outside(country), given))
    return 0 if _made(given) and good else 1


def _made(given: argparse.Namespace) -> bool:
    """Whether forecasts of histories that are made up are good; all of them together."""
    if not given.made:
        return True
    truths = [Truth(seed=seed, days=given.days, jobs_per_day=given.jobs) for seed in range(1, given.made + 1)]
    proofs, knowing = [], dict.fromkeys(GRAINS, Score())
    say(f"\n{given.made} made-up histories of {given.jobs:g} jobs on each of {given.days} days")
    for truth in truths:
        one = made(truth)
        proofs.append(_proof(one.history, Outside(truth.country, one.weather), given))
        knowing = {grain: knowing[grain] + score for grain, score in _knowing(one, truth, given).items()}
    proof = _together(proofs)
    good = _told(proof)
    rows = [
        [grain, f"{proof.score(OURS, grain).loss_per_job:.4f}", f"{knowing[grain].loss_per_job:.4f}"]
        for grain in GRAINS
    ]
    say()
    say(table(["loss for each job", OURS, "who knows the truth"], rows))
    return good


def _proof(history: History, outside: Outside, given: argparse.Namespace) -> Proof:
    began = time.process_time()
    proof = prove(history, outside, given.weeks, given.hold_out)
    seconds = time.process_time() - began
    say(f"{proof.forecasts} forecasts of {proof.weeks} weeks judged; {seconds:.0f} s of the processor")
    return proof


def _together(proofs: Sequence[Proof]) -> Proof:
    first, *others = proofs
    scores = {key: sum((one.scores[key] for one in others), start=score) for key, score in first.scores.items()}
    return Proof(scores, sum(one.forecasts for one in proofs), first.weeks)


def _told(proof: Proof) -> bool:
    """Print what was found; whether the forecast is better than every guess, and as sure as it says."""
    guesses = [method for method in proof.methods if method not in (OURS, UNCALIBRATED)]
    methods = [OURS, UNCALIBRATED, *guesses]
    held = [f"{name} held" for name in INTERVALS] + [f"{name} by rank" for name in INTERVALS]
    rows, good = [], True
    for grain in GRAINS:
        ours = proof.score(OURS, grain)
        rows.append([grain, *(f"{proof.score(method, grain).loss_per_job:.4f}" for method in methods), *_held(ours)])
        good &= all(ours.loss < proof.score(method, grain).loss for method in guesses)
        good &= all(abs(ours.coverage_by_rank(name) - asked) <= _ALLOWED for name, asked in ASKED.items())
    say()
    say(table(["loss for each job", *methods, *held], rows))
    for grain in SHOWN:
        weeks = [
            [
                f"{week + 1}",
                *(f"{proof.score(method, grain, week).loss_per_job:.4f}" for method in methods),
                *_held(proof.score(OURS, grain, week)),
            ]
            for week in range(proof.weeks)
        ]
        say()
        say(table([f"{grain}, week", *methods, *held], weeks))
    return good


def _held(score: Score) -> list[str]:
    """How much the intervals held, and the same by rank."""
    found = [score.coverage(name) for name in INTERVALS] + [score.coverage_by_rank(name) for name in INTERVALS]
    return [f"{100 * share:.1f} %" for share in found]


def _knowing(one: Made, truth: Truth, given: argparse.Namespace) -> dict[str, Score]:
    """What somebody loses who knows the rates, the weather to come and how demand will stand, and not how busy the days
    happen to be: nobody can lose less in the long run.
    """
    history = one.history
    days = [
        day
        for origin in range(history.days - WEEK * given.hold_out, history.days - WEEK * given.weeks + 1, WEEK)
        for day in range(origin, origin + WEEK * given.weeks)
    ]
    counts = history.hourly(0, history.days)[:, days]
    found = {}
    for name, grain in GRAINS.items():
        came, means = grain.summed(counts, history.series), grain.summed(one.rates[:, days], history.series)
        found[name] = Score()
        found[name].add(came, np.stack([quantile(share, means, truth.busy) for share in SHARES]))
    return found


if __name__ == "__main__":
    raise SystemExit(main())
