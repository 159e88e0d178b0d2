"""The reference kernel: plain Python over :class:`KernelData`, slow and obvious.

The native kernel must return the same numbers; tests run both. It tells time itself, from the arrays alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from optimizer.distance import geodesic
from optimizer.kernel.data import NEVER, KernelData, KernelPlan


@dataclass
class _Run:
    """One route driven once. ``late`` counts breaks begun too late and ``closed`` visits without a window."""

    depart: int
    finish: int = 0
    drive: int = 0
    metres: int = 0
    late: int = 0
    closed: int = 0
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)


def evaluate(data: KernelData, plan: KernelPlan) -> dict[str, int]:
    """What the plan costs, by channel: broken places for hard rules, counts of 1/``unit`` for soft ones.

    Every lowered channel is there, in the order of lowering. ``after_order`` counts one more where visits wait for
    each other in a circle; times, and all that hangs on them, then mean nothing.
    """
    return _Evaluation(data, plan).channels()


class _Evaluation:
    def __init__(self, data: KernelData, plan: KernelPlan) -> None:
        self.data, self.plan = data, plan
        self.visit_of_task = [
            visit for visit in range(len(data.visit_location)) for _ in range(*data.task_offset[visit : visit + 2])
        ]
        self.stops = [[self.visit_of_task[task] for task in tasks] for tasks in plan.tasks]
        self.used = [route for route, stops in enumerate(self.stops) if stops]
        self.members: dict[int, list[tuple[int, int]]] = {}  # visit -> (route, position) of each of its stops
        for route in self.used:
            for position, visit in enumerate(self.stops[route]):
                self.members.setdefault(visit, []).append((route, position))
        self.service = {
            visit: max(int(data.service[data.route_pace[route], visit]) for route, _ in members)
            for visit, members in self.members.items()
        }
        self.waits: dict[int, list[tuple[int, int, int]]] = {}  # visit -> (before, least gap, most gap)
        for visit, before, least, most in zip(
            data.after_visit.tolist(), data.after_before.tolist(), data.after_min.tolist(), data.after_max.tolist(),
            strict=True,
        ):  # fmt: skip
            if visit in self.members:
                self.waits.setdefault(visit, []).append((before, least, most))
        self.holds: dict[int, list[tuple[int, int]]] = {}  # visit -> (its end rather than its start, the moment)
        for visit, on_end, at in zip(
            data.hold_visit.tolist(), data.hold_on_end.tolist(), data.hold_at.tolist(), strict=True
        ):
            self.holds.setdefault(visit, []).append((on_end, at))
        self.runs, self.settled = self.schedule()

    # -- time -----------------------------------------------------------------------------------------------------

    def leg(self, route: int, origin: int, target: int) -> tuple[int, int]:
        """Seconds and metres."""
        table, (lat, lon) = self.data.travel[self.data.route_travel[route]], (self.data.lat, self.data.lon)
        if table.durations is not None:
            metres = 0 if table.distances is None else int(table.distances[origin, target])
            return int(table.durations[origin, target]), metres
        if origin == target:
            return 0, 0
        ends = (float(lat[origin]), float(lon[origin])), (float(lat[target]), float(lon[target]))
        return geodesic(*ends, table.speed_kmh, table.detour_factor)

    def run(self, route: int, depart: int, floors: dict[int, int]) -> _Run:
        """Drive a route from a departure; no visit starts before its floor."""
        data, stops = self.data, self.stops[route]
        run, clock, here = _Run(depart), depart, int(data.route_from[route])
        for position, visit in enumerate(stops):
            clock = self.through_gap(
                run, route, position, clock, self.leg(route, here, int(data.visit_location[visit]))
            )
            start = max(clock, floors.get(visit, clock))
            windows = range(data.window_offset[visit], data.window_offset[visit + 1])
            if len(windows) > 0:
                open_at = [w for w in windows if start <= data.window_latest[w]]
                run.closed += not open_at
                start = max(start, int(data.window_earliest[open_at[0]])) if open_at else clock
            clock, here = start + self.service[visit], int(data.visit_location[visit])
            run.starts.append(start)
            run.ends.append(clock)
        home = int(data.route_to[route])
        leg = (0, 0) if home == NEVER else self.leg(route, here, home)
        run.finish = self.through_gap(run, route, len(stops), clock, leg)
        return run

    def through_gap(self, run: _Run, route: int, gap: int, clock: int, leg: tuple[int, int]) -> int:
        """The clock at the end of a gap: driving, interrupted by the breaks taken in it."""
        data, (travel, metres) = self.data, leg
        run.drive, run.metres = run.drive + travel, run.metres + metres
        first = int(data.break_offset[route])
        taken = [first + index for index, where in enumerate(self.plan.gaps[route]) if where == gap]
        for rest in sorted(taken, key=lambda rest: int(data.break_earliest[rest])):
            earliest = int(data.break_earliest[rest])
            if clock < earliest:
                travel = max(0, travel - (earliest - clock))
                clock = earliest
            run.late += clock > data.break_latest[rest]
            clock += int(data.break_duration[rest])
        return clock + travel

    def schedule(self) -> tuple[dict[int, _Run], bool]:
        """Drive everything again and again until nobody has to wait longer; then leave late where that is asked."""
        data, floors, settled = self.data, dict[int, int](), False
        for _ in range(2 * len(data.visit_location) + 10):
            runs = {route: self.run(route, int(data.route_start[route]), floors) for route in self.used}
            raised = {}
            for visit, members in self.members.items():
                starts = [runs[route].starts[position] for route, position in members]
                need = max(starts)
                for before, least, _ in self.waits.get(visit, ()):
                    for route, position in self.members.get(before, ()):
                        need = max(need, runs[route].ends[position] + least)
                if need > min(starts) and (visit not in floors or need > floors[visit]):
                    raised[visit] = need
            if not raised:
                settled = True
                break
            floors |= raised
        linked = {visit for visit, members in self.members.items() if len(members) > 1 or visit in self.waits}
        linked |= {before for links in self.waits.values() for before, _, _ in links}
        for route in self.used:
            if data.leave_late[route]:
                runs[route] = self.latest(route, runs[route], floors, linked)
        return runs, settled

    def latest(self, route: int, run: _Run, floors: dict[int, int], linked: set[int]) -> _Run:
        """The route driven from the latest departure that changes nothing else."""
        wanted = self.outcome(route, run, linked)
        low, high = run.depart, run.finish
        while low < high:
            middle = (low + high + 1) // 2
            if self.outcome(route, self.run(route, middle, floors), linked) == wanted:
                low = middle
            else:
                high = middle - 1
        return self.run(route, low, floors)

    def outcome(self, route: int, run: _Run, linked: set[int]) -> tuple[int, list[int], list[int], int]:
        """What leaving late may not change: the finish, linked starts, lateness, and how much is broken."""
        stops = self.stops[route]
        fixed = [start for visit, start in zip(stops, run.starts, strict=True) if visit in linked]
        late = [
            max(0, (run.ends if on_end else run.starts)[position] - at)
            for position, visit in enumerate(stops)
            for on_end, at in self.holds.get(visit, ())
        ]
        return run.finish, fixed, late, run.late + run.closed

    # -- cost -----------------------------------------------------------------------------------------------------

    def channels(self) -> dict[str, int]:
        """Every lowered channel with its sum."""
        data, sums = self.data, Counter[str]()
        self.count_routes(sums)
        self.count_visits(sums)
        for channel, forbidden in data.forbidden.items():
            for route in self.used:
                for task in self.plan.tasks[route]:
                    sums[channel] += int(forbidden[task, data.route_owner[route]])
        start = {visit: self.moment(visit, on_end=False) for visit in self.members}
        end = {visit: self.moment(visit, on_end=True) for visit in self.members}
        for channel, ramps in data.ramps.items():
            for i, visit in enumerate(ramps.visit.tolist()):
                if visit in self.members:
                    beyond = (end if ramps.on_end[i] else start)[visit] - int(ramps.knee[i])
                    if beyond > 0:
                        sums[channel] += int(ramps.jump[i]) + int(ramps.slope[i]) * beyond
        for channel, unless in data.unless.items():
            for i, visit in enumerate(unless.visit.tolist()):
                owners = set(unless.owner[unless.owner_offset[i] : unless.owner_offset[i + 1]].tolist())
                if visit in self.members:
                    doing = {int(data.route_owner[route]) for route, _ in self.members[visit]}
                    sums[channel] += 0 if owners & doing else int(unless.cost[i])
                elif unless.when_dropped[i]:
                    sums[channel] += int(unless.cost[i])
        for visit, links in self.waits.items():
            for before, _, most in links:
                if before not in self.members or (most != NEVER and start[visit] > end[before] + most):
                    sums["after_order"] += 1
        sums["after_order"] += not self.settled
        return {channel: int(sums[channel]) for channel in data.channels}

    def count_routes(self, sums: Counter[str]) -> None:
        """What each route breaks and costs by itself, and what each owner's work costs."""
        data, work = self.data, Counter[int]()
        for route in self.used:
            run, stops = self.runs[route], self.stops[route]
            overtime, duty = max(0, run.finish - int(data.route_end[route])), run.finish - run.depart
            first = int(data.break_offset[route])
            sums["missed_break"] += run.late
            for index, gap in enumerate(self.plan.gaps[route]):
                if gap == len(stops) + 1:
                    sums["missed_break"] += run.finish > data.break_latest[first + index]
                else:
                    sums["missed_break"] += not 0 <= gap <= len(stops)
            sums["closed_window"] += run.closed
            sums["overtime_limit"] += overtime > data.max_overtime[route]
            sums["duty_limit"] += data.max_duty[route] != NEVER and duty > data.max_duty[route]
            load = data.demand[stops].sum(axis=0)
            sums["over_capacity"] += int((load > data.capacity[route]).sum())
            sums["shift"] += int(data.route_cost[route])
            sums["travel"] += run.drive * int(data.travel_rate[route]) + run.metres * int(data.metre_rate[route])
            sums["duty"] += duty * int(data.duty_rate[route])
            sums["overtime"] += overtime * int(data.overtime_rate[route])
            work[int(data.route_owner[route])] += run.drive + sum(run.ends) - sum(run.starts)
        for route, stops in enumerate(self.stops):
            committed = data.committed_visit[data.committed_offset[route] : data.committed_offset[route + 1]].tolist()
            sums["committed_first"] += stops[: len(committed)] != committed
        if data.balance_target != NEVER:
            sums["balance"] += sum(max(0, done - data.balance_target) for done in work.values()) * data.balance_rate

    def count_visits(self, sums: Counter[str]) -> None:
        """What each visit costs by being planned or not, and how well its crew is filled."""
        data = self.data
        filled = Counter(task for tasks in self.plan.tasks for task in tasks)
        for visit in range(len(data.visit_location)):
            if visit not in self.members:
                sums["must_be_done"] += int(data.must[visit])
                sums["unassigned"] += int(data.drop_cost[visit])
                continue
            members = self.members[visit]
            sums["crew"] += sum(abs(filled[task] - 1) for task in range(*data.task_offset[visit : visit + 2]))
            sums["crew"] += len(members) - len({int(data.route_owner[route]) for route, _ in members})

    def moment(self, visit: int, *, on_end: bool) -> int:
        """When a visit starts or ends: with the last of its crew."""
        runs = ((self.runs[route], position) for route, position in self.members[visit])
        return max((run.ends if on_end else run.starts)[position] for run, position in runs)
