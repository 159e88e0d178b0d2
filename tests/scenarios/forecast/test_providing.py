"""From jobs to technicians, by hand."""

import datetime as dt

import numpy as np
import pytest

from optimizer.invalid import InvalidInput
from scenarios.forecast.calibration import SHARES
from scenarios.forecast.forecast import Forecast, Learnt
from scenarios.forecast.grains import GRAINS
from scenarios.forecast.history import Series
from scenarios.forecast.providing import Provision, needs, unknown_minutes
from scenarios.forecast.telling import needs_csv, needs_table

MONDAY = dt.date(2026, 1, 5)
PLAIN = Provision(quantile=0.5, travel=0, utilisation=1, within=1)  # and an hour for each job, as nobody says otherwise


def of(jobs):
    """A week; each series has its jobs at these hours of Monday, and of no other day."""
    rates = np.zeros((len(jobs), 7, 24))
    for at, hours in enumerate(jobs.values()):
        for hour, count in hours.items():
            rates[at, 0, hour] = count
    return Forecast(
        zone="UTC",
        first=MONDAY,
        series=tuple(jobs),
        rates=rates,
        spreads=dict.fromkeys(GRAINS, 0.0),
        asked=dict.fromkeys(GRAINS, (SHARES,)),
        minutes={},
        priorities={},
        learnt=Learnt(MONDAY, MONDAY, 0, None, (), 0),
    )


GAS, PUMPS, SOUTH = Series("north", "gas"), Series("north", "pumps"), Series("south", "gas")


def monday(found, skill="gas", territory=None):
    return {
        need.hour: need.technicians
        for need in found
        if need.date == MONDAY and need.technicians and (need.skill, need.territory) == (skill, territory)
    }


def test_an_hour_of_work_in_an_hour_is_a_technician():
    # 30 jobs a day are expected; the median of a Poisson number of mean 30 is 30
    found = needs(of({GAS: {9: 20, 10: 10}}), PLAIN)
    assert monday(found) == {9: 20, 10: 10}


def test_driving_and_waiting_ask_for_more():
    # 45 min of work are 60 with a quarter of driving; 0.8 of a shift is work: 20 · 1 / 0.8 = 25
    provision = Provision(quantile=0.5, travel=0.25, utilisation=0.8, within=1, minutes={"gas": 45.0})
    assert monday(needs(of({GAS: {9: 20, 10: 10}}), provision)) == {9: 25, 10: 13}


def test_a_busier_day_asks_for_more_at_every_hour():
    # nine of ten Poisson numbers of mean 30 are at most 37: 37 / 30 times as much
    provision = Provision(quantile=0.9, travel=0, utilisation=1, within=1, minutes={"gas": 60.0})
    found = needs(of({GAS: {9: 20, 10: 10}}), provision)
    nine = next(need for need in found if need.date == MONDAY and need.hour == 9)
    assert (nine.expected, nine.jobs) == pytest.approx((20, 20 * 37 / 30))
    assert monday(found) == {9: 25, 10: 13}


def test_work_is_done_in_the_opening_hours_that_follow():
    # 30 jobs at three in the morning, done from 8 to 11, a third in each hour
    provision = Provision(quantile=0.5, travel=0, utilisation=1, within=3, opens=8, closes=18, minutes={"gas": 60.0})
    assert monday(needs(of({GAS: {3: 30}}), provision)) == {8: 10, 9: 10, 10: 10}


def test_what_comes_in_late_is_done_on_the_next_day_that_is_worked():
    # Monday 17:00, two opening hours: that one, and the first of Wednesday
    provision = Provision(
        quantile=0.5, travel=0, utilisation=1, within=2, opens=8, closes=18, weekdays=(0, 2), minutes={"gas": 60.0}
    )
    found = needs(of({GAS: {17: 30}}), provision)
    asked = {(need.date.weekday(), need.hour): need.technicians for need in found if need.technicians}
    assert asked == {(0, 17): 15, (2, 8): 15}


def test_a_skill_is_counted_by_itself_and_a_territory_where_asked():
    forecast = of({GAS: {9: 30}, PUMPS: {9: 30}, SOUTH: {9: 30}})
    # together the gas of both is 60, whose median is 60
    assert monday(needs(forecast, PLAIN)) == {9: 60}
    assert monday(needs(forecast, PLAIN), "pumps") == {9: 30}
    apart = Provision(quantile=0.5, travel=0, utilisation=1, within=1, by_territory=True)
    assert monday(needs(forecast, apart), "gas", "south") == {9: 30}


def test_the_work_of_a_whole_week_is_kept():
    provision = Provision(quantile=0.5, travel=0, utilisation=1, within=4, minutes={"gas": 60.0})
    found = needs(of({GAS: {9: 20, 23: 10}}), provision)
    assert sum(need.hours for need in found) == pytest.approx(30)


def test_a_skill_without_minutes_is_named():
    assert unknown_minutes(of({GAS: {9: 1}, PUMPS: {9: 1}}), Provision(minutes={"gas": 30.0})) == ["pumps"]
    with pytest.raises(InvalidInput, match=r"--minutes gass: is no skill of the forecast .*the forecast has gas"):
        needs(of({GAS: {9: 1}}), Provision(minutes={"gass": 30.0}))


def test_it_is_told_as_a_table_and_as_csv():
    found = needs(of({GAS: {9: 20, 10: 10}, PUMPS: {}}), PLAIN)
    table = needs_table(found)
    assert [column.header for column in table.columns] == ["technicians", "09", "10", "hours a day"]
    assert table.row_count == 1  # pumps ask for nobody
    lines = needs_csv(found).splitlines()
    assert lines[0] == "date,hour,skill,expected,jobs,hours,technicians"
    assert len(lines) == 1 + 7 * 24 * 2
    assert "2026-01-05,9,gas,20,20,20,20" in lines
