"""Writes the generated parts of the documentation: `python -m tests.docs.generate`, with ``--check`` only looks.

Pages about rules and about the service are written whole from what the program runs on. In ``command-line.md`` and
``phone-api.md`` the parts between two comments are written from the commands' own parsers, and from the kinds of action
that phones send; the text around them by hand.
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from collections.abc import Callable
from pathlib import Path

from dispatch.commands import COMMANDS, command
from optimizer.rules import RULES, Level, Rule
from tests.docs.forecast_pages import forecasts_page
from tests.docs.phone_pages import phone_api_page
from tests.docs.scenario_pages import scenarios_page, schema_file
from tests.docs.service_pages import events_page, lifecycles_page, rest_page, roles_page, settings_page

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"

RULES_HEAD = """\
# Rules

Every rule there is, in the order in which a scorecard lists them. A *hard* rule is a must: it counts the places where
it is broken, and a plan with any such place is not published. A *soft* rule counts money, and is the
[term of a plan's cost](planning-model.md#what-a-plan-costs) with the same name. There is nothing between.

Each rule is one file, `optimizer/rules/<id>.py`, with its meaning and its translation for the kernel
([why](../adr/0003-a-rule-is-one-file.md), [how to add one](../../CONTRIBUTING.md#adding-a-rule)). A policy may give
weights to soft rules; the search then minds them more or less, and the published cost stays what it is.

This page is written by `make docs` from the rules themselves.

| id | level | unit | meaning |
| --- | --- | --- | --- |
"""

_GENERATED = re.compile(r"(<!-- options of ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def rules_page() -> str:
    """``docs/reference/rules.md`` as it ought to be."""
    return RULES_HEAD + "".join(_rule_row(rule) for rule in RULES)


def _rule_row(rule: Rule) -> str:
    unit = "broken places" if rule.level is Level.HARD else "money"
    meaning = " ".join(inspect.cleandoc(type(rule).__doc__ or "").split()).replace("``", "`")
    return f"| `{rule.id}` | {rule.level} | {unit} | {_cell(meaning)} |\n"


def command_line_page() -> str:
    """``docs/reference/command-line.md`` as it ought to be. Raises :class:`KeyError` for a command without a place."""
    page = (REFERENCE / "command-line.md").read_text(encoding="utf-8")
    missing = COMMANDS.keys() ^ {name for _, name, _ in _GENERATED.findall(page)}
    if missing:
        raise KeyError(f"command-line.md and the commands differ in: {', '.join(sorted(missing))}")
    return _GENERATED.sub(lambda place: place[1] + _options(place[2]) + place[3], page)


def _options(name: str) -> str:
    parser = argparse.ArgumentParser(add_help=False)
    command(name).configure(parser)
    rows, usage, summary = [], [f"fieldwright {name}"], COMMANDS[name]
    for action in parser._actions:  # noqa: SLF001  argparse has no public list of them
        value = str(action.metavar or (action.dest.upper() if action.nargs != 0 else ""))
        if action.choices:
            value = "{" + ",".join(map(str, action.choices)) + "}"
        written = " ".join(filter(None, [*action.option_strings[:1], value]))
        if action.required:
            usage.append(written)
        must = " (required)" if action.required and action.option_strings else ""
        rows.append(f"| `{_cell(written)}` | {_cell((action.help or '') + must)} |\n")
    if any(not action.required for action in parser._actions):  # noqa: SLF001
        usage.append("[options]")
    table = "".join(["| argument | meaning |\n| --- | --- |\n", *rows])
    return f"\n{summary[0].upper()}{summary[1:]}.\n\n```\n{' '.join(usage)}\n```\n\n{table}\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("%%", "%")


PAGES: dict[Path, Callable[[], str]] = {
    REFERENCE / "rules.md": rules_page,
    REFERENCE / "command-line.md": command_line_page,
    REFERENCE / "lifecycles.md": lifecycles_page,
    REFERENCE / "roles.md": roles_page,
    REFERENCE / "events.md": events_page,
    REFERENCE / "settings.md": settings_page,
    REFERENCE / "rest-api.md": rest_page,
    REFERENCE / "phone-api.md": phone_api_page,
    REFERENCE / "scenarios.md": scenarios_page,
    REFERENCE / "forecasts.md": forecasts_page,
    ROOT / "scenarios" / "scenario.schema.json": schema_file,
}
"""Every generated page, and who writes it."""


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` say which are out of step."""
    stale = [path for path, write in PAGES.items() if not path.is_file() or path.read_text(encoding="utf-8") != write()]
    if arguments == ["--check"]:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(ROOT)} is out of step with the code: run `make docs`\n")
        return 1 if stale else 0
    for path in stale:
        path.write_text(PAGES[path](), encoding="utf-8")
        sys.stdout.write(f"  {path.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
