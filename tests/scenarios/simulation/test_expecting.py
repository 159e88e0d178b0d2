"""Days of which a forecast says what comes in."""

import datetime as dt
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from dispatch.store.tables import Priority
from optimizer.invalid import InvalidInput
from scenarios.forecast.calibration import SHARES
from scenarios.forecast.files import as_text
from scenarios.forecast.forecast import Forecast, Learnt
from scenarios.forecast.grains import GRAINS
from scenarios.forecast.history import Series
from scenarios.planner.grounds import Grounds
from scenarios.reading import read_scenario, scenario_of
from scenarios.running import ground, run_scenario
from scenarios.simulation.demand import DemandOf
from scenarios.simulation.streams import Streams
from scenarios.situation.digest import digest_of
from scenarios.situation.expecting import expecting, refuse_unexpected
from scenarios.situation.situation import Growth
from tests.scenarios.situations import MONDAY, hamlet
from tests.scenarios.small import small

ZONE = "America/Santiago"
GAS, PUMPS = Series("north", "gas"), Series("south", "pumps")


def forecast(rates, weeks=1, spread=0.0, first=MONDAY, zone=ZONE, priorities=None):
    """So many jobs of each series in each hour from eight to twelve."""
    numbers = np.zeros((len(rates), 7 * weeks, 24))
    for at, rate in enumerate(rates.values()):
        numbers[at, :, 8:12] = rate
    return Forecast(
        zone=zone,
        first=first,
        series=tuple(rates),
        rates=numbers,
        spreads=dict.fromkeys(GRAINS, spread),
        asked=dict.fromkeys(GRAINS, (SHARES,) * weeks),
        minutes={},
        priorities=priorities or {},
        learnt=Learnt(first, first, 0, None, (), 0),
    )


def jobs(situation, days=7, number=0, first=MONDAY):
    drawn = DemandOf(situation, Streams(1, number))
    return [job for day in range(days) for job in drawn.day(first + dt.timedelta(days=day))]


def test_as_many_come_as_the_forecast_expects_of_each_series_and_hour():
    situation = expecting(hamlet(), forecast({GAS: 3.0, PUMPS: 1.0}, weeks=2))
    found = [job for number in range(10) for job in jobs(situation, 14, number)]
    came = Counter((job.territory, next(iter(dict(job.skills)))) for job in found)
    # 10 times 14 days of 4 hours: 560 hours, of 3 and of 1; within four deviations of a Poisson number
    assert set(came) == {("north", "gas"), ("south", "pumps")}
    assert came["north", "gas"] == pytest.approx(1680, abs=4 * 1680**0.5)
    assert came["south", "pumps"] == pytest.approx(560, abs=4 * 560**0.5)
    hours = {dt.datetime.fromtimestamp(job.received, situation.zone).hour for job in found}
    assert hours == {8, 9, 10, 11}
    assert {situation.places[job.site].territory for job in found} == {"north", "south"}


def test_work_of_one_skill_keeps_the_shares_of_its_kinds():
    situation = expecting(hamlet(), forecast({GAS: 5.0}, weeks=2))
    kinds = Counter(job.kind for number in range(5) for job in jobs(situation, 14, number))
    # gas boiler faults have a weight of 22, gas leak alarms of 6
    assert kinds["gas boiler fault"] / kinds.total() == pytest.approx(22 / 28, abs=0.05)


def test_priorities_are_those_that_were_seen():
    situation = expecting(hamlet(), forecast({GAS: 5.0, PUMPS: 5.0}, priorities={"gas": {"critical": 1.0}}))
    found = jobs(situation)
    assert {job.priority for job in found if job.territory == "north"} == {Priority.CRITICAL}
    assert len({job.priority for job in found if job.territory == "south"}) > 2


def test_whole_days_are_busier_or_quieter_as_far_as_the_forecast_spreads():
    calm, wild = (expecting(hamlet(), forecast({GAS: 10.0}, weeks=4, spread=spread)) for spread in (0.0, 0.25))
    counts = []
    for situation in (calm, wild):
        days = [Counter(job.id[:6] for job in jobs(situation, 28, number)) for number in range(6)]
        counts.append(np.array([count for day in days for count in day.values()]))
    # 40 jobs a day: a variance of 40, and of 40 + 0.25 · 40² = 440
    assert counts[0].mean() == pytest.approx(40, abs=2)
    assert counts[1].mean() == pytest.approx(40, abs=7)
    assert counts[0].var() == pytest.approx(40, rel=0.4)
    assert counts[1].var() == pytest.approx(440, rel=0.5)


def test_more_demand_keeps_every_job_and_adds_some():
    situation = expecting(hamlet(), forecast({GAS: 6.0, PUMPS: 6.0}, spread=0.1))
    grown = replace(situation, demand=replace(situation.demand, growth=(Growth(1.5, skill="gas"),)))
    before, after = set(jobs(situation)), set(jobs(grown))
    assert before < after
    assert {job.territory for job in after - before} == {"north"}


def test_days_that_the_forecast_does_not_reach_have_the_demand_of_the_situation():
    situation = hamlet(jobs_per_day=100.0)
    later = MONDAY + dt.timedelta(days=7)
    assert jobs(expecting(situation, forecast({GAS: 1.0})), 3, first=later) == jobs(situation, 3, first=later)


def test_a_situation_with_a_forecast_has_another_digest():
    plain = hamlet()
    digests = [digest_of(plain), *(digest_of(expecting(plain, forecast({GAS: rate}))) for rate in (1.0, 2.0))]
    assert len(set(digests)) == 3
    assert digest_of(expecting(plain, forecast({GAS: 1.0}))) == digests[1]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (forecast({Series("west", "gas"): 1.0}), 'series[0].territory: is none with a site (found "west")'),
        (forecast({GAS: 1.0, Series("north", "gass"): 1.0}), "series[1].skill: is none that a kind of work asks for"),
        (forecast({GAS: 1.0}, zone="UTC"), 'zone: is not that of the situation (found "UTC"); make the forecast with'),
    ],
)
def test_a_forecast_of_something_else_is_refused(found, said):
    with pytest.raises(InvalidInput) as refused:
        expecting(hamlet(), found)
    assert said in str(refused.value)


def test_days_beyond_the_forecast_are_refused():
    situation = expecting(hamlet(), forecast({GAS: 1.0}))
    refuse_unexpected(situation, MONDAY, 7)
    refuse_unexpected(hamlet(), MONDAY, 400)
    with pytest.raises(InvalidInput, match=r"horizon: is a day that the forecast does not reach .*2026-11-30"):
        refuse_unexpected(situation, MONDAY, 8)


def with_forecast(**more):
    return small(**more).replace("jobs_per_day = 25", 'demand = "expected.json"')


def test_a_scenario_names_the_file_beside_it(tmp_path):
    (tmp_path / "expected.json").write_text(as_text(forecast({GAS: 2.0, PUMPS: 2.0})), encoding="utf-8")
    (tmp_path / "a.toml").write_text(with_forecast(), encoding="utf-8")
    scenario = read_scenario(tmp_path / "a.toml")
    assert ground(scenario.situation).expected.jobs_per_day == pytest.approx(16)  # 4 hours of 2, twice
    outcome = run_scenario(scenario)
    assert outcome.mean("as it is", "jobs_per_day").mean > 4


def test_a_scenario_says_once_how_much_comes_in():
    text = small().replace("jobs_per_day = 25", 'jobs_per_day = 25\ndemand = "expected.json"')
    with pytest.raises(InvalidInput, match=r"situation: says twice how much comes in .*leave out `jobs_per_day`"):
        scenario_of(text)


def test_what_is_wrong_with_the_forecast_is_told_with_its_name(tmp_path):
    (tmp_path / "expected.json").write_text("{}", encoding="utf-8")
    (tmp_path / "a.toml").write_text(with_forecast(), encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"expected\.json: format: is no forecast that this program reads"):
        run_scenario(read_scenario(tmp_path / "a.toml"))


def test_a_scenario_that_was_sent_to_a_server_reads_no_file_there(sqlite_store, tmp_path):
    scenario = scenario_of(with_forecast())
    with pytest.raises(InvalidInput, match=r"situation\.demand: names a file on another machine"):
        Grounds(sqlite_store, tmp_path).check(scenario)
