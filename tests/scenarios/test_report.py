"""The page that shows what came of a scenario: whole, standing alone, and the same every time."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest

from scenarios.measuring.intervals import interval
from scenarios.measuring.kpis import KPIS
from scenarios.reading import scenario_of
from scenarios.report.answers import answered
from scenarios.report.assumed import changes
from scenarios.report.difference_map import Cell, changes_by_place, difference_map
from scenarios.report.page import _Words, page
from scenarios.report.plots import differences, strips
from scenarios.running import WITH_CHANGES, Outcome, run_scenario
from scenarios.scenario import Acceptance, Sweep, TakenSituation
from scenarios.telling import condition, value
from scenarios.words.figures import FIGURES, UNITS
from scenarios.words.sentences import SENTENCES
from scenarios.writing import as_toml
from tests.scenarios.small import small

TEXT = (
    small("Two <leave>", more='question = "What if T01 & T02 go?"')
    + """
[[changes]]
kind = "leave"
technicians = ["T01", "T02"]

[[accept]]
kpi = "backlog"
may_rise_by = 0.5
"""
)


class Elements(HTMLParser):
    """Elements that are open, those that were seen, and the texts."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.texts = [], [], []

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))
        if tag not in ("meta", "circle", "line"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in ("circle", "line"):
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


@pytest.fixture(scope="module")
def made():
    scenario = scenario_of(TEXT)
    return scenario, run_scenario(scenario)


@pytest.fixture(scope="module")
def html(made):
    scenario, outcome = made
    return page(scenario.title, {WITH_CHANGES: scenario}, outcome)


def test_it_is_a_whole_document_whose_elements_close(html):
    found = Elements()
    found.feed(html)
    assert found.open == []
    assert html.startswith("<!doctype html>")
    assert "Two <leave>" in found.texts
    assert "What if T01 & T02 go?" in found.texts


def test_it_asks_nothing_of_any_network_and_runs_no_program(html):
    assert not re.search(r"<script|<link|<img|https?:|url\(|@import", html)


def test_every_figure_has_a_row_with_its_pictures_and_words_for_who_cannot_see_them(made, html):
    scenario, _ = made
    found = Elements()
    found.feed(html)
    pictures = [attributes for tag, attributes in found.seen if tag == "svg"]
    rows = [attributes for tag, attributes in found.seen if tag == "th" and attributes.get("scope") == "row"]
    assert len(rows) == len(scenario.kpis) + len(scenario.accept)
    assert len(pictures) > len(scenario.kpis)
    assert all(one["role"] == "img" and one["aria-label"] for one in pictures)


def test_it_says_that_a_condition_is_not_kept(html):
    assert "Not every condition is kept." in html
    assert '<td class="broken">not kept</td>' in html


def test_it_says_what_is_changed_and_what_is_assumed(made, html):
    _, outcome = made
    assert "<li>T01 and T02 leave.</li>" in html
    assert outcome.digest in html
    assert "Student&#x27;s t" in html


def test_the_same_outcome_makes_the_same_page(made, html):
    scenario, outcome = made
    assert page(scenario.title, {WITH_CHANGES: scenario}, outcome) == html


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            'kind = "demand"\nfactor = 1.2\nterritory = "north"\npriority = "high"',
            "1.2 times the demand in north of high priority.",
        ),
        ('kind = "demand"\nfactor = 0.5', "0.5 times the demand everywhere."),
        ('kind = "hire"\nlike = "T01"\ncount = 2', "2 more like T01."),
        ('kind = "train"\ntechnicians = ["T01"]\nskill = "gas"\nlevel = 2', "T01 is trained on gas, to level 2."),
        ('kind = "move-shifts"\nminutes = -30', "The shifts of everybody begin 30 minutes earlier."),
        ('kind = "overtime"\nminutes = 90', "90 minutes of overtime are allowed to everybody."),
        (
            'kind = "promise"\npriority = "low"\nresolve_hours = 4',
            "Jobs of low priority are promised to have it resolved within 4 h.",
        ),
        ('kind = "travel"\nfactor = 1.5', "Every way takes 1.5 times as long."),
        (
            'kind = "dispatch"\ndispatch = { agent = "rolling", every_minutes = 30 }',
            "Dispatch: A new plan again and again",
        ),
    ],
)
def test_every_change_is_a_sentence(change, said):
    scenario = scenario_of(TEXT.partition("[[changes]]")[0] + f"[[changes]]\n{change}\n")
    assert changes(scenario)[0].startswith(said)


def test_a_picture_has_a_dot_for_each_replication_and_a_line_at_nothing():
    values = [[1.0, 2.0, None], [2.0, 3.0, 4.0]]
    assert strips(values, [interval(one) for one in values], KPIS["backlog"], "two").count('class="dot"') == 5
    assert differences([interval([1.0, 2.0])], "one").count('class="zero"') == 1
    assert strips([[None]], [interval([None])], KPIS["backlog"], "nothing") == ""
    assert differences([interval([None])], "nothing") == ""


def test_the_map_has_a_circle_for_each_place_and_says_which_are_more_than_chance():
    def cell(lat, change):
        return Cell(lat, -71.25, change)

    surely, perhaps = interval([2.0, 2.1, 2.0]), interval([-3.0, 1.0, 0.5])
    drawn = difference_map([cell(-29.9, surely), cell(-29.91, perhaps), cell(-29.92, interval([0.0, 0.0]))], "three")
    assert drawn.count('class="more"') == 1  # two more a day, surely
    assert drawn.count('class="fewer unsure"') == 1  # half a promise fewer, perhaps
    assert drawn.count('class="place"') == 1
    assert ">+<" in drawn
    assert difference_map([cell(-29.9, interval([0.0, 0.0]))], "nothing") == ""


def test_places_are_compared_only_where_something_is(made, html):
    _, outcome = made
    assert "<h2>Where promises are missed</h2>" in html
    assert len(changes_by_place(outcome, WITH_CHANGES)) > 1
    alone = replace(outcome, alternatives=outcome.alternatives[:1], judged=())
    scenario, _ = made
    assert "Where promises" not in page(scenario.title, {WITH_CHANGES: scenario}, alone)


def test_it_is_told_in_chinese_as_well_with_every_sentence_of_it(made):
    scenario, outcome = made
    told = page(scenario.title, {WITH_CHANGES: scenario}, outcome, language="zh")
    assert '<html lang="zh-CN">' in told
    assert "<li>T01和T02离职。</li>" in told
    assert "<h2>假设条件</h2>" in told
    found = Elements()
    found.feed(told)
    assert found.open == []
    ours = {scenario.title, scenario.question, outcome.digest, as_toml(scenario)}
    ours |= {one for one in found.texts if one.startswith("fieldwright scenario run FILE，")}
    english = [text for text in found.texts if re.search(r"[a-z]{4,} [a-z]{3,}", text) and text not in ours]
    assert [text for text in english if not text.lstrip().startswith(":root")] == [], "what is left of the English page"


def test_both_languages_name_the_same_values():
    for word, both in SENTENCES.items():
        english, chinese = (set(re.findall(r"\{(\w+)", text)) for text in both)
        assert english == chinese, word
        assert re.search(r"[一-鿿，、]", both[1]) or not re.search("[a-z]", both[0]), word


def test_every_figure_has_a_name_and_a_meaning_in_chinese():
    assert FIGURES.keys() == KPIS.keys()
    assert {kpi.unit for kpi in KPIS.values() if kpi.unit not in ("", "%")} <= UNITS.keys()


def test_the_answer_stands_before_the_tables(made):
    scenario, outcome = made
    told = page(scenario.title, {WITH_CHANGES: scenario}, outcome)
    backlog = value(KPIS["backlog"], outcome.change(WITH_CHANGES, "backlog"), signed=True)
    assert f"Backlog {backlog} jobs" in told.partition("<h2>")[0].partition("Worse: ")[2]
    alone = replace(outcome, alternatives=outcome.alternatives[:1])
    assert list(answered(alone, scenario.kpis, None, "en")) == ["These are the days as they are; nothing is changed."]


def test_a_change_that_may_be_chance_is_neither_better_nor_worse():
    figures = {"as it is": [{"sla": 0.8}, {"sla": 0.9}], "fewer": [{"sla": 0.9}, {"sla": 0.8}]}
    outcome = Outcome("sha256:0", tuple(figures), figures)
    assert list(answered(outcome, ["sla"], None, "en")) == ["No figure changes by more than chance."]
    figures = {**figures, "more": [{"sla": 0.7}, {"sla": 0.8}]}  # less by 0.1 each time
    outcome = Outcome("sha256:0", tuple(figures), figures)
    assert list(answered(outcome, ["sla"], None, "zh"))[1] == "more：变差：承诺兑现率 -10.00 ± 0.00 个百分点。"


@pytest.mark.parametrize(
    ("waits", "said"),
    [
        ([(20, 21), (10, 11), (9, 10)], "The curve bends most at +20 %."),
        ([(30, 31), (20, 21), (10, 11)], "There is no point among these values"),
        ([(20, 9), (10, 21), (9, 30)], "No step brings more than chance would explain"),
    ],
)
def test_a_sweep_is_answered_by_where_it_bends(waits, said):
    sweep = Sweep(kind="demand", values=[1.0, 1.2, 1.4], kpi="response_hours")
    figures = {f"{at:g}": [{"response_hours": one} for one in two] for at, two in zip(sweep.values, waits, strict=True)}
    (told,) = answered(Outcome("sha256:0", tuple(figures), figures), ["sla"], sweep, "en")
    assert told.startswith(said)


def test_the_page_holds_the_file_that_gives_it_again_and_no_folder_of_this_machine(tmp_path):
    scenario = scenario_of(TEXT)
    taken = TakenSituation(kind="taken", file=str(tmp_path / "monday.json"), digest="sha256:0")
    told = _Words("en").files({WITH_CHANGES: scenario.model_copy(update={"situation": taken})}, "run")
    assert str(tmp_path) not in told
    assert "monday.json" in told
    assert scenario_of(unescape(re.search("<pre>(.*)</pre>", told, re.DOTALL)[1])).changes == scenario.changes


@pytest.mark.parametrize(("limit", "said"), [(0.01, "1 point"), (0.005, "0.5 points"), (0, "0 points")])
def test_one_point_is_one(limit, said):
    assert condition(Acceptance(kpi="sla", may_fall_by=limit)) == f"sla falls by at most {said}"
