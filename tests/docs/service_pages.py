"""Writes the pages about the service from what it runs on: its lifecycles, rights, events, settings and routes."""

from __future__ import annotations

import inspect
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from pydantic_core import PydanticUndefined

from dispatch.console.app import create_app
from dispatch.domain import job_lifecycle, visit_lifecycle
from dispatch.domain.events import REGISTRY, Event
from dispatch.domain.roles import RIGHTS, Right, Role
from dispatch.settings import Settings
from dispatch.store.engine import Store

LIFECYCLES_HEAD = """\
# Lifecycles

What can happen to jobs and visits, as the program has it: one table each, from status and action to status. What is
not in a table is refused, with the steps that are possible. Who may do what is in [roles](roles.md).

This page is written by `make docs` from the tables themselves.
"""

ROLES_HEAD = """\
# Roles and rights

Who may do what. A right can be narrowed to territories: what lies in others is answered as if it were not there. The
program's own role (`system`) has every right and cannot sign in.

This page is written by `make docs` from the table itself.

"""

EVENTS_HEAD = """\
# Events

Every kind of event that the outbox holds, and with it the [live stream and webhooks](rest-api.md). An event is thin:
it says what it is about. Beside the fields below each carries `territory` and `technician` where it has one, and each
comes with its position, its kind, its instant and who caused it. [Why events are made this
way](../adr/0009-the-transaction-makes-the-event.md).

This page is written by `make docs` from the events themselves.

| kind | about | fields | meaning |
| --- | --- | --- | --- |
"""

SETTINGS_HEAD = """\
# Settings

How an installation runs is read from the environment. Nothing needs to be set for a start on one machine. What people
decide while the system runs (policies, calendars, users) is not here but in the store.

This page is written by `make docs` from the settings themselves.

| variable | default | meaning |
| --- | --- | --- |
"""

REST_HEAD = """\
# REST API

Every route, as the OpenAPI 3.1 document at `/api/v1/openapi.json` has it; that one also has the shapes, the errors and
the limits. [The live day](../tutorials/the-live-day.md) uses them one after another.

- **Signing in.** Browsers get a cookie from `POST /api/v1/session`; integrators send a token,
  `Authorization: Bearer …`; phones send theirs with a proof, see [the phone's API](phone-api.md#with-a-key).
- **Errors** are problem documents (RFC 9457): `type`, `title`, `status`, `detail`, and the facts that help.
- **Changes** carry `If-Match` with the `ETag` that was read; a row that has changed meanwhile is answered with 412 and
  what differs.
- **Repeating** a `POST` with the same `Idempotency-Key` has one effect and gets the same answer.
- **Lists** come in pages: `limit`, and `next` in the answer, which goes on where the page ended.

This page is written by `make docs` from the application itself.
"""


def lifecycles_page() -> str:
    """``docs/reference/lifecycles.md`` as it ought to be."""
    visits = _lifecycle("Visits", visit_lifecycle.TRANSITIONS, visit_lifecycle.FINAL)
    jobs = _lifecycle("Jobs", job_lifecycle.TRANSITIONS, job_lifecycle.ENDED)
    follows = "".join(f"| {_words(at)} | {_words(to)} |\n" for at, to in job_lifecycle.FOLLOWS.items())
    return (
        f"{LIFECYCLES_HEAD}{visits}{jobs}\n## How a job follows its visits\n\n"
        "While a job has visits to be done, the first of these that one of them is in counts; once all are over, the "
        "last of them\ndoes. Cancelled visits do not count, and a job that people have put somewhere ("
        + ", ".join(sorted(_words(status) for status in job_lifecycle.HELD))
        + ")\nstays there.\n\n| a visit is | so the job is |\n| --- | --- |\n"
        + follows
    )


def _lifecycle(title: str, table: Mapping[tuple[Any, Any], Any], final: Iterable[Any]) -> str:
    rows = "".join(f"| {_words(at)} | `{action}` | {_words(to)} |\n" for (at, action), to in table.items())
    edges: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (at, action), to in table.items():
        edges[at, to].append(_words(action))
    drawn = "".join(f"    {at} --> {to} : {', '.join(actions)}\n" for (at, to), actions in edges.items() if at != to)
    ends = "".join(f"    {status} --> [*]\n" for status in sorted(final))
    diagram = f"```mermaid\nstateDiagram-v2\n{drawn}{ends}```\n"
    return f"\n## {title}\n\n{diagram}\n| is | action | becomes |\n| --- | --- | --- |\n{rows}"


def roles_page() -> str:
    """``docs/reference/roles.md`` as it ought to be."""
    roles = [role for role in Role if role is not Role.SYSTEM]
    head = "| right | " + " | ".join(role.value for role in roles) + " |\n| --- |" + " --- |" * len(roles) + "\n"
    rows = (
        f"| {right} | " + " | ".join("yes" if right in RIGHTS[role] else "" for role in roles) + " |\n"
        for right in Right
        if right is not Right.RUN_SYSTEM
    )
    return ROLES_HEAD + head + "".join(rows)


def events_page() -> str:
    """``docs/reference/events.md`` as it ought to be."""
    common = {one.name for one in fields(Event)}
    rows = []
    for kind, event in REGISTRY.items():
        own = ", ".join(f"`{one.name}`" for one in fields(event) if one.name not in common)
        rows.append(f"| `{kind}` | {event.ABOUT[0]} | {own} | {_sentence(inspect.getdoc(event))} |\n")
    return EVENTS_HEAD + "".join(rows)


def settings_page() -> str:
    """``docs/reference/settings.md`` as it ought to be."""
    rows = []
    for name, one in Settings.model_fields.items():
        variable = str(one.validation_alias or f"FIELDWRIGHT_{name.upper()}")
        default = "" if one.default in (None, PydanticUndefined) else f"`{json.dumps(one.default, default=str)}`"
        rows.append(f"| `{variable}` | {default} | {_sentence(one.description)} |\n")
    return SETTINGS_HEAD + "".join(rows)


def rest_page() -> str:
    """``docs/reference/rest-api.md`` as it ought to be."""
    store = Store("sqlite:///never-opened.db")
    try:
        document = create_app(store, Settings()).openapi()
    finally:
        store.dispose()
    groups: dict[str, list[str]] = defaultdict(list)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["the rest"])[0]
            groups[tag].append(f"| {method.upper()} | `{path}` | {_sentence(operation.get('summary'))} |\n")
    return REST_HEAD + "".join(
        f"\n## {tag[0].upper()}{tag[1:]}\n\n| method | path | what it does |\n| --- | --- | --- |\n{''.join(rows)}"
        for tag, rows in groups.items()
    )


def _words(name: str) -> str:
    return str(name).replace("_", " ")


def _sentence(text: str | None) -> str:
    return " ".join((text or "").split()).replace("``", "`").replace("|", "\\|")
