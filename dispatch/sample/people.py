"""The fourteen technicians of the sample day: invented people with believable vans, shifts and pay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """A kind of shift, in minutes after midnight, local time: start, end, and breaks (id, earliest, latest, length)."""

    id: str
    start: int
    end: int
    breaks: tuple[tuple[str, int, int, int], ...]


EARLY = WorkingDay("early", 7 * 60 + 30, 16 * 60, (("lunch", 11 * 60 + 45, 13 * 60 + 15, 45),))
DAY = WorkingDay("day", 8 * 60 + 30, 17 * 60 + 30, (("lunch", 12 * 60 + 30, 14 * 60, 45),))
LATE = WorkingDay(
    "late",
    11 * 60 + 30,
    20 * 60,
    (("meal", 15 * 60, 16 * 60 + 30, 30), ("coffee", 17 * 60 + 45, 18 * 60 + 45, 15)),
)
EARLY_WITH_COFFEE = WorkingDay(
    "early", EARLY.start, EARLY.end, (("coffee", 9 * 60 + 30, 10 * 60 + 30, 15), *EARLY.breaks)
)
DAY_WITH_COFFEE = WorkingDay("day", DAY.start, DAY.end, (*DAY.breaks, ("coffee", 15 * 60 + 30, 16 * 60 + 30, 15)))


@dataclass(frozen=True, slots=True)
class Person:
    """A technician as the service company knows one. ``overtime`` and ``duty`` are limits in minutes."""

    name: str
    day: WorkingDay
    skills: Mapping[str, int]
    parts: Mapping[str, int]
    overtime: int = 45
    duty: int | None = None
    pace: float = 1.0
    hourly: float = 24.0


# Skills: 1 is trained, 2 experienced, 3 senior. Parts are what the van carries in the morning.
PEOPLE = (
    Person("Ana Rojas", EARLY, {"gas": 3, "heat pumps": 2, "electrical": 1}, {"valve": 8, "board": 3}, hourly=28),
    Person("Benjamín Soto", EARLY, {"gas": 2, "pumps": 1}, {"valve": 8, "seal": 5}),
    Person("Carla Muñoz", EARLY_WITH_COFFEE, {"electrical": 3, "solar": 2, "fibre": 1}, {"breaker": 8, "board": 3}),
    Person("Diego Araya", EARLY, {"fibre": 2, "electrical": 1}, {"modem": 9, "breaker": 3}),
    Person("Elena Castillo", DAY, {"refrigeration": 3, "heat pumps": 3}, {"compressor": 2, "board": 4}, hourly=28),
    Person("Felipe Cortés", DAY, {"refrigeration": 2, "electrical": 1}, {"compressor": 2, "breaker": 4}),
    Person("Gabriela Díaz", DAY_WITH_COFFEE, {"gas": 2, "heat pumps": 1}, {"valve": 8, "board": 2}, overtime=30),
    Person(
        "Héctor Pizarro", DAY, {"pumps": 3, "electrical": 2}, {"seal": 9, "breaker": 4}, duty=8 * 60 + 45, hourly=28
    ),
    Person("Isidora Vega", DAY, {"fibre": 3, "solar": 1}, {"modem": 9}, pace=0.9),
    Person("Joaquín Tapia", DAY, {"electrical": 2, "solar": 2}, {"breaker": 8, "board": 2}),
    Person("Karina Álvarez", DAY, {"gas": 1, "pumps": 2}, {"valve": 4, "seal": 6}, pace=1.15, hourly=20),
    Person(
        "Luis Contreras",
        DAY_WITH_COFFEE,
        {"fibre": 1, "electrical": 1},
        {"modem": 8, "breaker": 4},
        pace=1.2,
        hourly=20,
    ),
    Person("Marcela Godoy", LATE, {"gas": 2, "electrical": 2, "pumps": 1}, {"valve": 5, "breaker": 4, "seal": 4}),
    Person(
        "Nicolás Bravo",
        LATE,
        {"refrigeration": 2, "heat pumps": 1, "fibre": 2},
        {"modem": 5, "compressor": 1},
        duty=8 * 60,
    ),
)
