"""What is written is read back as it was, and files appear whole or not at all."""

import copy
import gzip
import json
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.domain import Plan, TimeWindow
from optimizer.io import (
    InvalidInput,
    plan_from,
    plan_to,
    problem_from,
    problem_to,
    read_plan,
    read_problem,
    write_plan,
    write_problem,
)
from optimizer.io.files import parse_json, render_json
from optimizer.times import Unreadable, format_duration, format_time, parse_duration, parse_time
from tests.optimizer.io.good import GOOD, GOOD_PLAN
from tests.strategies import planned, problems


@given(problems())
def test_a_problem_is_read_back_as_it_was_written(problem):
    assert problem_from(parse_json(render_json(problem_to(problem)).encode())) == problem


@given(planned(wild=False))
def test_a_plan_is_read_back_as_it_was_written(case):
    problem, plan = case
    assert plan_from(parse_json(render_json(plan_to(problem, plan)).encode())) == plan


def test_the_good_files_survive_the_way_there_and_back():
    problem = problem_from(copy.deepcopy(GOOD))
    assert problem_from(problem_to(problem)) == problem
    plan = plan_from(copy.deepcopy(GOOD_PLAN), problem)
    assert plan_from(plan_to(problem, plan), problem) == plan


def test_what_is_left_out_has_the_defaults_of_the_planning_model():
    data = copy.deepcopy(GOOD)
    del data["visits"][0]["demand"], data["balance"], data["name"]
    problem = problem_from(data)
    ben, v1 = problem.technicians[1], problem.visits[0]
    assert (ben.profile, ben.pace, ben.costs.per_km, ben.shifts[0].max_overtime) == ("car", 1, 0, 0)
    assert (v1.drop_cost, v1.demand, problem.balance, problem.name) == (None, {}, None, "")


def test_an_optional_key_may_be_null():
    data = copy.deepcopy(GOOD)
    for key in ("windows", "demand", "arrive_by", "only", "previous", "drop_cost"):
        data["visits"][0][key] = None
    visit = problem_from(data).visits[0]
    assert (visit.windows, visit.arrive_by, visit.previous) == ((), None, None)


def test_windows_are_sorted_and_errors_name_them_as_they_stood_in_the_file():
    data = copy.deepcopy(GOOD)
    late, early = ["2026-11-24T08:00:00Z", "2026-11-24T09:00:00Z"], ["2026-11-23T08:00:00Z", "2026-11-23T09:00:00Z"]
    data["visits"][0]["windows"] = [late, early]
    first, second = problem_from(data).visits[0].windows
    assert first.earliest < second.earliest
    data["visits"][0]["windows"] = [late, early[::-1]]
    with pytest.raises(InvalidInput) as refused:
        problem_from(data)
    assert refused.value.place == "visits[0].windows[1]"


def test_whole_numbers_may_be_written_with_a_point():
    data = copy.deepcopy(GOOD)
    data["visits"][0]["location"] = 1.0
    data["travel"]["van"]["durations"][0][1] = 700.0
    assert problem_from(data) == problem_from(copy.deepcopy(GOOD))


def test_a_zipped_file_is_the_same_problem_and_the_same_bytes_each_time(tmp_path):
    problem = problem_from(copy.deepcopy(GOOD))
    write_problem(problem, tmp_path / "a.json.gz")
    write_problem(problem, tmp_path / "b.json.gz")
    assert (tmp_path / "a.json.gz").read_bytes() == (tmp_path / "b.json.gz").read_bytes()
    assert read_problem(tmp_path / "a.json.gz") == problem
    assert json.loads(gzip.decompress((tmp_path / "a.json.gz").read_bytes()))["name"] == "good"


def test_a_byte_order_mark_does_no_harm(tmp_path):
    (tmp_path / "p.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode())
    assert read_problem(tmp_path / "p.json").name == "good"


def test_matrices_are_read_only():
    van = problem_from(copy.deepcopy(GOOD)).travel["van"]
    with pytest.raises(ValueError, match="read-only"):
        van.durations[0, 1] = 5


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    problem, path = problem_from(copy.deepcopy(GOOD)), tmp_path / "plan.json"
    path.write_text("old")
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space left"):
        write_plan(problem, Plan(), path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["plan.json"]
    assert path.read_text() == "old"


def test_a_rewritten_file_keeps_its_mode_and_its_link(tmp_path):
    problem, path, link = problem_from(copy.deepcopy(GOOD)), tmp_path / "plan.json", tmp_path / "link.json"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    write_plan(problem, Plan(), link)
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert read_plan(path) == Plan()


@given(st.integers(-62_135_596_800 + 86_400, 253_402_300_799 - 86_400), st.integers(-1439, 1439))
def test_times_come_back_with_their_offset(moment, minutes):
    assert parse_time(format_time(moment, minutes * 60)) == (moment, minutes * 60)


@given(st.integers(0, 10**8))
def test_durations_come_back(seconds):
    assert parse_duration(format_duration(seconds)) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT0S", 0), ("PT90M", 5400), ("P1DT1S", 86_401), ("PT1.5H", 5400), ("PT0.1M", 6), ("PT5400.0S", 5400)],
)
def test_durations_have_many_faces(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "PT1H30", "1H", "PT1M1H", "PT1.5H3M", "PT٣H", "P1Y", "pt1h", "PT1e3S"]
)
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(Unreadable):
        parse_duration(text)


@pytest.mark.parametrize(
    "text",
    [
        "20261123T080000Z",
        "2026-11-23 08:00:00Z",
        "2026-11-23T08:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T08:00:60Z",
        "2026-11-23T08:00:00+0100",
        "2026-11-23T08:00:00+24:00",
        "0000-11-23T08:00:00Z",
        "9999-12-31T23:59:59-01:00",
        "2026-W48-1T08:00:00Z",
    ],
)
def test_what_is_no_date_time_is_refused(text):
    with pytest.raises(Unreadable):
        parse_time(text)


def test_times_before_the_window_of_a_visit_are_kept_to_the_second():
    data = copy.deepcopy(GOOD)
    data["visits"][0]["windows"] = [["2026-11-23T08:00:01+05:30", "2026-11-23T08:00:02z"]]
    # 08:00:01 at +05:30 is 02:30:01 UTC; 23 November 2026 begins at 1795392000
    assert problem_from(data).visits[0].windows == (TimeWindow(1_795_401_001, 1_795_420_802),)
