"""Problems of any size from a seed: realistic days that use every field of the model at once and are mostly feasible.

Where :mod:`tests.strategies` looks for moments that meet, these look like work: a town, people with trades, visits with
appointments. What is committed can nearly always be driven, unless ``late`` asks for one that has missed its window.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np

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
    Visit,
)
from tests.tiny import HOUR, MIDNIGHT, MINUTE

DAY = 24 * HOUR
TRADES = ("boiler", "electric", "heatpump")
STOCK = ("parts", "ladder")


def generated(
    seed: int, visits: int = 20, technicians: int = 4, *, days: int = 2, musts: bool = False, late: bool = False
) -> Problem:
    """A problem. ``musts``: some visits may not be dropped; ``late``: some committed visit has missed its window."""
    maker = _Maker(Random(seed), days, tuple(f"T{n}" for n in range(technicians)), max(2, min(visits, 25)))
    crew = [maker.technician(number) for number in range(technicians)]
    work = [maker.visit(number, musts=musts) for number in range(visits)]
    crew, work = maker.commit(crew, work, late=late)
    target = maker.draw.choice([2, 4, 6]) * HOUR
    return Problem(
        locations=maker.locations,
        travel={"car": maker.matrix(), "van": Geodesic(maker.draw.choice([35.0, 50.0]), 1.3)},
        technicians=tuple(crew),
        visits=tuple(work),
        balance=maker.draw.choice([None, Balance(target, 7.5)]),
    )


class _Maker:
    def __init__(self, draw: Random, days: int, people: tuple[str, ...], places: int) -> None:
        self.draw, self.days, self.people = draw, days, people
        self.locations = tuple(
            Location(f"L{n}", 48 + draw.randrange(30) / 100, 2 + draw.randrange(40) / 100) for n in range(places)
        )

    def some(self, share: float) -> bool:
        return self.draw.random() < share

    def price(self, *prices: float) -> float:
        return self.draw.choice(prices)

    def matrix(self) -> Matrix:
        """Asymmetric travel in which no detour is shorter than the way itself."""
        lat = np.array([place.lat for place in self.locations])
        lon = np.array([place.lon for place in self.locations])
        far = np.hypot((lat[:, None] - lat[None, :]) * 111, (lon[:, None] - lon[None, :]) * 74)
        slower = np.array([[self.draw.choice([1.0, 1.1, 1.4]) for _ in self.locations] for _ in self.locations])
        durations = np.rint(far / 40 * HOUR * slower).astype(np.int32)
        for middle in range(len(self.locations)):
            durations = np.minimum(durations, durations[:, middle, None] + durations[None, middle, :])
        distances = np.rint(far * 1_000).astype(np.int32) if self.some(0.7) else None
        return Matrix(durations.astype(np.int32), distances)

    def promise(self) -> Promise | None:
        if self.some(0.6):
            return None
        return Promise(self.moment(9, 18), self.price(0, 10, 40), self.price(0, 5, 22.5))

    def moment(self, from_hour: int, to_hour: int) -> int:
        quarter = self.draw.randrange(from_hour * 4, to_hour * 4)
        return MIDNIGHT + self.draw.randrange(self.days) * DAY + quarter * 15 * MINUTE

    def technician(self, number: int) -> Technician:
        draw = self.draw
        worked = [day for day in range(self.days) if day == number % self.days or self.some(0.5)]
        return Technician(
            id=self.people[number],
            skills={trade: draw.randint(1, 3) for trade in TRADES if self.some(0.7)},
            capacity={"parts": draw.choice([2, 3.5]), "ladder": draw.choice([1, 2])},
            pace=draw.choice([1, 1, 0.9, 1.25]),
            profile=draw.choice(["car", "car", "van"]),
            costs=Costs(
                per_shift=self.price(0, 25),
                per_travel_hour=self.price(0, 12, 30),
                per_km=self.price(0, 0.35),
                per_duty_hour=self.price(0, 0, 18),
                per_overtime_hour=self.price(15, 45),
            ),
            shifts=tuple(self.shift(day) for day in worked),
        )

    def shift(self, day: int) -> Shift:
        draw = self.draw
        midnight = MIDNIGHT + day * DAY
        start = midnight + draw.choice([7, 8, 8.5]) * HOUR
        noon = midnight + draw.choice([11.5, 12]) * HOUR
        rests = [Break("lunch", int(noon), int(noon) + draw.choice([60, 120]) * MINUTE, 30 * MINUTE)]
        if self.some(0.3):
            rests.append(Break("tea", midnight + 15 * HOUR, midnight + 16 * HOUR, 10 * MINUTE))
        return Shift(
            id=f"day{day}",
            start=int(start),
            end=int(start) + draw.choice([6, 8, 9]) * HOUR,
            start_location=draw.randrange(len(self.locations)),
            end_location=draw.choice([None, draw.randrange(len(self.locations))]),
            max_overtime=draw.choice([0, 60, 120]) * MINUTE,
            max_duty=draw.choice([None, None, 8 * HOUR]),
            breaks=tuple(rests) if self.some(0.7) else (),
            utc_offset=draw.choice([0, HOUR, -3 * HOUR]),
        )

    def roles(self) -> tuple[Role, ...]:
        members = self.draw.choice([1, 1, 1, 1, 2]) if len(self.people) > 1 else 1
        return tuple(
            Role({t: self.draw.randint(1, 2) for t in TRADES if self.some(0.25 / members)}) for _ in range(members)
        )

    def windows(self) -> tuple[TimeWindow, ...]:
        opens = sorted({self.moment(8, 15) for _ in range(self.draw.choice([0, 1, 1, 2, 3]))})
        return tuple(TimeWindow(early, early + self.draw.choice([30, 60, 120]) * MINUTE) for early in opens)

    def visit(self, number: int, *, musts: bool) -> Visit:
        draw = self.draw
        rare = draw.choice(["", "", "", "only", "never"])
        least = draw.choice([0, 30]) * MINUTE
        links = (After(f"V{draw.randrange(number)}", least, draw.choice([None, least + 2 * HOUR])),) if number else ()
        return Visit(
            id=f"V{number}",
            location=draw.randrange(len(self.locations)),
            duration=draw.choice([15, 30, 45, 60, 90]) * MINUTE + draw.choice([0, 0, 7]),
            windows=self.windows(),
            demand={name: draw.choice([0.5, 1]) for name in STOCK if self.some(0.3)},
            roles=self.roles(),
            arrive_by=self.promise(),
            complete_by=self.promise(),
            drop_cost=None if musts and self.some(0.2) else self.price(20, 60, 150.25),
            only=tuple(draw.sample(self.people, min(2, len(self.people)))) if rare == "only" else (),
            never=(draw.choice(self.people),) if rare == "never" else (),
            preferred=(draw.choice(self.people),) if self.some(0.4) else (),
            preference_cost=self.price(4, 11),
            after=links if self.some(0.25) else (),
            previous=Previous(draw.choice(self.people), draw.choice([None, self.moment(8, 16)]))
            if self.some(0.4)
            else None,
            reassign_cost=self.price(0, 6.5),
            cost_per_hour_later=self.price(0, 3),
        )

    def commit(self, crew: list[Technician], work: list[Visit], *, late: bool) -> tuple[list[Technician], list[Visit]]:
        """Some shifts have begun: their first visits are given, a crew's on the shifts of all its members."""
        free = [n for n in range(len(work)) if self.some(0.5)][: max(1, len(work) // 4)]
        crew, work = list(crew), list(work)
        for number in free:
            roles = len(work[number].roles)
            members = self.draw.sample(range(len(crew)), roles)
            if roles > 1 and {crew[m].shifts[0].id for m in members} != {"day0"}:
                continue
            if any(len(crew[m].shifts[0].committed) > 1 for m in members):
                continue
            # Whatever could stand in the way of this is taken out of the visit, and the rest of it stays.
            work[number] = replace(
                work[number], windows=(), demand={}, roles=(Role(),) * roles, only=(), never=(), after=()
            )
            if late:
                missed = min(crew[m].shifts[0].start for m in members) - HOUR
                work[number] = replace(work[number], windows=(TimeWindow(missed, missed),))
                late = False
            for member in members:
                first, *others = crew[member].shifts
                first = replace(first, committed=(*first.committed, f"V{number}"))
                crew[member] = replace(crew[member], shifts=(first, *others))
        return crew, work
