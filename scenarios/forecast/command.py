"""`fieldwright forecast`: how much demand is to be expected, how good such forecasts were, and whom that asks for."""

from __future__ import annotations

import argparse
import datetime as dt
import math
import sys
import time
import zoneinfo
from collections.abc import Callable, Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from dispatch.commands import limits
from dispatch.commands.base import CannotStart, naming, refuse_unwritable, save
from dispatch.commands.opening import add_database, opened, settings_for
from scenarios.forecast.calibration import SHARES
from scenarios.forecast.covariates import KNOWN_DAYS
from scenarios.forecast.csv_files import COLUMNS, read_covariates, read_history
from scenarios.forecast.days import holidays_of
from scenarios.forecast.files import MOST_WEEKS, as_text, digest_of, document, read_forecast
from scenarios.forecast.forecast import Forecast, make
from scenarios.forecast.gathering import Period
from scenarios.forecast.grains import GRAINS
from scenarios.forecast.history import HOURS, History
from scenarios.forecast.issuing import Outside
from scenarios.forecast.providing import USUAL_MINUTES, Provision, needs, unknown_minutes
from scenarios.forecast.proving import prove
from scenarios.forecast.rolling import OnProgress
from scenarios.forecast.store_history import stored_history
from scenarios.forecast.telling import (
    days_table,
    forecast_csv,
    needs_csv,
    needs_table,
    proof_lines,
    proof_table,
)

_PLAIN_WIDTH = 160
_QUIET_SECONDS = 10.0
_SOME = 5
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "what",
        choices=("make", "prove", "show", "staff"),
        help="make a forecast from history, hold forecasts of the past against what came, show a forecast, or say how "
        "many technicians it asks for",
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help="for make and prove the history, .csv, a line for each job (without it: the jobs of the store); for show "
        "and staff the forecast, .json",
    )
    add_database(parser)
    _configure_learning(parser)
    _configure_provision(parser)
    parser.add_argument("--out", metavar="FORECAST", help="of make: forecast to write, .json")
    parser.add_argument("--table", metavar="TABLE", help="all numbers to write, .csv (of make, show and staff)")


def _configure_learning(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--zone", metavar="ZONE", help="time zone whose hours are meant (default: that of the settings)"
    )
    parser.add_argument("--country", metavar="CODE", help="whose public holidays are kept, such as CL or DE-BY")
    parser.add_argument(
        "--weeks", type=limits.whole(1, MOST_WEEKS), default=4, metavar="N", help="to forecast (default 4)"
    )
    parser.add_argument(
        "--since", type=_date, metavar="DATE", help="first day of the history (default: of the first job)"
    )
    parser.add_argument(
        "--until",
        type=_date,
        metavar="DATE",
        help="first day to forecast (default: that of the last job, as it may go on)",
    )
    parser.add_argument(
        "--columns",
        type=_columns,
        metavar="NAME=COLUMN,…",
        help=f"what {', '.join(COLUMNS)} are called in the history, where it is otherwise; nothing after the = where a "
        "column of that name is something else",
    )
    parser.add_argument("--weather", metavar="FILE", help="numbers of each day, .csv: a column `date`, and others")
    parser.add_argument(
        "--weather-known",
        type=limits.whole(0, 366),
        default=KNOWN_DAYS,
        metavar="DAYS",
        help=f"how far ahead these are known; beyond it, what is usual is taken (default {KNOWN_DAYS})",
    )
    parser.add_argument(
        "--hold-out",
        type=limits.whole(1, 520),
        default=13,
        metavar="WEEKS",
        help="of prove: weeks to judge (default 13)",
    )


def _configure_provision(parser: argparse.ArgumentParser) -> None:
    usual = Provision()
    parser.add_argument(
        "--quantile",
        type=float,
        choices=SHARES,
        default=usual.quantile,
        help="of staff: provide for a day that is busier than this share of them (default 0.9)",
    )
    parser.add_argument(
        "--travel-share",
        type=_share,
        default=usual.travel,
        metavar="SHARE",
        help="of driving in all work (default 0.25)",
    )
    parser.add_argument(
        "--utilisation",
        type=_part,
        default=usual.utilisation,
        metavar="SHARE",
        help="of a shift as work (default 0.85)",
    )
    parser.add_argument(
        "--hours", type=_hours, default=(0, HOURS), metavar="FROM-TO", help="in which work is done (default 0-24)"
    )
    parser.add_argument(
        "--weekdays",
        type=_weekdays,
        default=usual.weekdays,
        metavar="DAYS",
        help="on which it is, such as mon-fri (default: all)",
    )
    parser.add_argument(
        "--within",
        type=limits.whole(1, 168),
        default=usual.within,
        metavar="HOURS",
        help="of opening in which a job's work is done (default 4)",
    )
    parser.add_argument(
        "--minutes",
        type=_minutes,
        default={},
        metavar="SKILL=MINUTES,…",
        help="mean work of a job, where the forecast does not know it",
    )
    parser.add_argument("--by-territory", action="store_true", help="each territory by itself")


def run(options: argparse.Namespace) -> int:
    """Do it."""
    for path in (options.out, options.table):
        if path is not None:
            refuse_unwritable(path)
    if options.out is not None and options.what != "make":
        raise CannotStart(f"forecast {options.what}: --out is of make; write its table by --table")
    if options.what in ("show", "staff") and options.file is None:
        raise CannotStart(f"forecast {options.what}: name the FILE of a forecast")
    return _DO[options.what](options)


def _make(options: argparse.Namespace) -> int:
    history, outside = _history(options), _outside(options)
    with naming(options.file or "the store"):
        forecast = make(history, outside, options.weeks, _progress())
    if options.out is not None:
        text = as_text(forecast)
        save(lambda path: _write(path, text), options.out)
    _tell(forecast, options)
    if outside.covariates is not None:
        ahead = forecast.dates()[: options.weather_known]
        missing = outside.covariates.missing(ahead)
        if missing:
            sys.stderr.write(
                f"--weather: nothing is known of {missing} of the next {len(ahead)} days: the usual is taken\n"
            )
    return 0


def _show(options: argparse.Namespace) -> int:
    with naming(options.file):
        forecast = read_forecast(options.file)
    _tell(forecast, options)
    return 0


def _tell(forecast: Forecast, options: argparse.Namespace) -> None:
    learnt = forecast.learnt
    head = (
        f"{learnt.jobs} jobs from {learnt.first} to {learnt.until - dt.timedelta(days=1)}, {len(forecast.series)} "
        f"series; calibrated on {learnt.forecasts} forecasts; {digest_of(document(forecast))}"
    )
    _print(head, days_table(forecast))
    if options.table is not None:
        text = forecast_csv(forecast)
        save(lambda path: _write(path, text), options.table)


def _prove(options: argparse.Namespace) -> int:
    history, outside = _history(options), _outside(options)
    with naming(options.file or "the store"):
        proof = prove(history, outside, options.weeks, options.hold_out, _progress())
    head = f"{proof.forecasts} forecasts of {proof.weeks} weeks, held against the last {options.hold_out} weeks"
    _print(head, proof_lines(proof), *(proof_table(proof, grain) for grain in list(GRAINS)[:1]))
    return 0


def _staff(options: argparse.Namespace) -> int:
    opens, closes = options.hours
    provision = Provision(
        quantile=options.quantile,
        travel=options.travel_share,
        utilisation=options.utilisation,
        opens=opens,
        closes=closes,
        weekdays=options.weekdays,
        within=options.within,
        by_territory=options.by_territory,
        minutes=options.minutes,
    )
    with naming(options.file):
        forecast = read_forecast(options.file)
    found = needs(forecast, provision)
    _print(
        f"{forecast.days} days from {forecast.first} on, each so busy that {options.quantile:.0%} are no busier",
        needs_table(found),
    )
    unknown = unknown_minutes(forecast, provision)
    if unknown:
        some = ", ".join(unknown[:_SOME]) + (f" and {len(unknown) - _SOME} more" if len(unknown) > _SOME else "")
        sys.stderr.write(
            f"nobody says how long the work of {some} takes: {USUAL_MINUTES:g} minutes are taken, see --minutes\n"
        )
    if options.table is not None:
        text = needs_csv(found)
        save(lambda path: _write(path, text), options.table)
    return 0


_DO: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "make": _make,
    "prove": _prove,
    "show": _show,
    "staff": _staff,
}


def _history(options: argparse.Namespace) -> History:
    if options.since is not None and options.until is not None and options.since >= options.until:
        raise CannotStart(f"--since {options.since}: is not before --until {options.until}")
    period = Period(options.since, options.until)
    if options.file is not None:
        if options.database is not None:
            raise CannotStart(f"forecast {options.what}: give a FILE or --database, not both")
        zone = _zone(options)
        with naming(options.file):
            return read_history(options.file, zone, period, options.columns)
    if options.columns is not None:
        raise CannotStart("--columns: is of a history in a FILE; the store knows its columns")
    with opened(options) as (store, _), naming("the store"):
        return stored_history(store, _zone(options), period)


def _zone(options: argparse.Namespace) -> zoneinfo.ZoneInfo:
    name = options.zone or settings_for(options).time_zone
    if name not in zoneinfo.available_timezones():
        raise CannotStart(f'{name}: is no time zone; use a name of the IANA list, "America/Santiago"')
    return zoneinfo.ZoneInfo(name)


def _outside(options: argparse.Namespace) -> Outside:
    if options.country is not None:
        holidays_of(options.country, (2026,))
    if options.weather is None:
        return Outside(options.country)
    with naming(options.weather):
        return Outside(options.country, read_covariates(options.weather, options.weather_known))


def _print(head: str, *tables: Table) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PLAIN_WIDTH)
    console.print(head, highlight=False)
    for table in tables:
        console.print()
        console.print(table)


def _write(path: str, text: str) -> None:
    target = Path(path)
    part = target.with_name(f".{target.name}.part")
    part.write_text(text, encoding="utf-8", newline="")
    part.replace(target)


def _progress() -> OnProgress:
    """A line on stderr now and then."""
    began = said = time.monotonic()

    def show(done: int, of: int) -> None:
        nonlocal said
        now = time.monotonic()
        if now - said >= _QUIET_SECONDS:
            said = now
            left = (now - began) / done * (of - done)
            sys.stderr.write(f"{done} of {of} forecasts of the past, about {left:.0f} s more\n")

    return show


# What is given on the command line -----------------------------------------------------------------------------------


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write it like 2026-11-23") from None


def _share(text: str) -> float:
    """Of driving: some of the work is left."""
    return _between(text, 0 <= _float(text) < 1, "from 0 to below 1")


def _part(text: str) -> float:
    """Of a shift: some of it is work."""
    return _between(text, 0 < _float(text) <= 1, "above 0 to 1")


def _between(text: str, holds: bool, bounds: str) -> float:
    if not holds:
        raise argparse.ArgumentTypeError(f"{text!r} is no share {bounds}")
    return float(text)


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _hours(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    if not (first.isdecimal() and last.isdecimal() and int(first) < int(last) <= HOURS):
        raise argparse.ArgumentTypeError(f"{text!r} are no hours of a day; write them like 8-18")
    return int(first), int(last)


def _weekdays(text: str) -> tuple[int, ...]:
    found: set[int] = set()
    for part in text.lower().split(","):
        first, _, last = part.partition("-")
        last = last or first
        if first not in _WEEKDAYS or last not in _WEEKDAYS or _WEEKDAYS.index(first) > _WEEKDAYS.index(last):
            raise argparse.ArgumentTypeError(f"{text!r} are no days of the week; write them like mon-fri or mon,wed")
        found.update(range(_WEEKDAYS.index(first), _WEEKDAYS.index(last) + 1))
    return tuple(sorted(found))


def _columns(text: str) -> dict[str, str]:
    found = {}
    for part in text.split(","):
        name, _, column = part.partition("=")
        if name not in COLUMNS or (name == COLUMNS[0] and not column):
            raise argparse.ArgumentTypeError(
                f"{part!r} names no column; write received=created_date, of {', '.join(COLUMNS)}"
            )
        found[name] = column
    return found


def _minutes(text: str) -> dict[str, float]:
    found = {}
    for part in text.split(","):
        skill, _, said = part.rpartition("=")
        try:
            found[skill] = float(said)
        except ValueError:
            found[skill] = 0.0
        if not skill or not 0 < found[skill] <= 10_080:
            raise argparse.ArgumentTypeError(f"{part!r} says no minutes of a skill; write gas=45,pumps=60")
    return found
