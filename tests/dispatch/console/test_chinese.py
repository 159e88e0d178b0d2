"""Refusals in Chinese for whoever reads Chinese: by language, by each code, and the sentences met most."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Any

import pytest

import dispatch
from dispatch.console.chinese import problem, said, wanted
from dispatch.console.chinese_words import SENTENCES, TITLES
from dispatch.domain.errors import DispatchError
from dispatch.store.engine import Store
from tests.dispatch.console.conftest import Api, Client
from tests.dispatch.world import World

CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}
NOT_IN_THE_CONSOLE = {
    "device-revoked",
    "invalid_dpop_proof",
    "moved-away",
    "not-a-device",
    "not-a-technician",
    "not-bound",
    "not-dispatched",
    "not-the-sample",
    "not-understood",
    "signed-out",
    "too-old",
    "unknown-database",
    "use_dpop_nonce",
    "visit-ended",
    "wrong-digest",
    "wrong-offset",
}
"""Codes that only phones and the command line meet; the phone says them itself."""


@pytest.mark.parametrize(
    ("header", "chinese"),
    [
        (None, False),
        ("", False),
        ("en", False),
        ("zh", True),
        ("zh-Hans-CN", True),
        ("ZH-tw;q=0.7, en;q=0.8", False),
        ("fr, zh;q=0.3", True),
        ("zh;q=0", False),
        ("zh;q=none", False),
    ],
)
def test_the_language_is_the_one_that_is_liked_best(header: str | None, chinese: bool) -> None:
    assert wanted(header) is chinese


def test_every_refusal_that_the_console_meets_has_a_title() -> None:
    for module in pkgutil.walk_packages(dispatch.__path__, "dispatch."):
        if not {"web", "cli", "migrations", "__main__"} & set(module.name.split(".")):
            importlib.import_module(module.name)
    waiting, codes = [DispatchError], set[str]()
    while waiting:
        waiting += (kind := waiting.pop()).__subclasses__()
        if kind.__module__.startswith("dispatch."):
            codes.add(kind.code)
    assert codes - TITLES.keys() == NOT_IN_THE_CONSOLE
    assert TITLES.keys() - codes == {"unexpected"}


def test_no_sentence_hides_another_and_each_says_all_that_it_names() -> None:
    for english, chinese in SENTENCES:
        names = [f"<{number}>" for number in range(english.count("{}"))]
        assert said(english.format(*names)) == chinese.format(*names), english


def test_what_has_no_counterpart_stays_english() -> None:
    assert said("is something new under the sun") == "is something new under the sun"
    title, detail, facts = problem("new-code", "Something new", "It is new.", {"errors": None})
    assert (title, detail, facts["errors"]) == ("Something new", "It is new.", None)


@pytest.fixture
def world(sqlite_store: Store) -> World:
    return World(sqlite_store)


def refused(client: Client, method: str, path: str, **body: Any) -> dict[str, Any]:
    answer = client.request(method, path, json=body, headers=CHINESE)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "zh"
    found: dict[str, Any] = answer.json()
    return found


def test_what_dispatchers_meet_is_said_in_chinese(api: Api, world: World) -> None:
    client, home = api("administrator"), world.territory()
    ana, visit = world.technician("Ana"), world.job()[1]
    now = world.now()
    world.shift(ana)

    clash = refused(client, "POST", "shifts", technician_id=ana, starts_at=str(now), ends_at=str(now.replace(hour=23)))
    pin = refused(client, "PUT", f"visits/{visit}/pin", technician="nobody")
    lock = refused(client, "PUT", f"territories/{home}/lock", until="2020-01-01T00:00:00Z")
    skill = refused(client, "PATCH", f"technicians/{ana}", skills=[{"skill": "gas", "level": 1}] * 2)
    drawn = refused(client, "PATCH", f"territories/{home}", boundary={"type": "Point", "coordinates": []})
    form = refused(client, "POST", "territories", time_zone="Nowhere/Never", more=1)
    gone = refused(client, "GET", "visits/visit_gone")

    assert (clash["title"], "已有班次" in clash["detail"]) == ("该时间已有其他班次", True)
    assert pin["errors"][0]["problem"] == "不是技师"
    assert (lock["errors"][0]["problem"], lock["errors"][0]["remedy"]) == ("已经过去", "请选择更晚的时刻")
    assert skill["errors"][0]["problem"] == "出现两次"
    assert drawn["errors"][0]["problem"] == "不是多边形"
    assert {one["problem"] for one in form["errors"]} >= {"缺少此项", "不应有此项"}
    assert gone["title"] == "未找到"
    for told in (pin, lock, skill, drawn, form):
        assert told["title"] == "提交的内容有误"
        assert told["detail"].startswith(told["errors"][0]["place"])
    assert client.get("visits/visit_gone").json()["title"] == "There is no such thing"


def test_bad_cells_of_a_sheet_are_told_in_the_language_of_who_looks(api: Api, world: World) -> None:
    world.territory()
    sheet = "customer_id,customer_name,active,lat\nC1,,maybe,north\n"
    client = api("administrator")

    made = client.post("imports", params={"kind": "customers"}, files={"file": ("c.csv", sheet)}, headers=CHINESE)

    assert made.status_code == 201, made.text
    told = {one["column"]: (one["problem"], one["remedy"]) for one in made.json()["errors"]}
    assert told["customer_name"] == ("不能为空", "请填写")
    assert told["active"][0] == "既不是“是”也不是“否”"
    assert told["lat"] == ("不是数字", "格式如 12.5")
    english = client.get(f"imports/{made.json()['id']}").json()["errors"]
    assert {one["problem"] for one in english} >= {"must not be empty", "is no number"}
    rows = client.get(f"imports/{made.json()['id']}/rows", headers=CHINESE).json()["items"]
    assert "不能为空" in {one["problem"] for one in rows[0]["errors"]}
    refusal = client.post(f"imports/{made.json()['id']}/apply", headers=CHINESE).json()
    assert refusal["title"] == "表格中有无法导入的单元格"
    assert "请先更正" in refusal["detail"]


def test_a_technician_is_called_the_same_everywhere_in_chinese() -> None:
    root = Path(dispatch.__file__).parents[1]
    sources = [
        *(root / "dispatch").rglob("*.py"),
        *(root / "mobile_api").rglob("*.py"),
        *(file for page in ("console", "field", "map") for file in (root / "web" / page / "src").rglob("*.ts*")),
    ]
    texts = {file: file.read_text(encoding="utf-8") for file in sources}

    assert any("技师" in text for text in texts.values())
    other = ("技术" + "员", "技术" + "人员", "维修" + "员")
    assert [file for file, text in texts.items() if any(word in text for word in other)] == []
