"""Replays: their causes add up, a second one is the same, and what they say can be read."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from dispatch.cli import main
from optimizer.invalid import InvalidInput
from scenarios.measuring.kpis import Measured
from scenarios.measuring.minutes import MINUTES, minutes_of
from scenarios.planner.questions import _replay_kept, replay_in
from scenarios.replaying.running import run_replay
from scenarios.replaying.stages import Replaying
from scenarios.replaying.telling import document
from scenarios.report.replay import replay_page
from scenarios.report.waterfall import waterfall
from scenarios.scenario import Dispatching
from scenarios.simulation.agents.greedy import Nearest
from scenarios.simulation.agents.live import Live
from scenarios.simulation.agents.planned import Planning
from scenarios.simulation.recording import Recording, record_of
from scenarios.situation.files import write_situation
from scenarios.situation.record import ByHand
from scenarios.telling import as_text
from tests.scenarios.situations import environment, hamlet

BRIEFLY = Dispatching(iterations=5, answers_after=0)


@pytest.fixture(scope="module")
def day():
    """A simulated day with its record, in which something was decided by hand."""
    recording = Recording(Nearest())
    made = environment(hamlet(technicians=4, jobs_per_day=18.0), recording, 1, seed=5)
    made.run()
    record = record_of(made, recording)
    visit = record.jobs[3].visits[0]
    decided = (ByHand(visit.opened + 60, "pin", pins=((f"{record.jobs[3].id}/1", (("technician", "T02"),)),)),)
    return replace(made.situation, record=replace(record, by_hand=decided)), made


@pytest.fixture(scope="module")
def replayed(day):
    return run_replay(day[0], BRIEFLY, replications=2)


def test_the_first_stage_is_the_day_as_it_was(day, replayed):
    _, made = day
    was = minutes_of(Measured(made.operation, made.start, made.until))
    for figures in replayed.figures["recorded"]:
        assert {name: figures[name] for name in MINUTES} == was
    assert replayed.stages == ("recorded", "published", "by hand", "policy", "announced", "foreseen", "hindsight")
    # Nobody does otherwise than a simulated technician, so that nothing is lost by how people went about it.
    assert all(dict(replayed.losses(name))["recorded"].mean == 0 for name in MINUTES)


def test_the_policy_that_was_in_force_decides_again_as_it_did():
    recording = Recording(Live(Planning(5), answers_after=180))
    made = environment(hamlet(technicians=4, jobs_per_day=18.0), recording, 1, seed=5)
    made.run()
    replaying = Replaying(replace(made.situation, record=record_of(made, recording)), Dispatching(iterations=5))
    was = replaying.simulated("recorded", 0)
    assert replaying.simulated("published", 3) == was
    assert replaying.simulated("policy", 3) == was


@pytest.mark.parametrize("figure", sorted(MINUTES))
def test_the_causes_add_up_to_the_whole(replayed, figure):
    parts = [found.mean for _, found in replayed.losses(figure)]
    first, last = (replayed.mean(stage, figure).mean for stage in ("recorded", "hindsight"))
    assert sum(parts) == pytest.approx(replayed.whole(figure).mean, abs=1e-6)
    assert first - sum(parts) == pytest.approx(last, abs=1e-6)
    for number in range(2):  # and not only on average
        one = [replayed.figures[stage][number][figure] for stage in replayed.stages]
        assert sum(a - b for a, b in pairwise(one)) == pytest.approx(one[0] - one[-1], abs=1e-6)


def test_a_decision_by_hand_is_held_against_the_same_days_without_it(replayed):
    ((decided, cost),) = replayed.by_hand("minutes")
    assert decided.kind == "pin"
    # With one decision alone, leaving it out is the policy alone.
    assert cost.mean == pytest.approx(dict(replayed.losses("minutes"))["by hand"].mean)


def test_it_is_the_same_once_it_was_kept_in_the_store(day, replayed):
    kept = json.loads(json.dumps(_replay_kept(day[0], replayed)))
    assert document(replay_in(kept)) == document(replayed)


def test_it_is_the_same_again_and_on_several_processes(day, replayed):
    again = run_replay(day[0], BRIEFLY, replications=2, processes=2)
    assert as_text(document(again)) == as_text(document(replayed))


def test_progress_is_told_for_every_simulated_day(day):
    told = []
    run_replay(
        replace(day[0], record=replace(day[0].record, by_hand=())),
        Dispatching(agent="nearest"),
        on_progress=lambda done, most: told.append((done, most)),
    )
    assert told == [(number, 6) for number in range(1, 7)]


def test_what_was_run_once_is_kept_and_a_replay_that_was_cut_off_goes_on_behind_it(day, tmp_path, monkeypatch):
    greedy = Dispatching(agent="nearest")
    run = Replaying.simulated
    runs = []

    def counted(self, *task):
        runs.append(task)
        if len(runs) == 4:
            raise KeyboardInterrupt
        return run(self, *task)

    monkeypatch.setattr(Replaying, "simulated", counted)
    with pytest.raises(KeyboardInterrupt):
        run_replay(day[0], greedy, keep=tmp_path)
    again = run_replay(day[0], greedy, keep=tmp_path)
    # Six stages: three were kept, the fourth was cut off, and three were left to do.
    assert len(runs) == 3 + 1 + 3
    assert as_text(document(again)) == as_text(document(run_replay(day[0], greedy)))
    # Another seed is another replay.
    before = len(runs)
    run_replay(day[0], greedy, seed=2, keep=tmp_path)
    assert len(runs) == before + 6


def test_what_was_not_recorded_cannot_be_replayed(day):
    with pytest.raises(InvalidInput, match="tells of no day"):
        run_replay(hamlet(), BRIEFLY)
    with pytest.raises(InvalidInput, match="scenario take --date"):
        run_replay(replace(day[0], record=replace(day[0].record, days=0)), BRIEFLY)


class Open(HTMLParser):
    """The elements that are open, and the texts."""

    def __init__(self):
        super().__init__()
        self.open, self.texts = [], []

    def handle_starttag(self, tag, _):
        if tag not in ("meta", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag != "rect":
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


@pytest.mark.parametrize(("language", "said"), [("en", "late information"), ("zh", "信息滞后")])
def test_the_page_says_every_cause_and_what_is_uncertain(day, replayed, language, said):
    html = replay_page(day[0], replayed, language)
    found = Open()
    found.feed(html)
    assert found.open == []
    assert said in found.texts
    assert html.count("<svg") == 1
    assert replayed.digest in html
    assert "http" not in html
    assert html == replay_page(day[0], replayed, language)


def test_the_bars_of_the_picture_begin_where_the_ones_before_end():
    picture = waterfall(("all", 100.0), [("one", 30.0), ("other", -10.0)], ("left", 80.0), "said & done")
    assert picture.count("<rect") == 4
    assert "-30" in picture
    assert "+10" in picture
    assert "said &amp; done" in picture


def test_the_command_replays_a_file_and_a_scenario_that_names_one(day, tmp_path, capsys):
    path = tmp_path / "day.json"
    digest = write_situation(day[0], path)
    scenario = tmp_path / "replay.toml"
    scenario.write_text(
        'format = "fieldwright scenario 1"\ntitle = "again"\n'
        f'[situation]\nkind = "taken"\nfile = "day.json"\ndigest = "{digest}"\n'
        '[horizon]\nfirst = 2026-11-23\ndays = 1\n[dispatch]\nagent = "nearest"\n',
        encoding="utf-8",
    )
    told, page = tmp_path / "told.json", tmp_path / "page.html"
    assert main(["scenario", "replay", str(scenario), "--out", str(told), "--report", str(page)]) == 0
    said = capsys.readouterr().out
    assert "late information" in said
    assert "all causes" in said
    assert main(["scenario", "replay", str(scenario), "--language", "zh"]) == 0
    assert "信息滞后" in capsys.readouterr().out
    result = json.loads(told.read_text(encoding="utf-8"))
    assert result["situation"] == digest
    assert next(one["name"] for one in result["stages"]) == "recorded"
    assert sum(one["minutes"]["mean"] for one in result["lost"]) == pytest.approx(
        result["whole"]["minutes"]["mean"], abs=1e-4
    )
    assert "Today&#x27;s policy: The nearest technician." in page.read_text(encoding="utf-8")
    with scenario.open("a", encoding="utf-8") as file:
        file.write('[[changes]]\nkind = "overtime"\nminutes = 10\n')
    assert main(["scenario", "replay", str(scenario)]) == 2
    assert 'changes[0]: is nothing that a replay changes (found "overtime")' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["take"], "scenario take: name a day with --date"),
        (["take", "a.toml", "--date", "2026-11-23", "--out", "x.json"], "scenario take: takes no FILE"),
        (["take", "--date", "yesterday", "--out", "x.json"], '--date: is no date (found "yesterday")'),
        (["replay"], "scenario replay: name one FILE"),
        (["replay", "nowhere.json"], "nowhere.json: no such file"),
    ],
)
def test_what_cannot_be_used_is_refused(words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["scenario", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_scenario_of_a_made_up_town_has_no_day_to_be_replayed(tmp_path, capsys):
    path = tmp_path / "town.toml"
    path.write_text(
        'format = "fieldwright scenario 1"\ntitle = "t"\n[situation]\nkind = "generated"\n'
        "[horizon]\nfirst = 2026-11-23\ndays = 1\n",
        encoding="utf-8",
    )
    assert main(["scenario", "replay", str(path)]) == 2
    assert "town.toml: record.days: tells of no day" in capsys.readouterr().err
