"""Sweeps: what each step brings, and where more stops bringing much."""

import pytest

from dispatch.cli import main
from optimizer.invalid import InvalidInput
from scenarios.reading import scenario_of
from scenarios.running import Outcome
from scenarios.scenario import Sweep
from scenarios.sweeping import knee, knee_of, run_sweep, steps, sure_of_knee, varied
from tests.scenarios.situations import hamlet
from tests.scenarios.test_command import SMALL

HOW_MANY = '[sweep]\nkind = "technicians"\nvalues = [2, 4, 8]\nkpi = "backlog"\n'


def technicians(*values):
    return Sweep(kind="technicians", values=list(values))


def test_fewer_are_the_first_of_the_list_and_more_are_like_them_in_turn():
    town = hamlet(technicians=3)
    assert [one.id for one in varied(town, technicians(2, 3), 2).people] == ["T01", "T02"]
    assert varied(town, technicians(2, 3), 3) == town
    more = varied(town, technicians(3, 8), 8).people
    assert [one.id for one in more[3:]] == ["T01+1", "T02+1", "T03+1", "T01+2", "T02+2"]
    assert more[6].skills == town.people[0].skills


def test_the_knee_is_where_more_stops_bringing_much():
    # From 0 to 9 at once, and from there on hardly anything.
    assert knee([1, 2, 3, 4], [0.0, 9.0, 9.5, 10.0], more_is_better=True) == 2
    assert knee([1, 2, 3, 4], [10.0, 1.0, 0.5, 0.0], more_is_better=False) == 2


def test_a_straight_line_has_no_knee_and_neither_have_two_points():
    assert knee([1, 2, 3], [1.0, 2.0, 3.0], more_is_better=True) is None
    assert knee([1, 2, 3], [2.0, 2.0, 2.0], more_is_better=True) is None
    assert knee([1, 2], [0.0, 5.0], more_is_better=True) is None
    assert knee([1, 2, 3, 4], [0.0, 0.5, 1.0, 10.0], more_is_better=True) is None


def test_more_technicians_leave_less_undone_step_by_step():
    scenario = scenario_of(SMALL + HOW_MANY)
    outcome = run_sweep(scenario)
    assert outcome.alternatives == ("2", "4", "8")
    nothing, first, second = steps(outcome, "backlog")
    assert nothing is None
    assert first.mean < 0
    assert first.mean + second.mean == pytest.approx(outcome.change("8", "backlog").mean)
    assert knee_of(outcome, scenario.sweep) == 4


def test_demand_is_varied_by_its_factor():
    scenario = scenario_of(SMALL + '[sweep]\nkind = "demand"\nvalues = [0.5, 1, 2]\nkpi = "backlog"\n')
    backlog = [run_sweep(scenario).mean(name, "backlog").mean for name in ("0.5", "1", "2")]
    assert backlog == sorted(backlog)


def test_a_file_without_a_sweep_is_refused():
    with pytest.raises(InvalidInput, match=r"sweep: is missing; add \[sweep\]"):
        run_sweep(scenario_of(SMALL))


@pytest.mark.parametrize(
    ("values", "said"),
    [("[4, 2]", "sweep: has values that do not rise"), ("[2.5, 3]", "sweep: has a broken number of technicians")],
)
def test_values_that_make_no_sense_are_refused(values, said):
    with pytest.raises(InvalidInput) as refused:
        scenario_of(SMALL + HOW_MANY.replace("[2, 4, 8]", values))
    assert str(refused.value).startswith(said)


def test_the_command_shows_each_step_and_the_knee(tmp_path, capsys):
    (tmp_path / "a.toml").write_text(SMALL + HOW_MANY, encoding="utf-8")
    page, result = tmp_path / "a.html", tmp_path / "a.json"
    words = ["scenario", "sweep", str(tmp_path / "a.toml"), "--report", str(page), "--out", str(result)]
    assert main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[3:6]] == ["2", "4", "8"]
    assert lines[4].rstrip().endswith("knee")
    html = page.read_text(encoding="utf-8")
    assert "Here the knee is at 4." in html
    assert html.count('class="mean"') == 3
    assert '<th scope="row">4<small>knee</small></th>' in html
    assert result.is_file()
    assert main(["scenario", "sweep"]) == 2


def test_a_knee_that_every_replication_has_is_sure_and_one_that_hangs_on_a_few_is_not():
    sweep = Sweep(kind="technicians", values=[2, 3, 4, 5], kpi="backlog")

    def outcome(*curves):
        figures = {f"{at}": [{"backlog": curve[number]} for curve in curves] for number, at in enumerate((2, 3, 4, 5))}
        return Outcome("sha256:0", tuple(figures), figures)

    same = outcome([40, 10, 9, 8], [42, 11, 10, 9], [38, 9, 8, 7])
    assert (knee_of(same, sweep), sure_of_knee(same, sweep)) == (3, 1.0)
    # Two bend at 3; the third at 4, and so strongly that their mean does. It is not among the three in 8 of 27.
    split = outcome([40, 10, 9, 8], [40, 10, 9, 8], [40, 39, 2, 1])
    assert knee_of(split, sweep) == 4
    assert sure_of_knee(split, sweep) == pytest.approx(19 / 27, abs=0.08)
    straight = outcome([30, 20, 10, 0])
    assert sure_of_knee(straight, sweep) is None
