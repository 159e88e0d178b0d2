"""`fieldwright scenario` from the outside: what it prints, writes and answers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dispatch.cli import main
from optimizer.invalid import InvalidInput
from scenarios.reading import scenario_of
from scenarios.running import ground
from scenarios.situation.digest import digest_of
from tests.scenarios.small import small

ROOT = Path(__file__).parents[2]

SMALL = small(more='kpis = ["sla", "response_hours", "backlog"]', most=6)
TWO_LEAVE = '[[changes]]\nkind = "leave"\ntechnicians = ["T01", "T02"]\n'


@pytest.fixture
def write(tmp_path):
    def written(text, name="small.toml"):
        (tmp_path / name).write_text(SMALL + text, encoding="utf-8")
        return str(tmp_path / name)

    return written


def test_a_second_run_writes_the_same_bytes_on_as_many_processes_as_one_likes(write, tmp_path, capsys):
    path = write(TWO_LEAVE)
    results = [tmp_path / name for name in ("one.json", "again.json", "side-by-side.json")]
    assert main(["scenario", "run", path, "--out", str(results[0])]) == 0
    first = capsys.readouterr().out
    assert main(["scenario", "run", path, "--out", str(results[1])]) == 0
    assert capsys.readouterr().out == first
    assert main(["scenario", "run", path, "--processes", "2", "--out", str(results[2])]) == 0
    assert results[0].read_bytes() == results[1].read_bytes() == results[2].read_bytes()


def test_the_live_rules_give_the_same_bytes_in_a_process_that_hashes_otherwise(write, tmp_path):
    path = write("", "live.toml")
    Path(path).write_text(
        Path(path).read_text("utf-8").replace('"nearest"', '"live"\niterations = 30'), encoding="utf-8"
    )
    words = ["scenario", "run", path, "--replications", "1", "--out"]
    assert main([*words, str(tmp_path / "here.json")]) == 0
    there = [sys.executable, "-m", "dispatch.cli", *words, str(tmp_path / "there.json")]
    done = subprocess.run(there, env={**os.environ, "PYTHONHASHSEED": "77"}, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert (tmp_path / "here.json").read_bytes() == (tmp_path / "there.json").read_bytes()


def test_the_tables_say_what_changes_and_how_sure_that_is(write, capsys):
    assert main(["scenario", "run", write(TWO_LEAVE)]) == 0
    said = capsys.readouterr().out
    assert "a small one: 6 replications of 1 day" in said
    assert "as it is" in said
    assert "with the changes" in said
    assert any(line.startswith("backlog (jobs)") and line.rstrip().endswith("*") for line in said.splitlines())


@pytest.mark.parametrize(
    ("rule", "status", "said"),
    [
        ('kpi = "backlog"\nmay_rise_by = 100', 0, "backlog rises by at most 100 jobs"),
        ('kpi = "backlog"\nmay_rise_by = 0.5', 1, "backlog rises by at most 0.5 jobs"),
        ('kpi = "sla"\nat_least = 0.1\nsure = false', 0, "sla is at least 10 % on average"),
        ('kpi = "sla"\nat_least = 1', 1, "sla is at least 100 %"),
    ],
)
def test_a_condition_that_is_not_kept_makes_the_command_answer_no(rule, status, said, write, capsys):
    assert main(["scenario", "run", write(f"{TWO_LEAVE}[[accept]]\n{rule}\n")]) == status
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith(said))
    assert ("not kept" in line) == (status == 1)


def test_a_condition_is_judged_by_its_interval_unless_its_mean_is_asked_for(write, tmp_path):
    result = tmp_path / "result.json"
    assert main(["scenario", "run", write(TWO_LEAVE), "--out", str(result)]) == 0
    backlog = json.loads(result.read_text(encoding="utf-8"))["alternatives"][1]["figures"]["backlog"]
    most = backlog["mean"] + backlog["half"] / 2
    rule = f'[[accept]]\nkpi = "backlog"\nat_most = {most}\n'
    assert main(["scenario", "run", write(TWO_LEAVE + rule)]) == 1
    assert main(["scenario", "run", write(f"{TWO_LEAVE}{rule}sure = false\n")]) == 0


def test_several_are_held_against_the_first(write, tmp_path, capsys):
    files = [write("", "today.toml"), write(TWO_LEAVE, "two-leave.toml")]
    result = tmp_path / "result.json"
    assert main(["scenario", "compare", *files, "--out", str(result)]) == 0
    assert "today / two-leave: 6 replications" in capsys.readouterr().out
    told = json.loads(result.read_text(encoding="utf-8"))
    assert [one["name"] for one in told["alternatives"]] == ["today", "two-leave"]
    assert told["alternatives"][1]["differences"]["backlog"]["mean"] > 0
    assert main(["scenario", "run", files[1], "--out", str(result)]) == 0
    alone = json.loads(result.read_text(encoding="utf-8"))
    assert [one["each"] for one in alone["alternatives"]] == [one["each"] for one in told["alternatives"]]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (("seed = 1\n", "seed = 2\n"), 'small: replications.seed: is not what the first scenario has (found "2")'),
        (("days = 2", "days = 3"), "small: horizon: is not what the first scenario has"),
        (("sites = 40", "sites = 41"), "small: situation: is not what the first scenario has"),
    ],
)
def test_what_is_compared_starts_from_the_same(other, said, write, tmp_path, capsys):
    first = write("seed = 1\n", "first.toml")
    (tmp_path / "small.toml").write_text((SMALL + "seed = 1\n").replace(*other), encoding="utf-8")
    assert main(["scenario", "compare", first, str(tmp_path / "small.toml")]) == 2
    assert said in capsys.readouterr().err


def test_it_goes_on_until_it_is_sure_enough_and_no_longer(write, tmp_path):
    result = tmp_path / "result.json"

    def replications(until):
        assert main(["scenario", "run", write(f"until = {{ {until} }}\n{TWO_LEAVE}"), "--out", str(result)]) == 0
        return json.loads(result.read_text(encoding="utf-8"))["replications"]

    assert replications("backlog = 1000") == 3
    assert replications("backlog = 0.0001") == 6


def test_so_many_replications_as_the_command_says(write, tmp_path):
    result = tmp_path / "result.json"
    assert main(["scenario", "run", write(""), "--replications", "2", "--out", str(result)]) == 0
    told = json.loads(result.read_text(encoding="utf-8"))
    assert told["replications"] == 2
    assert [one["name"] for one in told["alternatives"]] == ["as it is"]


def test_a_situation_that_is_not_the_one_that_was_meant_is_refused():
    digest = digest_of(ground(scenario_of(SMALL).situation))
    here = SMALL.replace('kind = "generated"', f'kind = "generated"\ndigest = "{digest}"')
    assert digest_of(ground(scenario_of(here).situation)) == digest
    with pytest.raises(InvalidInput, match=f'situation.digest: is not that of .* write digest = "{digest}"'):
        ground(scenario_of(here.replace(digest, "sha256:0")).situation)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run"], "scenario run: name one FILE"),
        (["compare", "a.toml"], "scenario compare: name two FILEs or more"),
        (["schema", "a.toml"], "scenario schema: takes no FILE"),
        (["run", "nowhere.toml"], "nowhere.toml: no such file"),
        (["compare", "a/b.toml", "b.toml"], "b.toml: no such file"),
    ],
)
def test_what_cannot_be_used_is_refused(words, said, capsys):
    assert main(["scenario", *words]) == 2
    assert said in capsys.readouterr().err


def test_the_schema_is_printed(capsys):
    assert main(["scenario", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Fieldwright scenario"


def test_a_mistake_is_told_with_the_name_of_the_file(write, capsys):
    path = write('[[changes]]\nkind = "leave"\ntechnicians = ["T99"]\n')
    assert main(["scenario", "run", path]) == 2
    assert f'error: {path}: changes[0].technicians[0]: is no technician (found "T99"); ' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "heading"),
    [
        ("", "Figures"),
        ('[sweep]\nkind = "technicians"\nvalues = [3, 4, 6]\n', "Every figure"),
        (
            '[staffing]\ntargets = [{ kpi = "backlog", at_most = 50 }]\n'
            '[[staffing.groups]]\ntechnicians = ["T01", "T02"]\nmost = 2\ncost_per_day = 200\n',
            "Staffings that were simulated",
        ),
        ('[worth]\nof = ["hour"]\n', "What one more is worth"),
    ],
)
def test_a_report_is_the_page_of_whatever_a_file_asks(asked, heading, write, tmp_path, capsys):
    path = write(asked, "asked.toml")
    assert main(["scenario", "report", path, "--replications", "2"]) == 0
    assert capsys.readouterr().out.endswith(f"{tmp_path / 'asked.html'}\n")
    assert f"<h2>{heading}</h2>" in (tmp_path / "asked.html").read_text("utf-8")


def test_a_report_of_several_holds_them_against_the_first_and_answers_yes_whatever_they_say(write, tmp_path):
    broken = TWO_LEAVE + '[[accept]]\nkpi = "backlog"\nmay_rise_by = 0\n'
    one, two, there = write(broken), write("", "as-it-is.toml"), str(tmp_path / "there.html")
    assert main(["scenario", "run", one, "--replications", "2"]) == 1
    assert main(["scenario", "report", one, "--replications", "2"]) == 0
    assert main(["scenario", "report", two, one, "--replications", "2", "--report", there]) == 0
    assert "What is changed in small" in Path(there).read_text("utf-8")
