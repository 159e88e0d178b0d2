"""Plan <-> JSON, as ``docs/reference/planning-model.md`` states it."""

from __future__ import annotations

from optimizer.domain import Plan, Problem, Route, Stop, TakenBreak, Unassigned
from optimizer.invalid import Complaints, nearest, shown
from optimizer.io.fields import Fields, Keys
from optimizer.times import format_time

COST_TERMS = (
    "shift",
    "travel",
    "duty",
    "overtime",
    "lateness",
    "unassigned",
    "preference",
    "stability",
    "balance",
    "total",
)
"""The terms of a plan's ``cost``, in the order they are written."""

_PLAN = Keys("routes", "unassigned cost")
_ROUTE = Keys("technician shift stops", "breaks depart finish")
_STOP = Keys("visit", "role arrival start end")
_BREAK = Keys("break gap", "start")
_UNASSIGNED = Keys("visit", "reasons")
_COST = Keys("", " ".join(COST_TERMS))


def plan_from(data: object, problem: Problem | None = None) -> Plan:
    """The plan in a decoded JSON value.

    With ``problem``, what the plan names must exist in it, once: technicians, shifts, breaks, visits, roles. Whether
    the plan is any good is for :func:`optimizer.check.check` to say. Raises
    :class:`~optimizer.invalid.InvalidInput`.
    """
    complaints = Complaints()
    fields = Fields(data, "", _PLAN, complaints)
    plan = Plan(
        routes=tuple(_route(item) for item in fields.objects("routes", _ROUTE)),
        unassigned=tuple(
            Unassigned(item.text("visit"), item.texts("reasons")) for item in fields.objects("unassigned", _UNASSIGNED)
        ),
        cost=_cost(fields),
    )
    complaints.raise_any()
    if problem is not None:
        _check_names(plan, problem, complaints)
        complaints.raise_any()
    return plan


def _route(item: Fields) -> Route:
    return Route(
        technician=item.text("technician"),
        shift=item.text("shift"),
        stops=tuple(
            Stop(
                stop.text("visit"), stop.whole("role"), stop.moment("arrival"), stop.moment("start"), stop.moment("end")
            )
            for stop in item.objects("stops", _STOP)
        ),
        breaks=tuple(
            TakenBreak(rest.text("break"), rest.whole("gap"), rest.moment("start"))
            for rest in item.objects("breaks", _BREAK)
        ),
        depart=item.moment("depart"),
        finish=item.moment("finish"),
    )


def _cost(fields: Fields) -> dict[str, float]:
    item = fields.one("cost", _COST)
    return {} if item is None else {term: item.number(term) for term in COST_TERMS if item.has(term)}


def _check_names(plan: Plan, problem: Problem, complaints: Complaints) -> None:
    """Note what the plan names that the problem has not, or names twice."""
    shifts: set[tuple[str, str]] = set()
    done: set[tuple[str, int]] = set()
    for number, route in enumerate(plan.routes):
        place = f"routes[{number}]"
        if route.technician not in problem.technician_index:
            remedy = nearest(route.technician, problem.technician_index, '"')
            complaints.add(f"{place}.technician", shown(route.technician), "is the id of no technician", remedy)
            continue
        technician = problem.technicians[problem.technician_index[route.technician]]
        shift = next((shift for shift in technician.shifts if shift.id == route.shift), None)
        if shift is None:
            remedy = nearest(route.shift, (shift.id for shift in technician.shifts), '"')
            complaints.add(f"{place}.shift", shown(route.shift), "is the id of no shift of this technician", remedy)
            continue
        if (route.technician, route.shift) in shifts:
            complaints.add(f"{place}.shift", shown(route.shift), "has a route already", "a shift has one route")
        shifts.add((route.technician, route.shift))
        for index, stop in enumerate(route.stops):
            _check_stop(stop, f"{place}.stops[{index}]", problem, done, complaints)
        known, taken = {rest.id for rest in shift.breaks}, set()
        for index, rest in enumerate(route.breaks):
            where = f"{place}.breaks[{index}]"
            if rest.break_id not in known:
                remedy = nearest(rest.break_id, known, '"')
                complaints.add(f"{where}.break", shown(rest.break_id), "is the id of no break of this shift", remedy)
            elif rest.break_id in taken:
                complaints.add(f"{where}.break", shown(rest.break_id), "is taken already", "a break is taken once")
            taken.add(rest.break_id)
            if not 0 <= rest.gap <= len(route.stops) + 1:
                remedy = f"count from 0 to {len(route.stops) + 1}, which is after the route"
                complaints.add(f"{where}.gap", str(rest.gap), "is no gap of this route", remedy)
    for number, left in enumerate(plan.unassigned):
        if left.visit not in problem.visit_index:
            remedy = nearest(left.visit, problem.visit_index, '"')
            complaints.add(f"unassigned[{number}].visit", shown(left.visit), "is the id of no visit", remedy)


def _check_stop(stop: Stop, place: str, problem: Problem, done: set[tuple[str, int]], complaints: Complaints) -> None:
    if stop.visit not in problem.visit_index:
        remedy = nearest(stop.visit, problem.visit_index, '"')
        complaints.add(f"{place}.visit", shown(stop.visit), "is the id of no visit", remedy)
        return
    roles = len(problem.visits[problem.visit_index[stop.visit]].roles)
    if not 0 <= stop.role < roles:
        complaints.add(f"{place}.role", str(stop.role), "is no role of this visit", f"count from 0 to {roles - 1}")
    elif (stop.visit, stop.role) in done:
        complaints.add(place, shown(stop.visit), "is done already", "a visit is done once, by one technician a role")
    done.add((stop.visit, stop.role))


# -- writing ---------------------------------------------------------------------------------------------------------


def plan_to(problem: Problem, plan: Plan) -> dict[str, object]:
    """The plan as a JSON value: times at the UTC offset of their shift; what the plan does not claim is left out."""
    offsets = {(technician.id, shift.id): shift.utc_offset for technician, shift in problem.shifts}
    data: dict[str, object] = {
        "routes": [_route_to(route, offsets.get((route.technician, route.shift), 0)) for route in plan.routes],
        "unassigned": [{"visit": left.visit, "reasons": list(left.reasons)} for left in plan.unassigned],
    }
    if plan.cost:
        data["cost"] = {term: plan.cost[term] for term in COST_TERMS if term in plan.cost}
    return data


def _route_to(route: Route, offset: int) -> dict[str, object]:
    return {
        "technician": route.technician,
        "shift": route.shift,
        **_times(offset, depart=route.depart),
        "stops": [
            {"visit": stop.visit, "role": stop.role}
            | _times(offset, arrival=stop.arrival, start=stop.start, end=stop.end)
            for stop in route.stops
        ],
        "breaks": [
            {"break": rest.break_id, "gap": rest.gap} | _times(offset, start=rest.start) for rest in route.breaks
        ],
        **_times(offset, finish=route.finish),
    }


def _times(offset: int, **moments: int | None) -> dict[str, object]:
    return {key: format_time(moment, offset) for key, moment in moments.items() if moment is not None}
