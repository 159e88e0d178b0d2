"""The sample's company as a situation: its technicians, its kinds of work and its promises, on its city's real streets.

Streets and travel times are those of the extract beside :mod:`dispatch.sample.city` (© OpenStreetMap contributors,
ODbL); people, customers and house numbers are invented. Second visits that are known beforehand are left out: a
simulated visit comes again where it came to nothing. There is as much work for two as a scenario asks for.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dispatch.sample.city import TIME_ZONE
from dispatch.sample.people import PEOPLE
from dispatch.sample.people import Person as SamplePerson
from dispatch.sample.places import Place as SamplePlace
from dispatch.sample.places import draw_places
from dispatch.sample.promised import PRIORITIES, PROMISED, ROUND_THE_CLOCK
from dispatch.sample.work import CREW_KINDS, KINDS, URGENCIES
from dispatch.sample.work import Kind as SampleKind
from dispatch.sample.work import Urgency as SampleUrgency
from optimizer.domain import Costs
from scenarios.situation.crews import with_crews
from scenarios.situation.generated import OFFICE_DAY
from scenarios.situation.situation import Demand, Kind, Person, Place, Rest, Situation, Terms, Urgency
from scenarios.situation.ways import SampleStreets, Ways, sample_network

SITES = 400
OUTSKIRTS = 0.05
BORDER = -29.93
"""Degrees of latitude: La Serena lies north of it, Coquimbo south."""
CITY_PARTS = tuple(one.name for one in (*KINDS, *CREW_KINDS) if one.parts)
"""The kinds of work that use parts."""
SENIOR = 3
"""Whoever holds a skill at this level is senior."""


def sample_city(seed: int, jobs_per_day: float, crews: float = 0.0) -> Situation:
    """The sample's company with so many jobs on a working day, of which the share ``crews`` needs two technicians.
    Customers' addresses are drawn from the seed.
    """
    generator = np.random.default_rng([seed, 88])
    network = sample_network()
    homes = draw_places(network.graph, len(PEOPLE), generator)
    sites = draw_places(network.graph, SITES, generator, OUTSKIRTS)
    points = [(place.lat, place.lon) for place in (*homes, *sites)]
    seconds, metres = network.table(points)
    places = tuple(_place(number, place) for number, place in enumerate((*homes, *sites)))
    return Situation(
        name=f"the sample's company in La Serena and Coquimbo, seed {seed}",
        zone=TIME_ZONE,
        places=places,
        sites=tuple(range(len(homes), len(places))),
        seconds=seconds.astype(np.int32),
        metres=metres.astype(np.int32),
        people=tuple(_person(number, one, places[number]) for number, one in enumerate(PEOPLE)),
        kinds=with_crews(tuple(map(_kind, KINDS)), tuple(map(_kind, CREW_KINDS)), crews),
        urgencies=tuple(_urgency(one) for one in URGENCIES),
        demand=Demand(jobs_per_day, OFFICE_DAY),
        ways=Ways(SampleStreets()),
    )


def _kind(kind: SampleKind) -> Kind:
    crew = () if kind.crew is None else (dict(kind.crew),)
    return Kind(kind.name, kind.weight, dict(kind.skills), kind.minutes, crew)


def _place(number: int, place: SamplePlace) -> Place:
    return Place(f"P{number:04d}", place.lat, place.lon, "north" if place.lat >= BORDER else "south")


def _person(number: int, person: SamplePerson, home: Place) -> Person:
    day = person.day
    costs = Costs(per_shift=40, per_travel_hour=person.hourly, per_km=0.25, per_overtime_hour=1.5 * person.hourly)
    return Person(
        id=person.name,
        territory=home.territory,
        home=number,
        skills=dict(person.skills),
        start=day.start,
        end=day.end,
        max_overtime=person.overtime,
        rests=tuple(Rest(*one) for one in day.breaks),
        pace=person.pace,
        senior=max(person.skills.values()) >= SENIOR,
        costs=costs,
    )


def _urgency(urgency: SampleUrgency) -> Urgency:
    priority = PRIORITIES[urgency.name]
    promised = PROMISED[priority]
    return Urgency(
        priority=priority,
        share=urgency.weight,
        on_site=_terms(promised.on_site, promised.costs.get("on_site", {})),
        resolve=_terms(promised.resolve, promised.costs.get("resolve", {})),
        around_the_clock=promised.calendar == ROUND_THE_CLOCK,
    )


def _terms(within: int | None, costs: Mapping[str, float]) -> Terms | None:
    return None if within is None else Terms(within, **costs)
