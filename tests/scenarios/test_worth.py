"""What one more is worth."""

import datetime as dt
import json
import math
from dataclasses import replace

import pytest

from dispatch.cli import main
from optimizer.invalid import InvalidInput
from scenarios.advising import worth_said
from scenarios.measuring.intervals import Interval
from scenarios.reading import scenario_of
from scenarios.report.bars import bars
from scenarios.running import AS_IT_IS, Outcome
from scenarios.scenario import Worth
from scenarios.simulation.standing import usual_shift
from scenarios.worth import More, Valuation, Valued, ones_more, run_worth, valuation
from tests.scenarios.situations import hamlet
from tests.scenarios.small import small

ASKED = '[worth]\nof = ["technician", "hour"]\n'


def test_each_territory_may_have_one_more_of_each_and_each_alone():
    town = hamlet(technicians=3)
    names = [more.name for more, _ in ones_more(town, Worth())]
    assert len(names) == len(set(names))
    for more, with_it in ones_more(town, Worth()):
        assert with_it != town
        if more.of == "technician":
            assert len(with_it.people) == 4
            assert with_it.people[-1].territory == more.territory
        elif more.of == "hour":
            assert longer(town, with_it) == [[60 if one.territory == more.territory else 0] * 7 for one in town.people]
        else:
            learned = [set(new.skills) - set(old.skills) for new, old in zip(with_it.people, town.people, strict=True)]
            assert [one for one in learned if one] == [{more.skill}]


def test_one_more_on_a_weekday_works_on_that_day_alone():
    town = hamlet(technicians=2)
    ones = [(more, with_it.people[-1]) for more, with_it in ones_more(town, Worth(of=["technician"], by_weekday=True))]
    first = town.people[0]
    week = [one for one in ones if one[0].territory == first.territory]
    assert [more.weekday for more, _ in week] == [None, "mon", "tue", "wed", "thu", "fri"]
    assert [person.days for _, person in week] == [(0, 1, 2, 3, 4), (0,), (1,), (2,), (3,), (4,)]
    # A day of a shift has as many hours as the shift: five days, then one.
    assert week[0][0].hours == 5 * week[1][0].hours == 5 * (first.end - first.start) / 60


def test_an_hour_more_on_a_weekday_is_one_of_that_day_for_whoever_works_then():
    town = hamlet(technicians=4)
    here = town.people[0].territory
    asked = Worth(of=["hour"], by_weekday=True)
    found = {more.weekday: (more, with_it) for more, with_it in ones_more(town, asked) if more.territory == here}
    assert list(found) == [None, "mon", "tue", "wed", "thu", "fri"]
    more, with_it = found["wed"]
    assert longer(town, with_it) == [
        [0, 0, 60, 0, 0, 0, 0] if one.territory == here else [0] * 7 for one in town.people
    ]
    assert more.hours == sum(1 for one in town.people if one.territory == here)
    assert found[None][0].hours == 5 * more.hours


def test_an_hour_on_top_of_another_one_is_two_and_a_shift_of_that_day_ends_with_it():
    town = hamlet(technicians=1)
    asked = Worth(of=["hour"], by_weekday=True)
    once = next(with_it for more, with_it in ones_more(town, asked) if more.weekday == "wed")
    twice = next(with_it for more, with_it in ones_more(once, asked) if more.weekday is None)
    assert longer(town, twice) == [[60, 60, 120, 60, 60, 60, 60]]
    wednesday = dt.date(2026, 11, 25)
    for day, hours in ((wednesday, 1), (wednesday + dt.timedelta(days=1), 0)):
        before, after = (usual_shift(one, one.people[0], day) for one in (town, once))
        assert (after.start, after.end - before.end) == (before.start, hours * 3600)


def longer(town, with_it):
    """By how many minutes each of the town's technicians stops later, day by day from Monday on."""
    pairs = zip(town.people, with_it.people, strict=True)
    return [[after.ends_on(day) - before.ends_on(day) for day in range(7)] for before, after in pairs]


def test_worth_is_what_a_week_costs_less_pair_by_pair_and_the_best_comes_first():
    valuation = run_worth(scenario_of(small() + ASKED))
    figures = valuation.outcome.figures
    for one in valuation.valued:
        weeks = [
            7 * sum(before[kpi] - after[kpi] for kpi in ("cost_per_day", "lateness_cost_per_day"))
            for before, after in zip(figures[AS_IT_IS], figures[one.more.name], strict=True)
        ]
        assert one.money.mean == pytest.approx(sum(weeks) / len(weeks))
    worths = [one.money.mean for one in valuation.valued]
    assert worths == sorted(worths, reverse=True)
    # With 25 jobs a day for four technicians one more leaves less undone.
    assert next(one for one in valuation.valued if one.more.of == "technician").backlog.mean < 0


def test_a_file_that_does_not_ask_and_a_town_where_everybody_knows_all_are_refused():
    with pytest.raises(InvalidInput, match=r"worth: is missing; add \[worth\]"):
        run_worth(scenario_of(small()))


def test_the_command_shows_one_row_for_each(tmp_path, capsys):
    path, result = tmp_path / "a.toml", tmp_path / "a.json"
    path.write_text(small() + ASKED, encoding="utf-8")
    assert main(["scenario", "worth", str(path), "--out", str(result)]) == 0
    said = capsys.readouterr().out
    told = json.loads(result.read_text(encoding="utf-8"))
    assert told["one_more"]
    for one in told["one_more"]:
        assert f"{one['of']}, {one['territory']}" in said


@pytest.mark.parametrize(("language", "heading"), [("en", "What one more is worth"), ("zh", "增加一个的价值")])
def test_the_page_has_a_bar_and_a_row_for_each(tmp_path, language, heading):
    path, page, out = tmp_path / "a.toml", tmp_path / "a.html", tmp_path / "a.json"
    path.write_text(small() + ASKED, encoding="utf-8")
    words = ["--report", str(page), "--out", str(out), "--language", language]
    assert main(["scenario", "worth", str(path), *words]) == 0
    html, told = page.read_text("utf-8"), json.loads(out.read_text("utf-8"))
    assert f"<h2>{heading}</h2>" in html
    assert html.count("<rect") == len(told["one_more"])
    assert html.count('<th scope="row">') == len(told["one_more"])
    assert "http" not in html


def test_bars_begin_at_nothing_and_are_open_where_chance_may_do_it():
    picture = bars(
        [("surely", Interval(10, 2, 4)), ("perhaps", Interval(-5, 9, 4)), ("none", Interval(None, math.inf, 0))],
        "a & b",
    )
    assert picture.count("<rect") == 2
    assert picture.count('class="unsure"') == 1
    assert "a &amp; b" in picture
    assert bars([], "nothing") == ""


def test_what_is_worth_most_is_said_only_where_it_is_more_than_chance():
    outcome = Outcome("sha256:0", (AS_IT_IS,), {AS_IT_IS: []})
    nothing = Interval(0.0, 1.0, 4)

    def valued(*money, wider=1.0):
        each = [
            Valued(More("technician", f"T{at}", 40, "wed"), one, nothing, nothing, replace(one, half=one.half * wider))
            for at, one in enumerate(money)
        ]
        return Valuation(outcome, tuple(each))

    sure, more = Interval(100, 10, 4), Interval(500, 900, 4)
    assert worth_said(valued(more, sure)).startswith(
        "Worth most is one more technician, T1, Wednesday: +100.00 ± 10.00"
    )
    assert "星期三" in worth_said(valued(more, sure), "zh")
    assert worth_said(valued(more)).startswith("Nothing of the 1")
    # By itself 100 ± 10 is more than chance; as the best of many, 100 ± 110 is not.
    assert worth_said(valued(more, sure, wider=11)).startswith("Nothing of the 2")


def test_the_interval_of_the_best_allows_for_all_that_were_asked_for():
    names = [More("technician", f"T{at}", 40) for at in range(5)]
    before = [{"cost_per_day": cost, "lateness_cost_per_day": 0.0, "sla": 1.0, "backlog": 1.0} for cost in (9, 10, 12)]
    after = [{**one, "cost_per_day": one["cost_per_day"] - saved} for one, saved in zip(before, (1, 2, 4), strict=True)]
    figures = {AS_IT_IS: before, **{one.name: after for one in names}}
    (first, *_) = valuation(names, Outcome("sha256:0", tuple(figures), figures)).valued
    # 7, 14, 28 a week: mean 16.33, deviation 10.69; t of 2 degrees at 97.5 % is 4.303, at 99.5 % 9.925
    assert first.money.half == pytest.approx(4.3027 * 10.693 / 3**0.5, rel=1e-3)
    assert first.among_all.half == pytest.approx(9.9248 * 10.693 / 3**0.5, rel=1e-3)
