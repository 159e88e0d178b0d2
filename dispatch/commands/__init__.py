"""The commands of the command line: one module each, registered here and nowhere else.

The module `dispatch.commands.NAME` has ``configure(parser)``, which adds its arguments, and ``run(options)``, which
does it and answers the exit status. It is imported only when its command is called: no command waits for what another
one needs.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import cast

from dispatch.commands.base import Command

COMMANDS: Mapping[str, str] = {
    "solve": "plan: who does which visit, when, and in what order",
    "check": "check a plan independently: every must, every claimed time and cost",
    "score": "say what a plan costs, rule by rule, with reasons",
    "explain": "say why a visit is where it is or nowhere, why not elsewhere, and what would free it",
    "compare": "hold two plans against each other: visits, technicians, costs by rule",
    "contradictions": "find the smallest sets of pins and musts that cannot hold together",
    "bound": "say how good a plan is at least: a cost that no plan is below",
    "convert": "turn a benchmark file (Solomon, VRPLIB, Praxedo) into a problem",
    "sample": "plan a sample day in La Serena and Coquimbo, and show it as a page and as tables",
    "serve": "serve the API, with the worker beside it; with --sample a whole city, planned and running",
    "worker": "do what happens by itself: react to events, watch promises, search for plans",
    "simulate": "let the sample's field force drive out and its customers ring",
    "region": "build roads, addresses and the map of an OpenStreetMap extract; list them, choose one, remove one",
    "scenario": "simulate what would happen if, and say how sure that is",
    "forecast": "say what demand is to be expected, how good such forecasts were, and how many technicians it asks for",
    "user": "add users, give them another password, list them",
    "db": "upgrade the database's tables, say where they stand, copy the database",
}
"""Every command and what it does, in the order the help lists them."""

ABOVE: Mapping[str, str] = {"scenario": "scenarios.command", "forecast": "scenarios.forecast.command"}
"""The modules of commands that belong to a package above this one: imported when they are called, and never before."""


def command(name: str) -> Command:
    """The module of a command."""
    return cast("Command", importlib.import_module(ABOVE.get(name, f"{__name__}.{name}")))
