"""Scenarios in a notebook: ask, look at the answer, ask another.

>>> from scenarios.notebook import ask
>>> answer = ask("two-leave.toml", processes=2)
>>> answer  # in a notebook: the whole page, with intervals and plots
>>> answer.change("sla").mean

What is asked is a file, its text, or a document with the same keys; what is answered is what the command answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from rich.console import Console

from scenarios.measuring.intervals import Interval
from scenarios.reading import read_scenario, scenario_of, scenario_of_document
from scenarios.report.page import page
from scenarios.running import AS_IT_IS, WITH_CHANGES, OnProgress, Outcome, compare, run_scenario
from scenarios.scenario import Scenario
from scenarios.telling import document, tables
from scenarios.words import ENGLISH

Asked = str | Path | Mapping[str, Any] | Scenario
_WIDE, _HIGH = 160, 900


@dataclass(frozen=True)
class Answer:
    """What came of one scenario, or of several. ``scenarios``: by the names of their alternatives."""

    title: str
    scenarios: Mapping[str, Scenario]
    outcome: Outcome

    def mean(self, kpi: str, alternative: str | None = None) -> Interval:
        """A figure of an alternative; of the last one where none is named."""
        return self.outcome.mean(alternative or self.outcome.alternatives[-1], kpi)

    def change(self, kpi: str, alternative: str | None = None) -> Interval:
        """A figure's difference to the first alternative, pair by pair; of the last one where none is named."""
        return self.outcome.change(alternative or self.outcome.alternatives[-1], kpi)

    def rows(self) -> list[dict[str, Any]]:
        """One row for each figure of each replication of each alternative, such as ``pandas.DataFrame`` takes."""
        return [
            {"alternative": name, "replication": number, "figure": kpi, "value": value}
            for name, replications in self.outcome.figures.items()
            for number, figures in enumerate(replications)
            for kpi, value in figures.items()
        ]

    def document(self) -> dict[str, Any]:
        """What ``--out`` writes, as JSON values."""
        return document(self.outcome, self._first.kpis)

    def page(self, language: str = ENGLISH) -> str:
        """What ``--report`` writes."""
        return page(self.title, self.scenarios, self.outcome, language=language)

    @property
    def _first(self) -> Scenario:
        return next(iter(self.scenarios.values()))

    def __str__(self) -> str:
        """The tables that the command prints."""
        console = Console(width=_WIDE, color_system=None)
        with console.capture() as shown:
            for table in tables(self.outcome, self._first.kpis):
                console.print(table)
        return shown.get()

    def _repr_html_(self) -> str:
        """The page in a frame, so that its style stays its own."""
        framed = escape(self.page(), quote=True)
        return f'<iframe srcdoc="{framed}" sandbox width="100%" height="{_HIGH}" style="border: 0"></iframe>'


def ask(
    asked: Asked, *, processes: int = 1, keep: str | Path | None = None, on_progress: OnProgress | None = None
) -> Answer:
    """Simulate one scenario. ``keep``: a folder in which every replication is kept.

    Raises :class:`~optimizer.invalid.InvalidInput` with all that is wrong about it, and :class:`OSError`.
    """
    scenario = _scenario(asked)
    outcome = run_scenario(scenario, processes=processes, keep=_folder(keep), on_progress=on_progress)
    return Answer(scenario.title, {WITH_CHANGES if scenario.changes else AS_IT_IS: scenario}, outcome)


def ask_several(
    asked: Mapping[str, Asked],
    *,
    processes: int = 1,
    keep: str | Path | None = None,
    on_progress: OnProgress | None = None,
) -> Answer:
    """Simulate several on the same days, by the names that they are given, and hold the others against the first.

    Raises what :func:`ask` does, and where they do not start from the same.
    """
    scenarios = {name: _scenario(one) for name, one in asked.items()}
    outcome = compare(scenarios, processes=processes, keep=_folder(keep), on_progress=on_progress)
    return Answer(" / ".join(scenarios), scenarios, outcome)


def _scenario(asked: Asked) -> Scenario:
    if isinstance(asked, Scenario):
        return asked
    if isinstance(asked, Mapping):
        return scenario_of_document(asked)
    if isinstance(asked, str) and "\n" in asked:
        return scenario_of(asked)
    return read_scenario(asked)


def _folder(keep: str | Path | None) -> Path | None:
    if keep is None:
        return None
    folder = Path(keep)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
