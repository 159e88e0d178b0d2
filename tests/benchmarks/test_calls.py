"""Demand that is shaped after calls comes in and lies as they do."""

from collections import Counter

import pytest

from benchmarks.scenarios.__main__ import main
from benchmarks.scenarios.calls import all_week, shape_of, shaped
from tests.scenarios.situations import hamlet

# Monday 9, Monday 9 and Sunday 22 o'clock, and another vehicle of the second alarm. The third has no place.
CALLS = """call_number,received_timestamp,latitude,longitude
1,2026-11-23 09:10:00+00:00,37.70,-122.40
2,2026-11-23 09:50:00+00:00,37.80,-122.50
2,2026-11-23 09:51:00+00:00,37.80,-122.50
3,2026-11-29 22:00:00+00:00,,
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "sffd_service_calls.csv").write_text(CALLS, encoding="utf-8")
    return tmp_path


def test_each_call_counts_once_at_its_hour_and_on_its_day(folder):
    shape = shape_of(folder, "fire")
    assert {hour: weight for hour, weight in enumerate(shape.hours) if weight} == {9: 2.0, 22: 1.0}
    assert shape.weekdays == pytest.approx((14 / 3, 0, 0, 0, 0, 0, 7 / 3))  # of 3 calls 2 and 1, and a mean of 1
    assert shape.places.tolist() == [[37.7, -122.4], [37.8, -122.5]]


def test_each_call_becomes_a_site_of_the_situation_and_nothing_else_is_changed(folder):
    before = hamlet()
    after = shaped(before, shape_of(folder, "fire"), 30.0)
    assert len(after.sites) == 2
    south, north = (after.places[site] for site in after.sites)
    assert south.lat < north.lat  # as the calls lie
    assert set(after.sites) <= set(before.sites)
    assert (after.demand.jobs_per_day, after.kinds, after.people) == (30.0, before.kinds, before.people)


def test_on_the_rota_each_works_five_days_and_each_day_has_as_many_give_or_take_one():
    people = all_week(hamlet(technicians=9)).people
    assert {len(set(person.days)) for person in people} == {5}
    at_work = Counter(day for person in people for day in person.days)
    assert set(at_work) == set(range(7))
    assert max(at_work.values()) - min(at_work.values()) <= 2


def test_without_the_samples_it_says_what_is_missing(tmp_path, capsys):
    assert main(["weeks"]) == 2
    assert "--calls FOLDER" in capsys.readouterr().err
    assert main(["weeks", "--calls", str(tmp_path)]) == 2
    assert "there is no 311_service_requests.csv" in capsys.readouterr().err
