"""The pages about the phone are done as they stand: by a shell, with the proof and the checklist that they show.

A block of ``sh`` is run; the block of ``text`` below it is what it prints, with ``…`` for anything.
"""

import json
import os
import re
import subprocess

import httpx2
import pytest
from PIL import Image

from dispatch.access.passwords import hashed
from dispatch.domain.checklist_form import KINDS
from dispatch.domain.clock import FixedClock
from dispatch.domain.ids import new_id
from dispatch.sample.company import address_of
from dispatch.sample.people import PEOPLE
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import PhoneNotice
from mobile_api.day.documents import documents
from tests.dispatch.console.live import served
from tests.dispatch.databases import migrated_file
from tests.docs.pages import page
from tests.mobile_api.carrying import ABOUT, Depot
from tests.mobile_api.sync.sending import NOW, actor

PAGE = "docs/reference/phone-api.md"
HOW_TO = "docs/how-to/phone.md"
MARK = "=== the next block ==="
PASSWORD = "a password of the sample"
EMAIL = "ana.rojas@sample.example"
LONG_ENOUGH = 120
"""Seconds. A machine that needs longer is not slow but stuck."""


@pytest.fixture
def depot(tmp_path, monkeypatch):
    monkeypatch.setenv("FIELDWRIGHT_DATA_FOLDER", str(tmp_path))
    migrated_file(tmp_path)
    store = Store(f"sqlite:///{tmp_path / 'migrated.db'}", FixedClock(NOW))
    settings = Settings(database_url="sqlite://", media_folder=tmp_path / "media", media_reserve_mb=0)
    depot = Depot(store, FixedClock(NOW), settings)
    yield depot
    depot.close()
    store.dispose()


@pytest.fixture
def ana(depot):
    """The technician of the page, with a visit to accept."""
    return depot.technician(email=EMAIL, name="Ana Rojas", password_hash=hashed(PASSWORD))


def blocks():
    """The commands of the page in order, and a pattern of what each prints."""
    commands, expected = [], []
    for block in page(PAGE).blocks:
        if block.language == "sh":
            commands.append(block.text)
            expected.append("")
        elif block.language == "text":
            expected[-1] = "".join(line_pattern(line) for line in block.text.splitlines())
    return commands, expected


def line_pattern(line):
    return r"(?:.*\n)*" if line == "…" else re.escape(line.rstrip()).replace("…", ".*") + r" *\n"


@pytest.mark.usefixtures("ana")
def test_a_shell_does_what_the_page_says(depot, tmp_path):
    folder = tmp_path / "shell"
    folder.mkdir()
    Image.new("RGB", (80, 60), "teal").save(folder / "photo.jpg")
    commands, expected = blocks()
    assert len(commands) > 5
    with served(depot.app) as address:
        done = subprocess.run(
            ["bash", "-u"],
            input=f"\necho '{MARK}'\n".join(commands),
            cwd=folder,
            env={**os.environ, "FIELDWRIGHT": f"{address}/api/v1", "PASSWORD": PASSWORD},
            capture_output=True,
            text=True,
            timeout=LONG_ENOUGH,
            check=False,
        )
    printed = done.stdout.split(f"{MARK}\n")
    assert len(printed) == len(commands), done.stdout + done.stderr
    for command, shown, pattern in zip(commands, printed, expected, strict=True):
        assert re.fullmatch(pattern, shown), f"{command}\nprinted\n{shown}\nand\n{done.stderr}"


@pytest.mark.usefixtures("ana")
def test_the_proof_of_the_page_is_one(depot):
    names: dict[str, object] = {}
    for block in page(PAGE).blocks:
        if block.language == "python":
            exec(compile(block.text, PAGE, "exec"), names)
    device = {**ABOUT, "id": None, "key": names["public"]}
    with served(depot.app) as address, httpx2.Client(trust_env=False) as client:
        under = f"{address}/api/v1/phone"
        told = client.post(f"{under}/sign-in", json={"email": EMAIL, "password": PASSWORD, "device": device})
        token, nonce = told.json()["token"], told.headers["DPoP-Nonce"]
        for url in (f"{under}/profile", f"{under}/changes?cursor=none"):
            answer = client.get(url, headers=names["headers"]("GET", url, token, nonce))
            assert answer.status_code == 200, answer.text
        stolen = client.get(f"{under}/profile", headers={"Authorization": f"Bearer {token}"})
        assert (stolen.status_code, stolen.json()["type"].rpartition(":")[2]) == (401, "invalid_dpop_proof")


def test_the_page_names_every_member_of_every_document(depot, ana):
    with depot.store.unit_of_work() as uow:
        notice = PhoneNotice(
            id=new_id("notice"),
            technician_id=ana["technician"],
            what="time_changed",
            visit_id=ana["visits"][0],
            at=NOW,
            because={"code": "time"},
        )
        uow.session.add(notice)
    with depot.store.reading(actor(depot.store, ana["user"])) as uow:
        found = {one.kind: set(one.body) for one in documents(uow)}
    assert set(found) == {"me", "shift", "visit", "notice"}
    text = page(PAGE).text
    for kind, members in found.items():
        table = text.partition(f"\n### `{kind}`\n")[2].partition("\n#")[0]
        named = {
            name for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
        }
        assert named == members, kind


def test_the_job_type_of_the_how_to_is_taken(depot):
    (shown,) = (block.text for block in page(HOW_TO).blocks if block.file == "job-type.json")
    answer = depot.office("administrator").post(
        "job-types", content=shown, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 201, answer.text
    assert list(answer.json()["checklist"]["properties"]) == list(json.loads(shown)["checklist"]["properties"])


def test_the_how_to_lists_every_kind_of_question():
    text = page(HOW_TO).text
    listed = re.findall(
        r"^\| `(\w+)` \| (.+?) \|", text.partition("| `x-kind` |")[2].partition("\n\n")[0], re.MULTILINE
    )
    assert {kind: set(re.findall(r"\w+", types)) for kind, types in listed} == {
        kind: set(types) for kind, (types, _) in KINDS.items()
    }


def test_the_people_of_the_sample_sign_in_as_the_how_to_says():
    addresses = set(re.findall(r"[\w.]+@sample\.example", page(HOW_TO).text))
    assert addresses == {address_of(one.name) for one in PEOPLE[:2]}
