"""The cheapest staffing: the search against trying everything, and a town that is staffed."""

import itertools
import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.cli import main
from optimizer.invalid import InvalidInput
from scenarios.advising import staffing_said
from scenarios.measuring.intervals import Interval
from scenarios.measuring.kpis import KPIS
from scenarios.reading import scenario_of
from scenarios.report.scatter import Circle, scatter
from scenarios.scenario import Acceptance, Group, Staffing
from scenarios.staffing import Staffed, Tried, cheapest, cost_of, run_staffing, staffed
from tests.scenarios.situations import hamlet
from tests.scenarios.small import small

# Four technicians, of whom the first two are one group and the others another.
ASKED = """
[staffing]
targets = [{ kpi = "backlog", at_most = 9, sure = false }]
groups = [
    { technicians = ["T01", "T02"], least = 1, most = 4, cost_per_day = 200 },
    { technicians = ["T03", "T04"], most = 3, cost_per_day = 150 },
]
"""


def group(*technicians, least=0, most=3, cost=100.0):
    return Group(technicians=list(technicians), least=least, most=most, cost_per_day=cost)


@st.composite
def monotone(draw):
    """Groups, and a question to which more of anybody never answers less: enough of some weighted sum."""
    groups = [
        group(f"T{at}", least=draw(st.integers(0, 2)), most=draw(st.integers(2, 5)), cost=draw(st.integers(1, 9)))
        for at in range(draw(st.integers(1, 3)))
    ]
    ways = draw(st.lists(st.tuples(*[st.integers(0, 4)] * len(groups)), min_size=1, max_size=3))
    needs = draw(st.lists(st.integers(0, 30), min_size=len(ways), max_size=len(ways)))

    def meets(counts):
        return all(
            sum(w * count for w, count in zip(way, counts, strict=True)) >= need
            for way, need in zip(ways, needs, strict=True)
        )

    return groups, meets


@given(monotone())
def test_the_search_finds_what_trying_everything_finds_and_asks_nothing_twice(case):
    groups, meets = case
    asked = []

    def noted(counts):
        asked.append(counts)
        return meets(counts)

    all_of_them = itertools.product(*(range(one.least, one.most + 1) for one in groups))
    best = min((one for one in all_of_them if meets(one)), key=lambda one: (cost_of(groups, one), one), default=None)
    assert cheapest(groups, noted) == best
    assert len(asked) == len(set(asked))


def test_one_group_of_a_thousand_is_halved_again_and_again():
    asked = []
    assert cheapest([group("T", most=200, cost=1)], lambda one: asked.append(one) or one[0] >= 137) == (137,)
    assert len(asked) <= 9  # 2^8 > 200, and the largest one first


def test_fewer_are_the_first_of_a_group_more_are_like_them_and_others_stay():
    town = hamlet(technicians=5)
    groups = [group("T01", "T02"), group("T04")]
    assert [one.id for one in staffed(town, groups, (1, 0)).people] == ["T01", "T03", "T05"]
    assert staffed(town, groups, (2, 1)) == town
    more = staffed(town, groups, (3, 3)).people
    assert [one.id for one in more] == ["T01", "T02", "T03", "T04", "T05", "T01+1", "T04+1", "T04+2"]


def test_the_cheapest_staffing_of_a_town_is_found_and_cheaper_ones_that_were_tried_miss_the_target():
    scenario = scenario_of(small() + ASKED)
    found = run_staffing(scenario)
    assert found.best is not None
    assert found.best.found[0].mean <= 9
    assert found.possible == 4 * 4
    assert len(found.tried) < 16
    cheaper = [one for one in found.tried if one.cost < found.best.cost]
    assert cheaper
    assert not any(one.meets for one in cheaper)
    assert run_staffing(scenario) == found


def test_where_even_the_most_miss_a_target_there_is_none():
    found = run_staffing(scenario_of(small() + ASKED.replace("at_most = 9", "at_most = 0")))
    assert found.best is None
    assert [one.counts for one in found.tried] == [(4, 3)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"T02"]', '"T2"]', 'staffing.groups[0].technicians[1]: is no technician (found "T2"); did you mean "T02"?'),
        ('"T02"]', '"T03"]', "staffing: has T03 twice: name each technician once"),
        ("at_most = 9, ", "may_fall_by = 1, ", "staffing: has a target that compares with other days"),
        ("least = 1, most = 4", "least = 5, most = 4", "staffing.groups[0]: has at least 5 and at most 4 technicians"),
        ('"backlog"', '"backlogs"', "staffing.targets[0].kpi: "),
        ("at_most = 9", "at_mst = 9", "staffing.targets[0].at_mst: is unknown here (found 9); did you mean `at_most`?"),
        ("least = 1, ", "", "staffing.groups: would leave nobody at work; give one of the groups least = 1"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(old, new, said):
    with pytest.raises(InvalidInput) as refused:
        run_staffing(scenario_of(small() + ASKED.replace(old, new)))
    assert said.replace(": name each technician once", "") in str(refused.value)


def test_a_file_that_does_not_ask_is_refused():
    with pytest.raises(InvalidInput, match=r"staffing: is missing; add \[staffing\]"):
        run_staffing(scenario_of(small()))


def test_the_command_shows_what_was_tried_and_says_whether_there_is_one(tmp_path, capsys):
    path, result = tmp_path / "a.toml", tmp_path / "a.json"
    path.write_text(small() + ASKED, encoding="utf-8")
    assert main(["scenario", "staff", str(path), "--out", str(result), "--keep", str(tmp_path / "kept")]) == 0
    said = capsys.readouterr().out
    assert "the cheapest" in said
    assert "The cheapest staffing that meets every target costs" in said
    told = json.loads(result.read_text(encoding="utf-8"))
    assert told["best"] in [one["counts"] for one in told["tried"] if one["meets"]]
    path.write_text(small() + ASKED.replace("at_most = 9", "at_most = 0"), encoding="utf-8")
    assert main(["scenario", "staff", str(path)]) == 1
    assert "Even the largest staffing misses a target" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("language", "said"), [("en", "The cheapest staffing that meets"), ("zh", "满足所有目标且成本最低")]
)
def test_the_page_shows_what_each_staffing_costs_and_keeps(tmp_path, language, said):
    path, page = tmp_path / "a.toml", tmp_path / "a.html"
    path.write_text(small() + ASKED, encoding="utf-8")
    words = ["--report", str(page), "--out", str(tmp_path / "a.json"), "--language", language]
    assert main(["scenario", "staff", str(path), *words]) == 0
    html, told = page.read_text("utf-8"), json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert said in html
    assert html.count("<circle") == len(told["tried"])  # one target, so one picture
    assert html.count("<title>") == 1 + len(told["tried"])
    best = next(one for one in told["tried"] if one["counts"] == told["best"])
    assert f"<title>{' + '.join(map(str, told['best']))}</title>" in html
    assert f'<td class="number">{best["cost_per_day"]:g}</td>' in html
    assert "http" not in html


def test_circles_lie_by_cost_and_figure_and_are_open_where_a_target_is_missed():
    circles = [
        Circle("1", 100, Interval(0.8, 0.3, 4), meets=False, is_best=False),
        Circle("2", 300, Interval(0.9, math.inf, 1), meets=True, is_best=True),
        Circle("3", 400, Interval(None, math.inf, 0), meets=False, is_best=False),
    ]
    picture = scatter(circles, 0.85, KPIS["sla"], "said")
    # The interval 0.5 to 1.1 is cut at all of them; the one without a mean is left out.
    assert picture.count("<circle") == 2
    assert picture.count('class="unsure"') == 1
    assert ">100</text>" in picture
    assert ">50</text>" in picture
    assert scatter(circles[2:], 0.85, KPIS["sla"], "said") == ""


def test_no_axis_of_a_number_of_jobs_goes_below_none():
    circles = [Circle("1", 100, Interval(1.0, 3.0, 3), meets=True, is_best=True)]  # -2 to 4
    heights = re.findall(r'text-anchor="end">([^<]+)</text>', scatter(circles, 8, KPIS["backlog"], "said"))
    assert heights == ["0", "4", "8"]


def test_a_staffing_that_chance_may_have_decided_is_said_to_be_one():
    target = Acceptance(kpi="backlog", at_most=6, sure=False)
    asked = Staffing(targets=[target], groups=[Group(technicians=["T01"], most=4, cost_per_day=100)])

    def tried(count, mean, half):
        return Tried((count,), 100 * count, (Interval(mean, half, 6),), 6, meets=mean <= 6)

    missed, perhaps, surely = tried(1, 12, 2), tried(2, 5, 3), tried(3, 2, 1)
    assert [one.doubtful(asked) for one in (missed, perhaps, surely)] == [False, True, False]
    doubt = staffing_said(Staffed("sha256:0", (missed, perhaps, surely), perhaps, 4), asked)
    assert doubt.startswith("The cheapest staffing that meets every target costs 200 a day; 3 of 4")
    assert "of those that cost as much or less, 1 neither meet" in doubt
    certain = staffing_said(Staffed("sha256:0", (missed, surely, tried(4, 5, 3)), surely, 4), asked)
    assert "Chance" not in certain  # the one that is in doubt costs more
