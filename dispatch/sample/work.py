"""What the sample day's customers want: kinds of work, and how urgent it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work. ``minutes``: the least, the usual, the most. ``crew``: what a second person must bring."""

    name: str
    weight: float
    skills: Mapping[str, int]
    minutes: tuple[int, int, int]
    parts: Mapping[str, int] = field(default_factory=dict)
    crew: Mapping[str, int] | None = None


# Weights are shares of a day's visits, in percent.
KINDS = (
    Kind("gas boiler fault", 14, {"gas": 1}, (20, 35, 70), {"valve": 1}),
    Kind("gas leak alarm", 4, {"gas": 2}, (20, 40, 60), {"valve": 1}),
    Kind("yearly gas check", 9, {"gas": 1}, (15, 30, 45)),
    Kind("circuit trips", 11, {"electrical": 1}, (20, 35, 65), {"breaker": 1}),
    Kind("switchboard renewal", 5, {"electrical": 2}, (45, 70, 105), {"breaker": 2}),
    Kind("cold store fault", 8, {"refrigeration": 2}, (30, 50, 90)),
    Kind("fridge counter check", 5, {"refrigeration": 1}, (15, 30, 45)),
    Kind("fibre connection", 14, {"fibre": 1}, (25, 40, 60), {"modem": 1}),
    Kind("fibre line fault", 7, {"fibre": 2}, (25, 45, 75)),
    Kind("pump noise", 8, {"pumps": 1}, (20, 35, 60), {"seal": 1}),
    Kind("pressure set failure", 4, {"pumps": 2}, (35, 55, 90), {"seal": 1}),
    Kind("heat pump service", 6, {"heat pumps": 1}, (30, 45, 65)),
    Kind("heat pump fault", 4, {"heat pumps": 2}, (35, 55, 95), {"board": 1}),
    Kind("inverter fault", 1, {"solar": 2}, (35, 55, 80), {"board": 1}),
)

# Work for two, of which the day holds a few.
CREW_KINDS = (
    Kind("heat pump installation", 1, {"heat pumps": 2}, (60, 80, 100), {"board": 1}, crew={"electrical": 1}),
    Kind("solar roof work", 1, {"solar": 2}, (50, 65, 90), crew={"solar": 1}),
    Kind("compressor exchange", 1, {"refrigeration": 2}, (60, 80, 100), {"compressor": 1}, crew={"refrigeration": 2}),
    Kind("borehole pump lift", 1, {"pumps": 2}, (50, 60, 80), {"seal": 2}, crew={"pumps": 1}),
    Kind("main gas riser", 1, {"gas": 2}, (45, 60, 75), {"valve": 2}, crew={"gas": 1}),
)

# A second visit to the same address, once the first has had its effect: the first, the second, and the least and the
# most minutes between them.
FOLLOW_UPS = (
    ("circuit trips", Kind("meter release", 1, {"electrical": 2}, (15, 20, 25)), 30, 300),
    ("gas boiler fault", Kind("gas tightness test", 1, {"gas": 2}, (15, 20, 30)), 60, 360),
    ("cold store fault", Kind("temperature check", 1, {"refrigeration": 1}, (10, 15, 20)), 90, 300),
    ("pump noise", Kind("pressure test", 1, {"pumps": 1}, (15, 20, 25)), 45, None),
)


@dataclass(frozen=True, slots=True)
class Urgency:
    """How much a visit matters. Costs without a currency; ``arrive`` and ``complete`` are (breach, per hour late)."""

    name: str
    weight: float
    drop: float
    drop_per_hour: float
    arrive: tuple[float, float] | None = None
    complete: tuple[float, float] | None = None


CRITICAL = Urgency("critical", 6, 1500, 0, arrive=(250, 150), complete=(100, 60))
HIGH = Urgency("high", 20, 420, 60, complete=(30, 50))
NORMAL = Urgency("normal", 50, 190, 60, complete=(12, 20))
LOW = Urgency("low", 24, 95, 40)
URGENCIES = (CRITICAL, HIGH, NORMAL, LOW)
