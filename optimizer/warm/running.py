"""A running plan: a problem and a plan of it in a kernel that stays warm, which follows what changes in a day."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Event, Lock

from optimizer.domain import Location, Plan, Problem, Route, TimeWindow, Visit
from optimizer.explain.changes import shift_of, visit_of, with_shift, with_technician
from optimizer.explain.placements import placed, placements
from optimizer.explain.places import Placement, Places, rank
from optimizer.policy import DEFAULT, Policy
from optimizer.scoring import score, timed
from optimizer.warm.changing import Difference, Legs, difference, with_place
from optimizer.warm.confirming import Confirming
from optimizer.warm.kernel import Kept

_FOREVER = 1e9
DEFAULT_SECONDS = 0.5
MOST = 10
"""So many placements are told where nobody asks for more or fewer."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One placement of a visit that is to be booked, in one of the windows that could be offered."""

    window: TimeWindow
    placement: Placement


@dataclass(frozen=True, slots=True)
class Improved:
    """What an improvement came to: the cost under the policy as the kernel counts it, and what it took.

    ``stopped``: it ended before its limit, because somebody asked for something else or told it to.
    """

    cost: float
    iterations: int
    seconds: float
    stopped: bool


OnProgress = Callable[[float, float, int, int], bool]
"""Seconds, cost so far, visits left undone, iterations; returning False stops, and what was found stays."""


class RunningPlan:
    """A problem and the plan that is being carried out, kept ready for the next change.

    Every change makes a new :attr:`problem` (problems never change) and leaves of the plan all that can still be
    driven; what a change displaces is left undone until :meth:`improve` or :meth:`take` gives it a place. A change that
    is more than the kernel can follow (other skills, other people, other travel between known places, other prices than
    its unit can hold) makes everything anew: the same answers, only later.

    It may be used from several threads; whoever asks for anything ends an improvement that runs in another thread, and
    that one keeps what it has found. Problems are not validated here.
    """

    def __init__(self, problem: Problem, plan: Plan | None = None, *, policy: Policy = DEFAULT) -> None:
        """Raises what :func:`optimizer.scoring.to_kernel` raises for a plan that is not one of this problem."""
        self.policy = policy
        self._problem = problem
        self._lock, self._door = Lock(), Lock()
        self._asking, self._calm = 0, Event()
        self._calm.set()
        self._kept = Kept(problem, plan or Plan(), policy)
        self._confirming: Confirming | None = None

    @property
    def problem(self) -> Problem:
        """The problem as it is now."""
        return self._problem

    def plan(self) -> Plan:
        """The plan as it stands: timed, with its cost; without reasons for what it leaves undone."""
        with self._asked():
            return self._plan()

    @property
    def left(self) -> tuple[str, ...]:
        """The visits that nobody does, in the order of the problem."""
        with self._asked():
            left = self._kept.left()
            return tuple(one.id for one in self._problem.visits if one.id in left)

    # -- changes ---------------------------------------------------------------------------------------------------

    def become(self, problem: Problem) -> tuple[str, ...]:
        """Follow all that is different in ``problem``. Answers the visits that lost their place or never had one."""
        with self._asked():
            return self._follow(problem, difference(self._problem, problem))

    def add_place(self, location: Location, legs: Mapping[str, Legs] | None = None) -> int:
        """One more location; answers its index. ``legs`` for each profile whose travel is a matrix.

        Raises :class:`KeyError` and :class:`ValueError` for legs that do not fit.
        """
        with self._asked():
            self._follow(with_place(self._problem, location, legs or {}), Difference(places=(location,)))
            return len(self._problem.locations) - 1

    def insert(self, visit: Visit) -> None:
        """One more visit, which nobody does yet. Raises :class:`ValueError` where the problem has one of this id."""
        with self._asked():
            if visit.id in self._problem.visit_index:
                raise ValueError(f"There is a visit {visit.id!r} already; give the new one another id.")
            self._follow(replace(self._problem, visits=(*self._problem.visits, visit)), Difference(written=(visit,)))

    def remove(self, visit_id: str) -> None:
        """One visit less, planned or not. Orders that name it are taken out of the others.

        Raises :class:`KeyError` for a visit that the problem does not have and :class:`ValueError` for one that a
        technician is committed to.
        """
        with self._asked():
            visit_of(self._problem, visit_id)
            for technician, shift in self._problem.shifts:
                if visit_id in shift.committed:
                    whose = f"{technician.id} is committed to {visit_id} on {shift.id}"
                    raise ValueError(f"{whose}; take it out of the shift's `committed` in the same change.")
            visits = tuple(_without_order(one, visit_id) for one in self._problem.visits if one.id != visit_id)
            new = replace(self._problem, visits=visits)
            self._follow(new, difference(self._problem, new))

    def delay(self, technician: str, shift: str, seconds: int) -> tuple[str, ...]:
        """A shift starts later. Answers the visits that lost their place. Raises :class:`KeyError`."""
        with self._asked():
            start = shift_of(self._problem, technician, shift).start
            new = with_shift(self._problem, technician, shift, start=start + seconds)
            return self._follow(new, difference(self._problem, new))

    def lose(self, technician: str) -> tuple[str, ...]:
        """A technician has no shifts any more. Answers the visits that lost their place. Raises :class:`KeyError`."""
        with self._asked():
            new = with_technician(self._problem, technician, shifts=())
            return self._follow(new, difference(self._problem, new))

    def change(self, visit: Visit) -> tuple[str, ...]:
        """A visit is different: its promises, its windows, anything. Answers the visits that lost their place.

        Raises :class:`KeyError` for a visit that the problem does not have.
        """
        with self._asked():
            index = self._problem.visit_index[visit.id]
            visits = (*self._problem.visits[:index], visit, *self._problem.visits[index + 1 :])
            return self._follow(replace(self._problem, visits=visits), Difference(written=(visit,)))

    # -- answers ---------------------------------------------------------------------------------------------------

    def placements(self, visit_id: str, most: int = MOST) -> list[Placement]:
        """The best places for a visit while everybody else keeps theirs, the cheapest first; judged, so exact by rule.

        Where it stands now counts as if it did not. Only what keeps every must is answered. For a crew those crews are
        looked at that :func:`optimizer.explain.placements.placements` looks at. Raises :class:`KeyError` for a visit
        that the problem does not have.
        """
        with self._asked():
            visit = visit_of(self._problem, visit_id)
            if len(visit.roles) > 1:
                return placements(self._problem, self._plan(), visit_id, policy=self.policy, fitting_only=True)[:most]
            offers = self._kept.offers(visit_id, most)
            if self._kept.keys(visit_id):
                search = Places(self._problem, self._plan(), visit, self.policy)
                found = [search.placement(((one.key, one.position),)) for one in offers]
            else:
                judge = self._judge()
                found = [judge.placement(visit, one.key, one.position, one.gaps) for one in offers]
            return sorted((one for one in found if one.fits), key=rank)

    def booking(self, visit: Visit, windows: Sequence[TimeWindow], most: int = 3) -> list[Choice]:
        """For a visit that the problem does not have: its best places in each window alone, all ranked together.

        ``most``: of each window. Raises :class:`ValueError` where the problem has a visit of this id, for a crew, and
        for a visit that asks for what the problem's technicians have never heard of (a resource, or prices beyond the
        kernel's unit): :meth:`insert` it instead.
        """
        with self._asked():
            if visit.id in self._problem.visit_index:
                raise ValueError(f"There is a visit {visit.id!r} already; give the one to book another id.")
            if len(visit.roles) > 1:
                raise ValueError(f"{visit.id!r} needs a crew; insert it and ask for its placements.")
            asked = [replace(visit, windows=(window,)) for window in windows]
            judge, found = self._judge(), []
            for one, window, offers in zip(asked, windows, self._kept.offers_of(asked, most), strict=True):
                told = (judge.placement(one, offer.key, offer.position, offer.gaps) for offer in offers)
                found += [Choice(window, placement) for placement in told if placement.fits]
            return sorted(found, key=lambda choice: rank(choice.placement))

    def take(self, placement: Placement) -> None:
        """Put a visit of the problem where a placement says.

        Raises :class:`ValueError` where the routes have changed since, or it would displace others.
        """
        with self._asked():
            self._confirming = None
            if not self._still_stands(placement):
                raise ValueError(f"The routes of this placement of {placement.visit} have changed; ask for it again.")
            ((key, position), *others) = placement.places
            if not others and self._kept.put(placement.visit, key, position):
                return
            if not self._kept.move(placement.visit, placed(self._problem, self._plan(), placement, self.policy)):
                raise ValueError(f"{placement.visit} cannot be placed there without displacing others.")

    def _still_stands(self, placement: Placement) -> bool:
        """Whether the routes that a placement changes are those that it was made for."""
        if placement.visit not in self._problem.visit_index:
            return False
        for key, then in placement.routes.items():
            if key not in self._problem.shift_index:
                return False
            now = self._kept.route(key)
            both = [[(s.visit, s.role) for s in (() if one is None else one.stops)] for one in (now, then)]
            here, there = ([stop for stop in stops if stop[0] != placement.visit] for stops in both)
            if here != there:
                return False
        return True

    def take_over(self, plan: Plan) -> None:
        """Go on from another plan of this problem; what of it cannot be driven is left undone.

        Raises what :func:`optimizer.scoring.to_kernel` raises.
        """
        with self._asked():
            self._confirming = None
            self._kept.take_over(plan)

    def improve(
        self,
        *,
        seconds: float | None = None,
        iterations: int | None = None,
        seed: int = 1,
        around: Iterable[str] = (),
        on_progress: OnProgress | None = None,
    ) -> Improved:
        """Search for a better plan from where it stands, first near the visits ``around``; never ends with a worse one.

        The limit is ``seconds`` (0.5 where nothing is given) or a number of ``iterations`` or both; under iterations
        alone the same plan, changes and seed give the same plan. Raises :class:`ValueError` for limits that make no
        sense and :class:`KeyError` for visits that the problem does not have.
        """
        if seconds is None:
            seconds = _FOREVER if iterations is not None else DEFAULT_SECONDS
        if seconds < 0 or (iterations is not None and iterations < 0):
            raise ValueError(f"limits are {seconds} s and {iterations} iterations; give 0 or more")
        began = time.monotonic()
        self._calm.wait()  # nobody who asks has to wait for more than the search that runs
        with self._lock:
            self._confirming = None
            cost, rounds, stopped = self._kept.improve(seconds, iterations, seed, around, on_progress)
        return Improved(cost, rounds, time.monotonic() - began, stopped)

    def interrupt(self) -> None:
        """End an improvement that runs in another thread; it keeps what it has found."""
        with self._asked():
            return

    # -- inside ----------------------------------------------------------------------------------------------------

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """The kernel to oneself. Whoever searches meanwhile is told to stop and goes on when nobody asks any more."""
        with self._door:
            self._asking += 1
            self._calm.clear()
            self._kept.halt()
        try:
            with self._lock:
                yield
        finally:
            with self._door:
                self._asking -= 1
                if not self._asking:
                    self._kept.go_on()
                    self._calm.set()

    def _follow(self, problem: Problem, what: Difference | None) -> tuple[str, ...]:
        """Make the kernel's problem this one."""
        before, known = self._kept.left(), self._problem.visit_index
        self._confirming = None
        if what is None or not self._kept.follow(problem, what):
            self._kept = Kept(problem, _carried_over(problem, self._kept.routes()), self.policy)
        self._problem = problem
        lost = self._kept.left() - before
        return tuple(sorted((one for one in lost if one in known), key=lambda one: problem.visit_index[one]))

    def _judge(self) -> Confirming:
        if self._confirming is None:
            self._confirming = Confirming(
                self._problem, self.policy, self._kept.route, self._kept.keys, self._kept.appointment
            )
        return self._confirming

    def _plan(self) -> Plan:
        plan = timed(self._problem, Plan(self._kept.routes()))
        return replace(plan, cost=score(self._problem, plan, self.policy).cost)


def _without_order(visit: Visit, gone: str) -> Visit:
    if all(link.visit != gone for link in visit.after):
        return visit
    return replace(visit, after=tuple(link for link in visit.after if link.visit != gone))


def _carried_over(problem: Problem, routes: Sequence[Route]) -> Plan:
    """What of these routes the problem still has words for."""
    kept = []
    for route in routes:
        if (route.technician, route.shift) not in problem.shift_index:
            continue
        stops = (stop for stop in route.stops if stop.visit in problem.visit_index)
        known = tuple(stop for stop in stops if stop.role < len(problem.visits[problem.visit_index[stop.visit]].roles))
        kept.append(replace(route, stops=known))
    return Plan(tuple(kept))
