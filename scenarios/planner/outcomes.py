"""What came of a scenario, as it is kept in the store: judged, compared, and told again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dispatch.domain.errors import Invalid
from dispatch.store.tables import ScenarioAsks, ScenarioRow, ScenarioStatus
from scenarios.planner.questions import figures_in
from scenarios.planner.refusing import NotThere
from scenarios.reading import scenario_of_document
from scenarios.running import AS_IT_IS, WITH_CHANGES, Outcome, judged
from scenarios.scenario import Scenario


def scenario_in(row: ScenarioRow) -> Scenario:
    """The scenario of a row. Raises :class:`InvalidInput` where this program no longer understands it."""
    return scenario_of_document(row.document)


def outcome_of(row: ScenarioRow) -> Outcome:
    """What its changes do, with its conditions judged. Raises :class:`NotThere`."""
    return judged(scenario_in(row), figures_in(answer_kept(row, ScenarioAsks.EFFECT)))


def answer_kept(row: ScenarioRow, asks: ScenarioAsks) -> Mapping[str, Any]:
    """What came of it, as it is kept. Raises :class:`NotThere` where there is nothing yet, or it asks another thing."""
    if row.asks is not asks:
        raise NotThere(f"{row.title} asks for something else: {row.asks.value}.")
    if row.status is not ScenarioStatus.DONE:
        raise NotThere(f"{row.title} has no answer yet; it is {row.status.value}.")
    return row.outcome


def _figures(found: Mapping[str, Any]) -> dict[str, list[dict[str, float | None]]]:
    return {one["name"]: one["each"] for one in found["alternatives"]}


def compared(rows: Sequence[ScenarioRow]) -> Outcome:
    """Scenarios beside each other, each with its changes, and first of all what they all start from.

    They are held against each other replication by replication, as many as all of them have. Raises :class:`NotThere`,
    and :class:`Invalid` for those that did not meet the same days.
    """
    first, *others = rows
    found = [answer_kept(row, ScenarioAsks.EFFECT) for row in rows]
    told = [scenario_in(row) for row in rows]
    for at, (row, kept, scenario) in enumerate(zip(others, found[1:], told[1:], strict=True), 1):
        for what, mine, its in (
            ("another situation", found[0]["digest"], kept["digest"]),
            ("other days", told[0].horizon, scenario.horizon),
            ("another seed", told[0].replications.seed, scenario.replications.seed),
        ):
            if mine != its:
                remedy = "compare scenarios of one situation, with the same days and the same seed"
                error = {"place": f"scenario[{at}]", "value": row.title, "problem": f"has {what}", "remedy": remedy}
                raise Invalid(f"{row.title} has {what} than {first.title}.", errors=[error])
    figures: dict[str, list[dict[str, float | None]]] = {}
    if all(scenario.dispatch == told[0].dispatch for scenario in told):
        figures[AS_IT_IS] = max((_figures(kept)[AS_IT_IS] for kept in found), key=len)
    for row, kept in zip(rows, found, strict=True):
        last = _figures(kept)
        figures[_name(row, figures)] = last.get(WITH_CHANGES, last[AS_IT_IS])
    least = min(len(several) for several in figures.values())
    return Outcome(found[0]["digest"], tuple(figures), {name: several[:least] for name, several in figures.items()})


def _name(row: ScenarioRow, taken: Mapping[str, Any]) -> str:
    return row.title if row.title not in taken else f"{row.title} ({len(taken)})"
