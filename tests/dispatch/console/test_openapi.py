"""The whole API as its document describes it, walked by each role and by a phone: Schemathesis makes up the requests.

Every answer is one that the document declares, of the declared type and shape, and none is an error of the server.
Nobody reads what lies in a territory that they do not reach, and nobody changes what their role may not.

Ids that are made up are found nowhere, so some are replaced by those of rows that there are, of either territory.
"""

from __future__ import annotations

import copy
import datetime as dt
import io
import itertools
import re
import shutil
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS

from dispatch.console.app import create_app
from dispatch.domain.clock import FixedClock
from dispatch.domain.roles import RIGHTS, Right, Role
from dispatch.settings import Settings
from dispatch.store.engine import Store
from tests.dispatch.console.seeded import HIDDEN, Seeded, seed

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
PEOPLE = [role for role in Role if role is not Role.SYSTEM]
WALKERS = [
    *(pytest.param(role, False, id=role.value) for role in PEOPLE),
    pytest.param(Role.TECHNICIAN, True, id="technician's phone"),
]
EXAMPLES = max(2, settings().max_examples // 50)
"""Of each operation for each role: three in ``ci``, a hundred in ``nightly``."""

WORDS = {"only": "technician", "never": "technician", "preferred": "technician", "territories": "territory"}
"""Members that hold ids of something that they are not named after."""

PREFIXES = {"policy": ("policy", "sla")}
"""Words under which ids begin with another one."""

IDENTIFIED = re.compile(r'"id":"(([a-z_]+)_[0-9a-hjkmnp-tv-z]{26})"')

ORDER = {"POST": 0, "GET": 1, "PUT": 2, "PATCH": 3, "DELETE": 4}
"""What is created first can be read and changed later."""

SIGNS_IN = re.compile(r"/(session|openid|phone/sign-in|phone/device)\b")

SIGNS_OUT = "DELETE /api/v1/phone/device"
"""A phone that has done this is let in nowhere, so it comes last."""

OF_PHONES = {
    f"{method} /api/v1/phone/{path}"
    for method, path in (
        ("GET", "changes"),
        ("POST", "actions"),
        ("GET", "profile"),
        ("GET", "push/key"),
        ("GET", "time-sheet"),
        ("DELETE", "device"),
    )
}
"""What a phone gets into whatever is made up."""

LOOKING = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

CHECKED = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]

CHANGED_WITH = {
    "absence": {Right.RECORD_ABSENCE, Right.WORK_VISITS},
    "business_calendar": {Right.WRITE_SETUP},
    "contact": {Right.WRITE_CUSTOMERS},
    "device": {Right.ACT_ON_VISITS, Right.WORK_VISITS},
    "customer": {Right.WRITE_CUSTOMERS},
    "equipment": {Right.WRITE_CUSTOMERS},
    "held_skill": {Right.WRITE_PEOPLE},
    "job": {Right.CREATE_JOBS, Right.CHANGE_JOBS, Right.WORK_VISITS, Right.ACT_ON_VISITS},
    "job_type": {Right.WRITE_SETUP},
    "plan": {Right.START_RUNS, Right.EDIT_DRAFTS, Right.APPROVE_PLANS},
    "plan_fence": {Right.APPROVE_PLANS},
    "planning_policy": {Right.WRITE_SETUP},
    "planning_run": {Right.START_RUNS},
    "saved_view": {Right.READ_PLANS},
    "scenario": {Right.RUN_SCENARIOS},
    "sheet_import": {Right.IMPORT},
    "shift": {Right.WRITE_PEOPLE, Right.RECORD_ABSENCE, Right.WORK_VISITS},
    "site": {Right.WRITE_CUSTOMERS},
    "sla_policy": {Right.WRITE_SETUP},
    "technician": {Right.WRITE_PEOPLE},
    "territory": {Right.WRITE_SETUP},
    "territory_lock": {Right.APPROVE_PLANS},
    "travel_slice": {Right.WRITE_SETUP},
    "user_account": {Right.MANAGE_USERS},
    "visit": {Right.CREATE_JOBS, Right.CHANGE_JOBS, Right.ACT_ON_VISITS, Right.WORK_VISITS, Right.BOOK},
    "webhook": {Right.MANAGE_WEBHOOKS},
}
"""Table → the rights of which any one lets somebody change a row of it."""


@schemathesis.serializer("application/offset+octet-stream")
def piece(_: Any, value: Any) -> bytes:
    """A piece of an upload goes over the wire as it is."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


@pytest.fixture(scope="module")
def seeded_file(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Seeded]:
    path = tmp_path_factory.mktemp("seeded") / "store.db"
    shutil.copyfile(migrated, path)
    store = Store(f"sqlite:///{path}", FixedClock(NOON))
    seeded = seed(store)
    store.dispose()
    return path, seeded


@pytest.fixture
def walked(seeded_file: tuple[Path, Seeded], tmp_path: Path) -> Iterator[Seeded]:
    """A copy for each role, so that what an administrator does to the others does not keep them from walking."""
    path, seeded = seeded_file
    shutil.copyfile(path, tmp_path / "store.db")
    store = Store(f"sqlite:///{tmp_path / 'store.db'}", FixedClock(NOON))
    yield replace(seeded, store=store)
    store.dispose()


@pytest.fixture(scope="module")
def document(seeded_file: tuple[Path, Seeded]) -> dict[str, Any]:
    """What the API says of itself, which is the same for everybody and takes a second to be written."""
    store = Store(f"sqlite:///{seeded_file[0]}", FixedClock(NOON))
    written = create_app(store, Settings()).openapi()
    store.dispose()
    return written


def _with_known_ids(seeded: Seeded, case: Any, words: Iterator[int]) -> None:
    """Put ids that there are in place of most that were made up; ``words`` counts them, so that they differ."""
    for place in (case.path_parameters, case.query):
        for name, value in list((place or {}).items()):
            place[name] = _known(seeded, name, value, next(words))
    if isinstance(case.body, dict | list):
        case.body = _replaced(seeded, "", case.body, words)
    if case.headers and zlib.crc32(repr(case.body).encode(errors="replace")) % 4:
        # A key that was used before and a version that there never was are refused before anything else is looked at.
        for name in ("Idempotency-Key", "If-Match"):
            case.headers.pop(name, None)


def _replaced(seeded: Seeded, name: str, value: Any, words: Iterator[int]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(seeded, key, one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [_replaced(seeded, name, one, words) for one in value]
    return _known(seeded, name, value, next(words))


def _known(seeded: Seeded, name: str, value: Any, salt: int) -> Any:
    word = WORDS.get(name, name.removesuffix("_ids").removesuffix("_id").removesuffix("s"))
    ids = [one for called in PREFIXES.get(word, (word,)) for one in seeded.known.get(called, [])]
    lot = zlib.crc32(f"{salt}{value}".encode(errors="replace"))
    if not isinstance(value, str) or not ids or lot % 5 == 0:
        return value
    return ids[lot // 5 % len(ids)]


@pytest.mark.no_cover
@pytest.mark.parametrize(("role", "by_phone"), WALKERS)
def test_the_api_answers_as_documented_and_keeps_to_rights(
    role: Role, by_phone: bool, walked: Seeded, document: dict[str, Any]
) -> None:
    schema = schemathesis.openapi.from_dict(copy.deepcopy(document))
    schema.app = create_app(walked.store, Settings())
    before = walked.hidden_rows()
    operations = [result.ok() for result in schema.get_all_operations()]
    walk = Walk(role, walked, by_phone=by_phone)
    for operation in sorted(operations, key=lambda one: (one.label == SIGNS_OUT, ORDER[one.method.upper()])):
        if not _streams(operation):
            walk.through(operation)
    assert not walk.failures, "\n\n".join(walk.failures)
    # The walk got somewhere: nobody was thrown out on the way, and an administrator saw the inside of most operations.
    assert not any(status == 401 and not SIGNS_IN.search(label) for label, status in walk.answered)
    entered = {label for label, status in walk.answered if status < 300}
    assert role is not Role.ADMINISTRATOR or len(entered) > len(operations) / 2
    assert not by_phone or entered >= OF_PHONES
    if role is not Role.ADMINISTRATOR:
        assert walked.hidden_rows() == before
    may = {table for table, rights in CHANGED_WITH.items() if rights & RIGHTS[role]}
    assert walked.changed_by(role) <= may | ({"user_account"} if by_phone else set()), "a phone sets its language"


class Walk:
    """One role's way through the operations, at a desk or by phone: what was answered, and what went wrong."""

    def __init__(self, role: Role, seeded: Seeded, *, by_phone: bool) -> None:
        # Somebody who deactivates themselves, or revokes the token or the phone that they carry, ends the walk.
        others = [one for one in seeded.known["user"] if one != seeded.users[role]]
        known = {word: list(ids) for word, ids in seeded.known.items()}
        self.seeded = replace(
            seeded, known=known | {"user": others, "token": []} | ({"device": []} if by_phone else {})
        )
        self.role = role
        self.headers = {"Authorization": f"Bearer {seeded.phone if by_phone else seeded.tokens[role]}"}
        self.words = itertools.count()
        self.answered: Counter[tuple[str, int]] = Counter()
        self.failures: list[str] = []

    def through(self, operation: Any) -> None:
        """Some requests to one operation."""

        @LOOKING
        @given(case=operation.as_strategy())
        def look(case: Any) -> None:
            self._ask(operation, case)

        try:
            look()
        except (Exception, BaseExceptionGroup) as error:
            self.failures.append(f"{operation.label}: {error}")

    def _ask(self, operation: Any, case: Any) -> None:
        _with_known_ids(self.seeded, case, self.words)
        answer = case.call(base_url="http://localhost", headers=self.headers)
        self.answered[operation.label, answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS.get_by_names(CHECKED))
        if answer.status_code < 300:
            _remember(self.seeded, answer.content)
        shown = HIDDEN.encode() in _unpacked(answer.content)
        assert not shown or self.role is Role.ADMINISTRATOR or _is_audit(case), "shows what lies elsewhere"


def _is_audit(case: Any) -> bool:
    """The audit trail knows no territories: who may read it answers for the whole operation."""
    return case.operation.path == "/api/v1/audit" or (case.path_parameters or {}).get("kind") == "audit"


def _remember(seeded: Seeded, content: bytes) -> None:
    """Let later requests name what this answer shows."""
    for row_id, word in IDENTIFIED.findall(content.decode(errors="replace")):
        if row_id not in seeded.known.setdefault(word, []) and word not in ("user", "token"):
            seeded.known[word].append(row_id)


def _unpacked(content: bytes) -> bytes:
    """The text of an answer; a sheet is a packed archive."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def _streams(operation: Any) -> bool:
    return any("text/event-stream" in str(one) for one in operation.definition.raw.get("responses", {}).values())
