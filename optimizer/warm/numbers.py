"""What things are called in a kernel that stays warm: numbers that never move, whatever comes and goes."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.domain import Problem, Visit

ShiftKey = tuple[str, str]
"""(technician id, shift id)."""


class Numbers:
    """Numbers of visits, tasks and routes. Those of a problem are its indices at first; what comes later takes the next
    one, or that of a visit that went, where this had as many roles.
    """

    def __init__(self, problem: Problem) -> None:
        self.visits: dict[str, int] = dict(problem.visit_index)
        self.routes: dict[ShiftKey, int] = dict(problem.shift_index)
        self._shifts: list[ShiftKey] = list(problem.shift_index)
        self._visits: list[str] = [visit.id for visit in problem.visits]
        self._roles: list[int] = [len(visit.roles) for visit in problem.visits]
        self._first: list[int] = []
        self._whose: list[tuple[int, int]] = []
        for number, roles in enumerate(self._roles):
            self._count(number, roles)
        self._free: dict[int, list[int]] = {}

    def _count(self, number: int, roles: int) -> None:
        self._first.append(len(self._whose))
        self._whose += [(number, role) for role in range(roles)]

    @property
    def count(self) -> int:
        """How many visits the kernel has numbers for, gone ones among them."""
        return len(self._visits)

    @property
    def gone(self) -> int:
        """How many of these are of visits that went."""
        return sum(map(len, self._free.values()))

    def visit(self, visit: Visit) -> int:
        """The number of a visit; a new one where it has none, or another count of roles than before."""
        roles = len(visit.roles)
        number = self.visits.get(visit.id)
        if number is not None and self._roles[number] == roles:
            return number
        if number is not None:
            self.release(visit.id)
        if free := self._free.get(roles):
            number = free.pop()
            self._visits[number] = visit.id
        else:
            number = len(self._visits)
            self._visits.append(visit.id)
            self._roles.append(roles)
            self._count(number, roles)
        self.visits[visit.id] = number
        return number

    def keeps(self, visit: Visit) -> bool:
        """Whether a visit, as it is now, has a number already."""
        number = self.visits.get(visit.id)
        return number is not None and self._roles[number] == len(visit.roles)

    def release(self, visit: str) -> int:
        """A visit went: its number may be another's."""
        number = self.visits.pop(visit)
        self._free.setdefault(self._roles[number], []).append(number)
        return number

    def route(self, key: ShiftKey) -> int:
        """The number of a shift's route; the next one where it has none."""
        if key not in self.routes:
            self.routes[key] = len(self._shifts)
            self._shifts.append(key)
        return self.routes[key]

    def close(self, key: ShiftKey) -> int:
        """A shift went; its number stays empty."""
        return self.routes.pop(key)

    def shift(self, route: int) -> ShiftKey:
        """The shift of a route."""
        return self._shifts[route]

    def stop(self, task: int) -> tuple[str, int]:
        """The visit and the role of a task."""
        number, role = self._whose[task]
        return self._visits[number], role

    def task(self, visit: str, role: int) -> int:
        """The task of a role of a visit."""
        return self._first[self.visits[visit]] + role

    def in_order(self, durations: dict[str, int]) -> Sequence[int]:
        """What is said of each visit, by number; nothing of those that went."""
        table = [0] * len(self._visits)
        for visit, number in self.visits.items():
            table[number] = durations[visit]
        return table
