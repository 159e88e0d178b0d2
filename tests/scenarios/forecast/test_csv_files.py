"""CSV files: what is right is read, and what is wrong is told by its line, its column and a remedy."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from optimizer.invalid import InvalidInput
from scenarios.forecast.csv_files import read_covariates, read_history
from scenarios.forecast.gathering import ANY, ELSEWHERE, Period
from scenarios.forecast.history import Series

ZONE = ZoneInfo("America/Santiago")
MONDAY = dt.date(2026, 1, 5)


@pytest.fixture
def write(tmp_path):
    def written(text, name="history.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


def every_day(days=90, line="{date} 09:30,north,gas"):
    return "\n".join(line.format(date=MONDAY + dt.timedelta(days=day)) for day in range(days)) + "\n"


HEAD = "received,territory,skill\n"


def test_a_line_is_a_job(write):
    history = read_history(write(HEAD + every_day()), ZONE)
    assert history.series == (Series("north", "gas"),)
    assert (history.first, history.days) == (MONDAY, 89)  # the last day may not be over
    assert history.daily.tolist() == [[1] * 89]
    assert set(history.hour.tolist()) == {9}


def test_an_instant_is_told_by_the_clock_of_the_place(write):
    # 02:30 UTC is 23:30 of the day before in Santiago in summer, and 22:30 in winter
    history = read_history(write(HEAD + every_day(100, "{date}T02:30:00Z,north,gas")), ZONE)
    assert history.first == MONDAY - dt.timedelta(days=1)
    assert set(history.hour[:60].tolist()) == {23}
    assert history.hour[-1] == 22  # 5 April 2026: clocks were put back


def test_days_are_those_that_were_asked_for(write):
    period = Period(MONDAY + dt.timedelta(days=2), MONDAY + dt.timedelta(days=90))
    history = read_history(write(HEAD + every_day()), ZONE, period)
    assert (history.first, history.days) == (MONDAY + dt.timedelta(days=2), 88)


def test_columns_may_be_called_otherwise_and_others_are_passed_over(write):
    text = "id,Created,Borough\n" + every_day(line="7,{date} 10:00:00,QUEENS")
    history = read_history(write(text), ZONE, columns={"received": "Created", "territory": "Borough"})
    assert history.series == (Series("QUEENS", ANY),)


def test_a_column_that_is_something_else_is_passed_over(write):
    text = "received,priority,minutes\n" + every_day(line="{date} 10:00,3,soon")
    history = read_history(write(text), ZONE, columns={"priority": "", "minutes": ""})
    assert (history.priorities, history.minutes) == ({}, {})


def test_what_is_empty_is_elsewhere_and_any(write):
    history = read_history(write(HEAD + every_day(line="{date} 10:00,,")), ZONE)
    assert history.series == (Series(ELSEWHERE, ANY),)


def test_several_skills_are_one_name_in_whatever_order(write):
    text = HEAD + every_day(line="{date} 10:00,north,pumps + gas") + every_day(line="{date} 11:00,north,gas+pumps")
    assert read_history(write(text), ZONE).series == (Series("north", "gas+pumps"),)


def test_minutes_and_priorities_are_told_by_skill(write):
    text = "received,skill,priority,minutes\n" + every_day(line="{date} 10:00,gas,High,30")
    text += every_day(line="{date} 10:00,gas,,60") + every_day(line="{date} 10:00,pumps,low,")
    history = read_history(write(text), ZONE)
    assert history.minutes == {"gas": 45}
    assert history.priorities == {"gas": {"high": 1}, "pumps": {"low": 1}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", 'line 1: is no column of the file (found "received")'),
        ("recieved,skill\n", 'found "received"); did you mean `recieved`?'),
        ("received,received\n", "line 1: stands there twice"),
        (HEAD, "the history: has no job"),
        (HEAD + "soon,north,gas\n", 'line 2: received: is no date (found "soon"); write it like'),
        (HEAD + "0001-01-01,north,gas\n", "line 2: received: is out of sight"),
        (HEAD + "2026-01-01,north,gas,and more\n", "line 2: has more cells than the first line, 3 (found 4 cells)"),
        ("received,priority\n2026-01-01,urgent\n", 'line 2: priority: is no priority (found "urgent")'),
        ("received,minutes\n2026-01-01,a lot\n", 'line 2: minutes: is no number (found "a lot")'),
        ("received,minutes\n2026-01-01,0\n", 'line 2: minutes: is no length of work (found "0")'),
        ("received,minutes\n2026-01-01,inf\n", 'line 2: minutes: is no number (found "inf")'),
        (HEAD + every_day(50), "the history: is too short (found 49 days, 49 jobs); 84 days are the least"),
        (
            HEAD + every_day(60) + "2026-06-01,a,b\n2026-07-01,a,b\n",
            "has a hole (found no job from 2026-03-05 to 2026-06-01); leave it out by --until 2026-03-06 or",
        ),
    ],
)
def test_what_is_wrong_is_told_by_its_line(text, said, write):
    with pytest.raises(InvalidInput) as refused:
        read_history(write(text), ZONE)
    assert said in str(refused.value)


def test_more_than_one_mistake_is_told_at_once(write):
    with pytest.raises(InvalidInput) as refused:
        read_history(write("received,minutes\nsoon,x\n2026-01-01,-3\n"), ZONE)
    assert len(refused.value.complaints) == 3


def test_too_many_series_are_refused(write):
    text = HEAD + "".join(f"{MONDAY} 10:00,t{number},gas\n" for number in range(501)) + every_day()
    with pytest.raises(InvalidInput, match=r"is cut into too many parts .*found 502 pairs"):
        read_history(write(text), ZONE)


def test_a_file_that_is_no_text_is_told(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"received\n2026-01-01\n\xff\xfe\n")
    with pytest.raises(InvalidInput, match="is no UTF-8"):
        read_history(tmp_path / "a.csv", ZONE)


def test_weather_is_read_by_day_and_averaged(write):
    text = "date,warmth,rain\n2026-01-05 06:00,10,\n2026-01-05 18:00,20,3\n2026-01-07,5,0\n"
    found = read_covariates(write(text))
    assert (found.names, found.first) == (("warmth", "rain"), MONDAY)
    assert found.values[0].tolist() == [15, 3]
    assert np.isnan(found.values[1]).all()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date\n2026-01-05\n", "the file: holds no covariates (found 1 days, 0 columns)"),
        ("date,warmth\n", "the file: holds no covariates (found 0 days, 0 columns)"),
        ("day,warmth\n", 'line 1: is no column of the file (found "date")'),
        ("date,warmth\nmonday,3\n", 'line 2: date: is no date (found "monday")'),
        ("date,warmth\n2026-01-05,mild\n", 'line 2: warmth: is no number (found "mild")'),
        ("date,warmth\n1900-01-05,1\n2200-01-05,1\n", "the file: is too long"),
    ],
)
def test_weather_that_cannot_be_read_is_told(text, said, write):
    with pytest.raises(InvalidInput) as refused:
        read_covariates(write(text))
    assert said in str(refused.value)
