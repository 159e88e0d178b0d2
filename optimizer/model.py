"""The builder for people who write Python: aware date-times and timedeltas in, a validated problem out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from optimizer.domain import (
    After,
    Balance,
    Break,
    Costs,
    Geodesic,
    Location,
    Matrix,
    Previous,
    Problem,
    Promise,
    Role,
    Shift,
    Technician,
    TimeWindow,
    Travel,
    Visit,
)
from optimizer.invalid import Complaints, InvalidInput, nearest, shown
from optimizer.validation import matrix, validated

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_TIME = timedelta(0)

Table = Sequence[Sequence[int]] | NDArray[np.int32] | NDArray[np.int64] | NDArray[np.float64]


def promise(at: datetime, *, breach_cost: float = 0, cost_per_hour_late: float = 0) -> Promise:
    """A soft due instant, for ``arrive_by`` and ``complete_by`` of :meth:`Model.visit`."""
    return Promise(_moment(at, "at"), breach_cost, cost_per_hour_late)


def rest(name: str, earliest: datetime, latest: datetime, duration: timedelta) -> Break:
    """A break that starts between two moments, for ``breaks`` of :meth:`Model.shift`."""
    return Break(name, _moment(earliest, "earliest"), _moment(latest, "latest"), _seconds(duration, "duration"))


def after(visit: str, *, min_gap: timedelta = _NO_TIME, max_gap: timedelta | None = None) -> After:
    """An order between visits, for ``after`` of :meth:`Model.visit`: from the end of ``visit`` to the other's start."""
    return After(visit, _seconds(min_gap, "min_gap"), None if max_gap is None else _seconds(max_gap, "max_gap"))


def previous(technician: str, start: datetime | None = None) -> Previous:
    """Where a visit stood in the plan that people already know, for ``previous`` of :meth:`Model.visit`."""
    return Previous(technician, None if start is None else _moment(start, "start"))


class Model:
    """Builds a :class:`~optimizer.domain.Problem`, piece by piece.

    What the pieces mean is said in ``docs/reference/planning-model.md``; arguments have the names of its keys.
    Whatever is wrong raises :class:`~optimizer.invalid.InvalidInput`: a naive date-time or a broken second at once,
    everything else in :meth:`problem`, with the place it would have in a file.

    >>> from datetime import datetime, timedelta, timezone
    >>> from optimizer.domain import Costs
    >>> nine = datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=-3)))
    >>> model = Model("a morning")
    >>> base = model.location("base", lat=-29.90, lon=-71.25)
    >>> door = model.location("door", lat=-29.95, lon=-71.34)
    >>> model.travel("car", speed_kmh=35, detour_factor=1.3)
    >>> ana = model.technician("ana", skills={"boiler": 2}, costs=Costs(per_travel_hour=30))
    >>> model.shift(ana, "mon", start=nine, end=nine + timedelta(hours=4), start_location=base, end_location=base)
    'mon'
    >>> due = promise(nine + timedelta(hours=1), cost_per_hour_late=50)
    >>> model.visit("v1", location=door, duration=timedelta(minutes=45), skills={"boiler": 1}, arrive_by=due)
    'v1'
    >>> problem = model.problem()
    >>> problem.visits[0].duration
    2700
    """

    def __init__(self, name: str = "") -> None:
        self._name = name
        self._locations: list[Location] = []
        self._travel: dict[str, Travel] = {}
        self._tables: dict[str, tuple[Table, Table | None]] = {}
        self._technicians: list[Technician] = []
        self._visits: list[Visit] = []
        self._balance: Balance | None = None

    def location(self, name: str, *, lat: float, lon: float) -> int:
        """Add a place (degrees, WGS 84). Answers its index, which shifts and visits take."""
        self._locations.append(Location(name, lat, lon))
        return len(self._locations) - 1

    def travel(
        self,
        profile: str = "car",
        *,
        speed_kmh: float | None = None,
        detour_factor: float = 1.3,
        durations: Table | None = None,
        distances: Table | None = None,
    ) -> None:
        """Say how one profile travels: along great circles at ``speed_kmh``, or by tables over all locations.

        ``durations[from][to]`` are whole seconds, ``distances`` whole metres. Raises
        :class:`~optimizer.invalid.InvalidInput` unless exactly one of ``speed_kmh`` and ``durations`` is given.
        """
        if (speed_kmh is None) == (durations is None):
            problem = "must have either speed_kmh or durations"
            raise InvalidInput(f"travel.{profile}", "", problem, "give one of the two")
        self._travel.pop(profile, None)
        self._tables.pop(profile, None)
        if durations is not None:
            self._tables[profile] = (durations, distances)
        elif speed_kmh is not None:
            self._travel[profile] = Geodesic(speed_kmh, detour_factor)

    def technician(
        self,
        name: str,
        *,
        skills: Mapping[str, int] | None = None,
        capacity: Mapping[str, float] | None = None,
        pace: float = 1,
        profile: str = "car",
        costs: Costs | None = None,
    ) -> str:
        """Add a technician. Answers the id, which :meth:`shift` and :meth:`visit` take."""
        technician = Technician(name, dict(skills or {}), dict(capacity or {}), pace, profile, costs or Costs())
        self._technicians.append(technician)
        return name

    def shift(
        self,
        technician: str,
        name: str,
        *,
        start: datetime,
        end: datetime,
        start_location: int,
        end_location: int | None = None,
        max_overtime: timedelta = _NO_TIME,
        max_duty: timedelta | None = None,
        breaks: Iterable[Break] = (),
        committed: Iterable[str] = (),
    ) -> str:
        """Add a shift of a technician; its times will be written at the UTC offset of ``start``.

        ``end_location`` None: the route ends where its last visit ends. ``breaks`` are made by :func:`rest`. Answers
        the shift's id.
        """
        place = next((i for i, known in enumerate(self._technicians) if known.id == technician), None)
        if place is None:
            remedy = nearest(technician, (known.id for known in self._technicians), '"')
            raise InvalidInput("technician", shown(technician), "is the id of no technician", remedy)
        where = f"technicians[{place}].shifts[{len(self._technicians[place].shifts)}]"
        opens = _moment(start, f"{where}.start")
        offset = start.utcoffset() or _NO_TIME
        shift = Shift(
            id=name,
            start=opens,
            end=_moment(end, f"{where}.end"),
            start_location=start_location,
            end_location=end_location,
            max_overtime=_seconds(max_overtime, f"{where}.max_overtime"),
            max_duty=None if max_duty is None else _seconds(max_duty, f"{where}.max_duty"),
            breaks=tuple(breaks),
            committed=tuple(committed),
            utc_offset=round(offset.total_seconds() / 60) * 60,  # some zones of old had seconds in theirs
        )
        known = self._technicians[place]
        self._technicians[place] = replace(known, shifts=(*known.shifts, shift))
        return name

    def visit(
        self,
        name: str,
        *,
        location: int,
        duration: timedelta,
        windows: Iterable[tuple[datetime, datetime]] = (),
        demand: Mapping[str, float] | None = None,
        skills: Mapping[str, int] | None = None,
        roles: Iterable[Mapping[str, int]] | None = None,
        arrive_by: Promise | None = None,
        complete_by: Promise | None = None,
        drop_cost: float | None = None,
        only: Iterable[str] = (),
        never: Iterable[str] = (),
        preferred: Iterable[str] = (),
        preference_cost: float = 0,
        after: Iterable[After] = (),
        previous: Previous | None = None,
        reassign_cost: float = 0,
        cost_per_hour_later: float = 0,
    ) -> str:
        """Add a visit; answers its id.

        ``roles`` has the skills of each member of a crew, in place of ``skills``. ``drop_cost`` None: it must be done.
        Promises, orders and the past are made by :func:`promise`, :func:`after` and :func:`previous`.
        """
        place = f"visits[{len(self._visits)}]"
        if skills is not None and roles is not None:
            remedy = "keep `roles` for a crew, `skills` for one technician"
            raise InvalidInput(f"{place}.roles", "", "stands beside `skills`", remedy)
        crew = (skills or {},) if roles is None else roles
        self._visits.append(
            Visit(
                id=name,
                location=location,
                duration=_seconds(duration, f"{place}.duration"),
                windows=tuple(
                    TimeWindow(_moment(opens, f"{place}.windows[{i}][0]"), _moment(closes, f"{place}.windows[{i}][1]"))
                    for i, (opens, closes) in enumerate(windows)
                ),
                demand=dict(demand or {}),
                roles=tuple(Role(dict(needs)) for needs in crew),
                arrive_by=arrive_by,
                complete_by=complete_by,
                drop_cost=drop_cost,
                only=tuple(only),
                never=tuple(never),
                preferred=tuple(preferred),
                preference_cost=preference_cost,
                after=tuple(after),
                previous=previous,
                reassign_cost=reassign_cost,
                cost_per_hour_later=cost_per_hour_later,
            )
        )
        return name

    def balance(self, target: timedelta, cost_per_hour_over: float) -> None:
        """Let each technician's work (service and travel over all shifts) beyond ``target`` cost."""
        self._balance = Balance(_seconds(target, "balance.target"), cost_per_hour_over)

    def problem(self) -> Problem:
        """The problem as it stands; the model can be added to afterwards.

        Raises :class:`~optimizer.invalid.InvalidInput` with everything that is wrong with it.
        """
        complaints = Complaints()
        size = len(self._locations)
        travel: dict[str, Travel] = dict(self._travel)
        for profile, (durations, distances) in self._tables.items():
            travel[profile] = Matrix(
                matrix(_rows(durations), size, f"travel.{profile}.durations", complaints),
                None
                if distances is None
                else matrix(_rows(distances), size, f"travel.{profile}.distances", complaints),
            )
        complaints.raise_any()
        technicians, visits = tuple(self._technicians), tuple(self._visits)
        return validated(Problem(tuple(self._locations), travel, technicians, visits, self._balance, self._name))


def _rows(table: Table) -> object:
    return table if isinstance(table, np.ndarray) else [list(row) for row in table]


def _moment(moment: datetime, place: str) -> int:
    """Whole seconds since the Unix epoch of an aware date-time."""
    if moment.utcoffset() is None:
        remedy = "give it a tzinfo, such as zoneinfo.ZoneInfo"
        raise InvalidInput(place, shown(moment.isoformat()), "is a naive date-time, which is no moment", remedy)
    since = moment - _EPOCH
    return _seconds(since, place)


def _seconds(duration: timedelta, place: str) -> int:
    """Whole seconds of a timedelta."""
    if duration.microseconds:
        raise InvalidInput(place, shown(str(duration)), "has a fraction of a second", "round it to whole seconds")
    return duration.days * 86_400 + duration.seconds
