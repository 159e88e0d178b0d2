"""Problem <-> JSON, as ``docs/reference/planning-model.md`` states it. Strict: an unknown key is an error."""

from __future__ import annotations

from dataclasses import asdict

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
from optimizer.invalid import Complaints, inside, nearest, shown
from optimizer.io.fields import Fields, Keys, read_time
from optimizer.times import format_duration, format_time
from optimizer.validation import matrix, validated

_PROBLEM = Keys("locations travel technicians visits", "balance name")
_LOCATION = Keys("id lat lon")
_MATRIX = Keys("durations", "distances")
_GEODESIC = Keys("kind speed_kmh detour_factor")
_TECHNICIAN = Keys("id shifts", "skills capacity pace profile costs")
_COSTS = Keys("", " ".join(Costs.__slots__))
_SHIFT = Keys("id start end start_location", "end_location max_overtime max_duty breaks committed")
_BREAK = Keys("id earliest latest duration")
_VISIT = Keys(
    "id location duration",
    "windows demand skills roles arrive_by complete_by drop_cost only never preferred preference_cost after previous "
    "reassign_cost cost_per_hour_later",
)
_ROLE = Keys("skills")
_PROMISE = Keys("at", "breach_cost cost_per_hour_late")
_AFTER = Keys("visit", "min_gap max_gap")
_PREVIOUS = Keys("technician", "start")
_BALANCE = Keys("target cost_per_hour_over")

_DEFAULT_PROFILE = "car"
_NO_SKILLS: tuple[Role, ...] = (Role(),)


def problem_from(data: object) -> Problem:
    """The problem in a decoded JSON value.

    Raises :class:`~optimizer.invalid.InvalidInput` naming the place, the value and the remedy of everything that is
    wrong: first the shape (keys, types, texts that are no times), and where that is right, the meaning.
    """
    complaints = Complaints()
    fields = Fields(data, "", _PROBLEM, complaints)
    locations = tuple(
        Location(item.text("id"), item.number("lat"), item.number("lon"))
        for item in fields.objects("locations", _LOCATION)
    )
    travel = _travel(fields, len(locations), complaints)
    technicians = tuple(_technician(item) for item in fields.objects("technicians", _TECHNICIAN))
    visits = tuple(_visit(item, complaints) for item in fields.objects("visits", _VISIT))
    balance = None
    if (item := fields.one("balance", _BALANCE)) is not None:
        balance = Balance(item.duration("target"), item.number("cost_per_hour_over"))
    name = fields.text("name")
    complaints.raise_any()
    return validated(Problem(locations, travel, technicians, visits, balance, name))


def _travel(fields: Fields, places: int, complaints: Complaints) -> dict[str, Travel]:
    travel: dict[str, Travel] = {}
    for profile, value in fields.members("travel").items():
        place = inside("travel", profile)
        if isinstance(value, dict) and "kind" in value:
            item = Fields(value, place, _GEODESIC, complaints)
            if item.has("kind") and (kind := item.text("kind")) != "geodesic":
                item.complain("kind", "is no kind of travel", nearest(kind, ("geodesic",), '"'))
            travel[profile] = Geodesic(item.number("speed_kmh"), item.number("detour_factor"))
            continue
        item = Fields(value, place, _MATRIX, complaints)
        if not item.has("durations"):
            continue
        durations = matrix(item.raw("durations"), places, f"{place}.durations", complaints)
        distances = None
        if item.has("distances"):
            distances = matrix(item.raw("distances"), places, f"{place}.distances", complaints)
        travel[profile] = Matrix(durations, distances)
    return travel


def _technician(item: Fields) -> Technician:
    costs = Costs()
    if (rates := item.one("costs", _COSTS)) is not None:
        costs = Costs(*(rates.number(name) for name in Costs.__slots__))
    return Technician(
        id=item.text("id"),
        skills=item.wholes("skills"),
        capacity=item.numbers("capacity"),
        pace=item.number("pace", 1),
        profile=item.text("profile", _DEFAULT_PROFILE),
        costs=costs,
        shifts=tuple(_shift(shift) for shift in item.objects("shifts", _SHIFT)),
    )


def _shift(item: Fields) -> Shift:
    start, utc_offset = item.time("start")
    return Shift(
        id=item.text("id"),
        start=start,
        end=item.time("end")[0],
        start_location=item.whole("start_location"),
        end_location=item.whole("end_location") if item.has("end_location") else None,
        max_overtime=item.duration("max_overtime"),
        max_duty=item.duration("max_duty") if item.has("max_duty") else None,
        breaks=tuple(
            Break(rest.text("id"), rest.time("earliest")[0], rest.time("latest")[0], rest.duration("duration"))
            for rest in item.objects("breaks", _BREAK)
        ),
        committed=item.texts("committed"),
        utc_offset=utc_offset,
    )


def _visit(item: Fields, complaints: Complaints) -> Visit:
    if item.has("skills") and item.has("roles"):
        item.complain("roles", "stands beside `skills`", "keep `roles` for a crew, `skills` for one technician")
    roles = _NO_SKILLS
    if item.has("roles"):
        roles = tuple(Role(role.wholes("skills")) for role in item.objects("roles", _ROLE))
    elif item.has("skills"):
        roles = (Role(item.wholes("skills")),)
    previous = None
    if (known := item.one("previous", _PREVIOUS)) is not None:
        previous = Previous(known.text("technician"), known.moment("start"))
    return Visit(
        id=item.text("id"),
        location=item.whole("location"),
        duration=item.duration("duration"),
        windows=_windows(item, complaints),
        demand=item.numbers("demand"),
        roles=roles,
        arrive_by=_promise(item, "arrive_by"),
        complete_by=_promise(item, "complete_by"),
        drop_cost=item.number("drop_cost") if item.has("drop_cost") else None,
        only=item.texts("only"),
        never=item.texts("never"),
        preferred=item.texts("preferred"),
        preference_cost=item.number("preference_cost"),
        after=tuple(
            After(
                link.text("visit"), link.duration("min_gap"), link.duration("max_gap") if link.has("max_gap") else None
            )
            for link in item.objects("after", _AFTER)
        ),
        previous=previous,
        reassign_cost=item.number("reassign_cost"),
        cost_per_hour_later=item.number("cost_per_hour_later"),
    )


def _windows(item: Fields, complaints: Complaints) -> tuple[TimeWindow, ...]:
    windows = []
    for index, pair in enumerate(item.items("windows")):
        place = f"{item.place}.windows[{index}]"
        if not isinstance(pair, list) or len(pair) != 2:
            complaints.add(place, shown(pair), "must be a pair of times", "as in [earliest, latest]")
            continue
        earliest, latest = (read_time(pair[end], f"{place}[{end}]", complaints)[0] for end in (0, 1))
        windows.append(TimeWindow(earliest, latest))
    return tuple(windows)


def _promise(item: Fields, key: str) -> Promise | None:
    promise = item.one(key, _PROMISE)
    if promise is None:
        return None
    return Promise(promise.time("at")[0], promise.number("breach_cost"), promise.number("cost_per_hour_late"))


# -- writing ---------------------------------------------------------------------------------------------------------


def problem_to(problem: Problem) -> dict[str, object]:
    """The problem as a JSON value: :func:`problem_from` reads it back as an equal problem.

    Keys at their default are left out, but ``end_location`` and ``drop_cost`` always stand. Shifts keep their UTC
    offset; all other times are written at the offset of the first shift.
    """
    offset = next((shift.utc_offset for _, shift in problem.shifts), 0)
    data: dict[str, object] = {"name": problem.name} if problem.name else {}
    data["locations"] = [asdict(location) for location in problem.locations]
    data["travel"] = {profile: _travel_to(travel) for profile, travel in problem.travel.items()}
    data["technicians"] = [_technician_to(technician) for technician in problem.technicians]
    data["visits"] = [_visit_to(visit, offset) for visit in problem.visits]
    if problem.balance is not None:
        target = format_duration(problem.balance.target)
        data["balance"] = {"target": target, "cost_per_hour_over": problem.balance.cost_per_hour_over}
    return data


def _travel_to(travel: Travel) -> dict[str, object]:
    if isinstance(travel, Geodesic):
        return {"kind": "geodesic", **asdict(travel)}
    data: dict[str, object] = {"durations": travel.durations.tolist()}
    if travel.distances is not None:
        data["distances"] = travel.distances.tolist()
    return data


def _technician_to(technician: Technician) -> dict[str, object]:
    data: dict[str, object] = {"id": technician.id}
    if technician.skills:
        data["skills"] = dict(technician.skills)
    if technician.capacity:
        data["capacity"] = dict(technician.capacity)
    if technician.pace != 1:
        data["pace"] = technician.pace
    if technician.profile != _DEFAULT_PROFILE:
        data["profile"] = technician.profile
    if costs := {name: cost for name, cost in asdict(technician.costs).items() if cost}:
        data["costs"] = costs
    data["shifts"] = [_shift_to(shift) for shift in technician.shifts]
    return data


def _shift_to(shift: Shift) -> dict[str, object]:
    offset = shift.utc_offset
    data: dict[str, object] = {
        "id": shift.id,
        "start": format_time(shift.start, offset),
        "end": format_time(shift.end, offset),
        "start_location": shift.start_location,
        "end_location": shift.end_location,
    }
    if shift.max_overtime:
        data["max_overtime"] = format_duration(shift.max_overtime)
    if shift.max_duty is not None:
        data["max_duty"] = format_duration(shift.max_duty)
    if shift.breaks:
        data["breaks"] = [
            {
                "id": rest.id,
                "earliest": format_time(rest.earliest, offset),
                "latest": format_time(rest.latest, offset),
                "duration": format_duration(rest.duration),
            }
            for rest in shift.breaks
        ]
    if shift.committed:
        data["committed"] = list(shift.committed)
    return data


def _visit_to(visit: Visit, offset: int) -> dict[str, object]:
    data: dict[str, object] = {
        "id": visit.id,
        "location": visit.location,
        "duration": format_duration(visit.duration),
    }
    if visit.windows:
        data["windows"] = [
            [format_time(window.earliest, offset), format_time(window.latest, offset)] for window in visit.windows
        ]
    if visit.demand:
        data["demand"] = dict(visit.demand)
    if len(visit.roles) > 1:
        data["roles"] = [{"skills": dict(role.skills)} for role in visit.roles]
    elif visit.roles[0].skills:
        data["skills"] = dict(visit.roles[0].skills)
    for key, promise in (("arrive_by", visit.arrive_by), ("complete_by", visit.complete_by)):
        if promise is not None:
            data[key] = asdict(promise) | {"at": format_time(promise.at, offset)}
    data["drop_cost"] = visit.drop_cost
    for key, people in (("only", visit.only), ("never", visit.never), ("preferred", visit.preferred)):
        if people:
            data[key] = list(people)
    if visit.preference_cost:
        data["preference_cost"] = visit.preference_cost
    if visit.after:
        data["after"] = [_after_to(link) for link in visit.after]
    if visit.previous is not None:
        start = visit.previous.start
        known = {} if start is None else {"start": format_time(start, offset)}
        data["previous"] = {"technician": visit.previous.technician, **known}
    if visit.reassign_cost:
        data["reassign_cost"] = visit.reassign_cost
    if visit.cost_per_hour_later:
        data["cost_per_hour_later"] = visit.cost_per_hour_later
    return data


def _after_to(link: After) -> dict[str, object]:
    data: dict[str, object] = {"visit": link.visit}
    if link.min_gap:
        data["min_gap"] = format_duration(link.min_gap)
    if link.max_gap is not None:
        data["max_gap"] = format_duration(link.max_gap)
    return data
