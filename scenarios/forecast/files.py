"""Forecast files: JSON that is known by its digest, read strictly."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dispatch.store.tables import Priority
from optimizer.invalid import Complaints, InvalidInput, shown
from scenarios.forecast.calibration import SHARES
from scenarios.forecast.forecast import Forecast, Learnt
from scenarios.forecast.grains import GRAINS
from scenarios.forecast.history import HOURS, Series
from scenarios.forecast.rolling import WEEK

FORMAT = "fieldwright forecast 1"
PREFIX = "sha256:"
MOST_BYTES = 200_000_000
MOST_WEEKS = 26
_AGAIN = "make the forecast again with `fieldwright forecast make`"

Name = Annotated[str, Field(min_length=1, max_length=200)]
Rate = Annotated[float, Field(ge=0, le=1_000_000)]
Share = Annotated[float, Field(ge=0, le=1)]
Date = Annotated[dt.date, Field(ge=dt.date(1900, 1, 1), le=dt.date(2900, 1, 1))]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class LearntPart(_Part):
    """What it was made from: ``jobs`` of the days from ``first`` up to, but without, ``until``, with the public
    holidays of ``country``; ``forecasts``: on how many of the past it was calibrated.
    """

    first: Date
    until: Date
    jobs: int = Field(ge=0)
    country: str | None
    covariates: list[Name]
    forecasts: int = Field(ge=0)


class GrainPart(_Part):
    """How counts of a grain spread: their variance is mean + ``spread`` · mean². ``asked``: for each week ahead, the
    share that this distribution is asked for in order to have each of the ``quantiles``.
    """

    spread: float = Field(ge=0, le=1_000_000_000)
    asked: list[Annotated[list[Share], Field(min_length=len(SHARES), max_length=len(SHARES))]] = Field(
        min_length=1, max_length=MOST_WEEKS
    )


class SeriesPart(_Part):
    """The jobs ``expected`` of one territory for one skill: for each day, those of each of its 24 hours."""

    territory: Name
    skill: Name
    expected: list[Annotated[list[Rate], Field(min_length=HOURS, max_length=HOURS)]] = Field(min_length=1)


class ForecastPart(_Part):
    """A whole file. ``first``: the first day ahead. ``zone``: whose clock its hours are of. ``minutes``: the mean work
    of a job by skill, where it is known; ``priorities``: by skill, the share of each priority.
    """

    format: Literal["fieldwright forecast 1"]
    digest: str
    zone: Name
    first: Date
    learnt: LearntPart
    quantiles: list[Share]
    grains: dict[Name, GrainPart]
    minutes: dict[Name, Annotated[float, Field(gt=0, le=10_080)]]
    priorities: dict[Name, dict[Priority, Share]]
    series: list[SeriesPart] = Field(min_length=1)


def document(forecast: Forecast) -> dict[str, Any]:
    """The forecast as JSON values, with its digest."""
    learnt = forecast.learnt
    told: dict[str, Any] = {
        "format": FORMAT,
        "zone": forecast.zone,
        "first": forecast.first.isoformat(),
        "learnt": {
            "first": learnt.first.isoformat(),
            "until": learnt.until.isoformat(),
            "jobs": learnt.jobs,
            "country": learnt.country,
            "covariates": list(learnt.covariates),
            "forecasts": learnt.forecasts,
        },
        "quantiles": list(SHARES),
        "grains": {
            name: {"spread": forecast.spreads[name], "asked": [list(week) for week in forecast.asked[name]]}
            for name in GRAINS
        },
        "minutes": dict(forecast.minutes),
        "priorities": {skill: dict(shares) for skill, shares in forecast.priorities.items()},
        "series": [
            {"territory": one.territory, "skill": one.skill, "expected": forecast.rates[at].tolist()}
            for at, one in enumerate(forecast.series)
        ],
    }
    return {"format": FORMAT, "digest": digest_of(told), **told}


def as_text(forecast: Forecast) -> str:
    """The text of its file; each day of a series stands on a line of its own."""
    told = document(forecast)
    head = json.dumps({**told, "series": []}, indent=1, ensure_ascii=False, allow_nan=False)
    return head.replace('"series": []', f'"series": [\n{_series_lines(told["series"])}\n ]') + "\n"


def _series_lines(series: list[dict[str, Any]]) -> str:
    parts = []
    for one in series:
        names = json.dumps({"territory": one["territory"], "skill": one["skill"]}, ensure_ascii=False)[1:-1]
        days = ",\n".join(f"   {json.dumps(day)}" for day in one["expected"])
        parts.append(f'  {{{names}, "expected": [\n{days}]}}')
    return ",\n".join(parts)


def digest_of(told: Mapping[str, Any]) -> str:
    """``sha256:`` and the SHA-256 of a document without its digest, in one canonical form."""
    plain = {key: value for key, value in told.items() if key != "digest"}
    text = json.dumps(_floats(plain), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return PREFIX + hashlib.sha256(text.encode()).hexdigest()


def _floats(value: Any) -> Any:
    """2.0 and 2 mean the same, whoever wrote which."""
    if isinstance(value, dict):
        return {key: _floats(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_floats(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def read_forecast(path: str | Path) -> Forecast:
    """The forecast in a file. Raises :class:`InvalidInput` with all that is wrong, and :class:`OSError`."""
    content = Path(path).read_bytes()
    if len(content) > MOST_BYTES:
        raise InvalidInput("the file", f"{len(content)} bytes", "is too large", f"{MOST_BYTES} bytes are the most")
    try:
        told = json.loads(content)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InvalidInput("the file", "", f"is no JSON: {error}", _AGAIN) from None
    return forecast_of(told)


def forecast_of(told: Any) -> Forecast:
    """The forecast that a document tells. Raises :class:`InvalidInput`."""
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        found = shown(told.get("format")) if isinstance(told, dict) and "format" in told else ""
        raise InvalidInput("format", found, "is no forecast that this program reads", f'it reads "{FORMAT}"; {_AGAIN}')
    try:
        part = ForecastPart.model_validate(told)
    except ValidationError as error:
        raise _said(error) from None
    found = digest_of(told)
    if part.digest != found:
        remedy = f'it was changed since it was made: make it again, or write "digest": "{found}" where you mean it'
        raise InvalidInput("digest", shown(part.digest, 80), "is not that of what the file holds", remedy)
    _check(part)
    return _forecast(part)


def _forecast(part: ForecastPart) -> Forecast:
    learnt = part.learnt
    return Forecast(
        zone=part.zone,
        first=part.first,
        series=tuple(Series(one.territory, one.skill) for one in part.series),
        rates=np.array([one.expected for one in part.series]),
        spreads={name: grain.spread for name, grain in part.grains.items()},
        asked={name: tuple(tuple(week) for week in grain.asked) for name, grain in part.grains.items()},
        minutes=dict(part.minutes),
        priorities={
            skill: {priority.value: share for priority, share in shares.items()}
            for skill, shares in part.priorities.items()
        },
        learnt=Learnt(
            learnt.first, learnt.until, learnt.jobs, learnt.country, tuple(learnt.covariates), learnt.forecasts
        ),
    )


def _check(part: ForecastPart) -> None:
    """What hangs together."""
    complaints = Complaints()
    days = len(part.series[0].expected)
    if part.zone not in zoneinfo.available_timezones():
        complaints.add("zone", shown(part.zone), "is no time zone", 'use a name of the IANA list, "America/Santiago"')
    if tuple(part.quantiles) != SHARES:
        complaints.add("quantiles", shown(part.quantiles), "are not those of this format", f"they are {list(SHARES)}")
    if days % WEEK or days > WEEK * MOST_WEEKS:
        complaints.add("series[0].expected", f"{days} days", "are no whole weeks, or too many", _AGAIN)
    for name in GRAINS.keys() ^ part.grains.keys():
        complaints.add(f"grains.{name}", "", "is missing, or unknown", f"known are {', '.join(GRAINS)}")
    for name, grain in part.grains.items():
        if len(grain.asked) * WEEK != days:
            complaints.add(f"grains.{name}.asked", f"{len(grain.asked)} weeks", f"does not fit {days} days", _AGAIN)
        if any(list(week) != sorted(week) for week in grain.asked):
            complaints.add(f"grains.{name}.asked", "", "does not rise: a higher quantile would be a lower one", _AGAIN)
    names = [(one.territory, one.skill) for one in part.series]
    for at, one in enumerate(part.series):
        if len(one.expected) != days:
            complaints.add(f"series[{at}].expected", f"{len(one.expected)} days", f"has not {days} days", _AGAIN)
        if names.index(names[at]) < at:
            complaints.add(f"series[{at}]", shown(list(names[at])), "stands there twice", "remove one of them")
    complaints.raise_any()


def _said(error: ValidationError) -> InvalidInput:
    complaints = Complaints()
    try:
        for one in error.errors(include_url=False):
            place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in one["loc"]).lstrip(".")
            missing, unknown = one["type"] == "missing", one["type"] == "extra_forbidden"
            problem = "is missing" if missing else "is unknown here" if unknown else _lower(one["msg"])
            remedy = "add it" if missing else "remove it" if unknown else "correct the value"
            complaints.add(place or "the file", "" if missing else shown(one["input"]), problem, remedy)
        complaints.raise_any()
    except InvalidInput as found:
        return found
    raise AssertionError("an error without anything wrong") from error


def _lower(message: str) -> str:
    return f"cannot be used: {message[:1].lower()}{message[1:]}"
