from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dispatch.report.geometry import Geometry
from dispatch.report.page import ASSETS, SCRIPTS, page, write_page
from dispatch.report.payload import payload
from optimizer.domain import Problem
from optimizer.scoring import score
from optimizer.solve import Result
from tests.tiny import plan, problem, route, visit


@pytest.fixture(scope="module")
def html(day: Problem, planned: Result, drawn: Geometry) -> str:
    return page(day, planned.plan, planned.scorecard, drawn)


def embedded(html: str, name: str) -> Any:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def texts() -> dict[str, dict[str, Any]]:
    return dict(json.loads((ASSETS / "texts.json").read_text("utf-8")))


def test_the_page_holds_every_visit_and_technician_and_thanks_the_mappers(html: str, day: Problem) -> None:
    for visit_ in day.visits:
        assert f'"{visit_.id}"' in html
    for technician in day.technicians:
        assert technician.id in html
    assert "© OpenStreetMap contributors" in html


def test_the_page_asks_nothing_of_any_network(html: str) -> None:
    assert re.findall(r"(?:https?:)?//[a-z][\w.-]+\.[a-z]{2,}[^\s\"'<]*", html) == [
        "https://www.openstreetmap.org/copyright"
    ]
    assert not re.search(r"<(?:script|img|iframe|link)[^>]+(?:src|href)=\"(?!data:)", html)
    assert "@import" not in html
    assert "url(" not in html
    assert "default-src 'none'" in html


def test_the_page_is_small(html: str) -> None:
    assert len(html.encode()) < 1_500_000


def test_the_page_tells_every_reason(html: str, planned: Result) -> None:
    data = embedded(html, "plan-data")
    told = {visit_["id"]: visit_["reasons"] for visit_ in data["visits"]}
    assert planned.plan.unassigned
    for left in planned.plan.unassigned:
        assert told[left.visit] == list(left.reasons)
    costs = {line["rule"]: line["cost"] for line in data["costs"] if line["level"] == "soft"}
    assert sum(costs.values()) == pytest.approx(planned.plan.cost["total"], abs=0.1)


def test_the_page_tells_the_times_of_the_plan(html: str, day: Problem, planned: Result) -> None:
    data = embedded(html, "plan-data")
    by_shift = {(entry["technician"], entry["shift"]): entry for entry in data["routes"]}
    for one in planned.plan.routes:
        entry = by_shift[one.technician, one.shift]
        assert (entry["depart"], entry["finish"]) == (one.depart, one.finish)
        told = [(day.visits[stop[0]].id, *stop[1:]) for stop in entry["stops"]]
        assert told == [(stop.visit, stop.role, stop.arrival, stop.start, stop.end) for stop in one.stops]
        for leg in entry["legs"]:
            assert sum(end - start for start, end in leg["moving"]) == leg["seconds"]


def test_a_name_cannot_break_out_of_the_page() -> None:
    one = problem([visit("</script><script>alert(1)</script>")], name="<!--data--><b>")
    chosen = plan(route("Ann", one.visits[0].id))
    text = page(one, chosen, score(one, chosen))
    assert "<script>alert" not in text
    assert embedded(text, "plan-data")["visits"][0]["id"] == one.visits[0].id


def test_a_shift_without_a_route_stands_in_the_page_all_the_same() -> None:
    one = problem([visit("V1")])
    text = page(one, plan(), score(one, plan()))
    (entry,) = embedded(text, "plan-data")["routes"]
    assert entry["technician"] == "Ann"
    assert entry["stops"] == []


def test_writing_leaves_a_whole_page_and_nothing_else(tmp_path: Path) -> None:
    one = problem([visit("V1")])
    write_page(one, plan(), score(one, plan()), None, tmp_path / "new" / "plan.html")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["plan.html"]
    assert (tmp_path / "new" / "plan.html").read_text("utf-8").endswith("</html>\n")


def test_both_languages_say_the_same_things() -> None:
    english, chinese = texts()["en"], texts()["zh"]
    # What the optimizer explains in English itself is said by figures in other languages.
    only_chinese = {key for key in chinese if key.startswith("because.") or key == "reasons"}
    assert set(english) == set(chinese) - only_chinese
    for key in english:
        names = re.compile(r"\{(\w+)")
        assert set(names.findall(chinese[key])) == set(names.findall(english[key])), key


def test_every_text_that_the_script_asks_for_exists() -> None:
    script = "\n".join((ASSETS / name).read_text("utf-8") for name in SCRIPTS)
    markup = (ASSETS / "page.html").read_text("utf-8")
    asked = set(re.findall(r"\bt\('([\w. ]+)'", script)) | set(re.findall(r'data-(?:text|label)="(\w+)"', markup))
    assert len(asked) > 60
    assert asked <= set(texts()["en"])


def test_every_rule_has_a_name_and_a_meaning_in_both_languages(planned: Result) -> None:
    for language in texts().values():
        for line in planned.scorecard.lines:
            assert f"rule.{line.rule.id}" in language
            assert f"aboutRule.{line.rule.id}" in language


def test_the_payload_is_plain_json(day: Problem, planned: Result, drawn: Geometry) -> None:
    data = payload(day, planned.plan, planned.scorecard, drawn)
    assert json.loads(json.dumps(data)) == json.loads(json.dumps(data, sort_keys=False))
    assert {state["state"] for state in data["visits"]} >= {"planned", "unassigned"}
