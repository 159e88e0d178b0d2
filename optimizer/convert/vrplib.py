"""VRPLIB text: the site-dependent, multi-depot and prize-collecting VRP with time windows."""

from __future__ import annotations

from dataclasses import dataclass, field

from optimizer.convert.plane import (
    DIMACS,
    THOUSANDTHS,
    TIME_ZERO,
    Convention,
    both_ways,
    convention_named,
    euclidean,
    numbers,
    on_the_map,
    whole,
)
from optimizer.domain import Costs, Problem, Role, Shift, Technician, TimeWindow, Visit
from optimizer.invalid import InvalidInput, nearest, shown
from optimizer.validation import validated

_DEFAULTS: dict[str, Convention] = {
    "SDVRPTW": THOUSANDTHS,
    "MDVRPTW": THOUSANDTHS,
    "PCVRPTW": DIMACS,
    "VRPTW": DIMACS,
}
"""The types that are read, each with the convention its best-known values were found under."""

_Line = tuple[int, list[str]]


@dataclass
class _File:
    """A VRPLIB file in its parts: headings with their line, sections with their lines."""

    headings: dict[str, tuple[int, str]] = field(default_factory=dict)
    sections: dict[str, list[_Line]] = field(default_factory=dict)

    def heading(self, key: str) -> tuple[int, str]:
        if key not in self.headings:
            raise InvalidInput("the file", "", f"has no heading {key}", f"write it as in `{key}: …`")
        return self.headings[key]

    def count(self, key: str) -> int:
        line, text = self.heading(key)
        number = whole(line, text, f"{key} is a whole number")
        if not 1 <= number <= 100_000:
            raise InvalidInput(f"line {line}", text, f"is no {key} that can be read", "1 to 100000")
        return number

    def rows(self, section: str, width: int) -> dict[int, list[float]]:
        """The numbers of a section by the index each of its lines begins with."""
        found: dict[int, list[float]] = {}
        for line, words in self.sections.get(section, ()):
            index = whole(line, words[0], f"{section} begins its lines with an index")
            values = numbers(line, words[1:], width, f"{section} has an index and {width} numbers in a line")
            if index in found:
                raise InvalidInput(f"line {line}", words[0], f"stands twice in {section}", "keep one of them")
            found[index] = values
        return found

    def complete(self, section: str, width: int, size: int) -> list[list[float]]:
        """The numbers of a section that has one line for each index from 1 to ``size``."""
        rows = self.rows(section, width)
        if sorted(rows) != list(range(1, size + 1)):
            missing = next((index for index in range(1, size + 1) if index not in rows), None)
            problem = f"{section} must have a line for each index from 1 to {size}"
            value = f"no {missing}" if missing is not None else f"{max(rows)}"
            raise InvalidInput(section, value, problem, "add or take out lines, or correct DIMENSION or VEHICLES")
        return [rows[index] for index in range(1, size + 1)]


def vrplib_from(text: str, convention: str | None = None) -> Problem:
    """The problem in a VRPLIB file of TYPE SDVRPTW, MDVRPTW, PCVRPTW or VRPTW; ``total`` is in units of its records.

    * SDVRPTW and MDVRPTW (convention ``thousandths``): Euclidean distances, times and durations times a thousand,
      rounded; ``per_km`` is 1000, so that ``total`` is the distance in thousandths, as in PR01's best-known 1655420.
    * PCVRPTW and VRPTW (convention ``dimacs``): times ten, cut off; ``per_km`` is 1000, so that ``total`` is the
      distance in tenths plus ten times the prizes not collected, as in C1_10_1's best-known 245391.

    Each vehicle is a technician with one shift over the window of its depot and one resource ``load``;
    VEHICLES_MAX_DURATION is ``max_duty``, measured from the latest departure. Clients that only some vehicles may
    visit need a skill that just these have: one for each set of vehicle types. A client with a prize may be left
    out at that price; others must be visited.
    """
    file = _parts(text)
    line, kind = file.heading("TYPE")
    if kind not in _DEFAULTS:
        raise InvalidInput(f"line {line}", shown(kind), "is a TYPE that is not read", nearest(kind, _DEFAULTS))
    line, weights = file.heading("EDGE_WEIGHT_TYPE")
    if weights != "EUC_2D":
        raise InvalidInput(f"line {line}", shown(weights), "is an EDGE_WEIGHT_TYPE that is not read", "EUC_2D is")
    rule = convention_named(convention, _DEFAULTS[kind])
    size = file.count("DIMENSION")
    points = [(x, y) for x, y, *_ in file.complete("NODE_COORD_SECTION", 2, size)]
    windows = [
        TimeWindow(TIME_ZERO + rule.whole(opens), TIME_ZERO + rule.whole(closes))
        for opens, closes, *_ in file.complete("TIME_WINDOW_SECTION", 2, size)
    ]
    depots = _depots(file, size)
    access = _access(file)
    technicians = _technicians(file, rule, windows, depots, access)
    visits = _visits(file, rule, windows, depots, access)
    ids = [str(index) for index in range(1, size + 1)]
    name = file.headings.get("NAME", (0, ""))[1]
    travel = {"car": both_ways(euclidean(points, rule))}
    return validated(Problem(on_the_map(ids, points), travel, technicians, visits, name=name))


def _parts(text: str) -> _File:
    file, section = _File(), ""
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        if words[0] == "EOF":
            break
        if ":" in line:
            key, value = (part.strip() for part in line.split(":", 1))
            file.headings[key], section = (number, value), ""
        elif words[0].endswith("_SECTION"):
            section = words[0]
            file.sections[section] = []
        elif section:
            file.sections[section].append((number, words))
        else:
            remedy = "`KEY: value`, a …_SECTION with its lines, EOF"
            raise InvalidInput(f"line {number}", shown(line), "belongs to no section", remedy)
    return file


def _depots(file: _File, size: int) -> list[int]:
    """Indices of the depots, counted from 1; the first node where none are named."""
    depots: list[int] = []
    for line, words in file.sections.get("DEPOT_SECTION", ()):
        for word in words:
            index = whole(line, word, "DEPOT_SECTION holds indices of nodes")
            if index == -1:
                return depots
            if not 1 <= index <= size:
                raise InvalidInput(f"line {line}", word, "is the index of no node", f"they are 1 to {size}")
            depots.append(index)
    return depots or [1]


@dataclass(frozen=True)
class _Access:
    """Who may visit whom: vehicles of one type may visit the same clients. Types are numbered from 1."""

    type_of: list[int]
    clients: list[frozenset[int]]

    def types(self, client: int) -> frozenset[int]:
        """The types of vehicle that may visit a client."""
        return frozenset(kind for kind, clients in enumerate(self.clients, start=1) if client in clients)

    def needs(self, client: int) -> dict[str, int]:
        """The skill that just the vehicles of these types have; none where all have it."""
        types = self.types(client)
        return {} if len(types) == len(self.clients) else {_skill(types): 1}

    def has(self, vehicle: int) -> dict[str, int]:
        """The skills of a vehicle, counted from 0: those that name its type."""
        if not self.type_of:
            return {}
        kind = self.type_of[vehicle]
        sets = {self.types(client) for client in self.clients[kind - 1]}
        return {_skill(types): 1 for types in sorted(sets, key=sorted) if len(types) < len(self.clients)}


def _skill(types: frozenset[int]) -> str:
    return "vehicle-type-" + "-".join(str(kind) for kind in sorted(types))


def _access(file: _File) -> _Access:
    if "VEHICLES_ALLOWED_CLIENTS_SECTION" not in file.sections:
        return _Access([], [])
    rows = file.complete("VEHICLES_ALLOWED_CLIENTS_SECTION", 0, file.count("VEHICLES"))
    allowed = [frozenset(int(client) for client in clients) for clients in rows]
    kinds = list(dict.fromkeys(allowed))
    return _Access([kinds.index(clients) + 1 for clients in allowed], kinds)


def _technicians(
    file: _File,
    rule: Convention,
    windows: list[TimeWindow],
    depots: list[int],
    access: _Access,
) -> tuple[Technician, ...]:
    count = file.count("VEHICLES")
    if "CAPACITY_SECTION" in file.sections:
        capacities = [row[0] for row in file.complete("CAPACITY_SECTION", 1, count)]
    else:
        line, text = file.heading("CAPACITY")
        capacities = numbers(line, [text], 1, "CAPACITY is a number") * count
    homes = [depots[0]] * count
    if "VEHICLES_DEPOT_SECTION" in file.sections:
        homes = [int(row[0]) for row in file.complete("VEHICLES_DEPOT_SECTION", 1, count)]
        if stray := set(homes) - set(depots):
            value = shown(sorted(stray)[0])
            raise InvalidInput("VEHICLES_DEPOT_SECTION", value, "is no depot", "name it in DEPOT_SECTION")
    max_duty = None
    if "VEHICLES_MAX_DURATION" in file.headings:
        line, text = file.heading("VEHICLES_MAX_DURATION")
        max_duty = rule.whole(numbers(line, [text], 1, "VEHICLES_MAX_DURATION is a number")[0])
    technicians = []
    for vehicle, (capacity, home) in enumerate(zip(capacities, homes, strict=True)):
        window = windows[home - 1]
        shift = Shift("day", window.earliest, window.latest, home - 1, home - 1, max_duty=max_duty)
        technicians.append(
            Technician(
                id=f"vehicle-{vehicle + 1}",
                skills=access.has(vehicle),
                capacity={"load": capacity},
                costs=Costs(per_km=1000),
                shifts=(shift,),
            )
        )
    return tuple(technicians)


def _visits(
    file: _File,
    rule: Convention,
    windows: list[TimeWindow],
    depots: list[int],
    access: _Access,
) -> tuple[Visit, ...]:
    size = len(windows)
    demands = [row[0] for row in file.complete("DEMAND_SECTION", 1, size)]
    if "SERVICE_TIME_SECTION" in file.sections:
        services = [row[0] for row in file.complete("SERVICE_TIME_SECTION", 1, size)]
    else:
        line, text = file.headings.get("SERVICE_TIME", (0, "0"))
        services = numbers(line, [text], 1, "SERVICE_TIME is a number") * size
    prizes = [0.0] * size
    if "PRIZE_SECTION" in file.sections:
        prizes = [row[0] for row in file.complete("PRIZE_SECTION", 1, size)]
    visits = []
    for client in (index for index in range(1, size + 1) if index not in depots):
        demand, prize = demands[client - 1], prizes[client - 1]
        visits.append(
            Visit(
                id=str(client),
                location=client - 1,
                duration=rule.whole(services[client - 1]),
                windows=(windows[client - 1],),
                demand={"load": demand} if demand else {},
                roles=(Role(access.needs(client)),),
                drop_cost=prize * rule.scale if prize > 0 else None,
            )
        )
    return tuple(visits)
