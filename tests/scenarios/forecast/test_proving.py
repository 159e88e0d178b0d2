"""Forecasts held against what came."""

import numpy as np
import pytest

from optimizer.invalid import InvalidInput
from scenarios.forecast.baselines import BASELINES, as_last_week, as_mostly
from scenarios.forecast.calibration import SHARES
from scenarios.forecast.grains import GRAINS
from scenarios.forecast.issuing import Outside
from scenarios.forecast.judging import Score, pinball
from scenarios.forecast.proving import OURS, prove
from tests.scenarios.forecast.pasts import made_up


@pytest.fixture(scope="module")
def proof():
    one = made_up(days=330, jobs_per_day=50.0, seed=3)
    return prove(one.history, Outside("CL", one.weather), 2, 14)


def test_a_forecast_loses_less_than_any_guess_at_every_grain(proof):
    for grain in GRAINS:
        for guess in BASELINES:
            assert proof.score(OURS, grain).loss < proof.score(guess, grain).loss, (grain, guess)


def test_intervals_hold_about_as_much_as_they_say(proof):
    # 13 forecasts of 14 days: 182 numbers by day, of which neighbours lie share how demand stood, so a wide margin
    for grain in GRAINS:
        found = proof.score(OURS, grain)
        assert found.coverage_by_rank("80 %") == pytest.approx(0.8, abs=0.1), grain
        assert found.coverage_by_rank("90 %") == pytest.approx(0.9, abs=0.07), grain
        assert found.coverage("80 %") >= found.coverage_by_rank("80 %") - 0.05  # whole numbers hold more


def test_every_method_is_judged_on_the_same_numbers(proof):
    for grain in GRAINS:
        for week in range(2):
            numbers = {proof.score(method, grain, week).numbers for method in proof.methods}
            assert len(numbers) == 1
    # 13 forecasts of a week's 7 days; with 24 hours of each
    assert proof.score(OURS, "all by day", 0).numbers == 91
    assert proof.score(OURS, "all by hour", 1).numbers == 91 * 24


def test_a_history_that_is_too_short_to_judge_by_is_refused():
    with pytest.raises(InvalidInput, match=r"the history: is too short to judge forecasts by .*found 20 weeks"):
        prove(made_up().history, Outside(), 4, 10)


def test_the_pinball_loss_is_what_it_is_called():
    # At a quantile of 4, a count of 6 is 2 over: 2 times the share. One of 3 is 1 under: 1 less the share.
    quantiles = np.full((len(SHARES), 2), 4.0)
    wanted = sum(2 * share + (1 - share) for share in SHARES) / len(SHARES)
    assert pinball(np.array([6.0, 3.0]), quantiles) == pytest.approx(wanted)


def test_scores_count_what_lies_within():
    score = Score()
    quantiles = np.stack([np.full(4, float(at)) for at in range(len(SHARES))])  # 80 %: 1 to 5; 90 %: 0 to 6
    score.add(np.array([0.0, 1.0, 5.0, 7.0]), quantiles)
    assert score.held == {"80 %": 2, "90 %": 3}
    assert (score + score).coverage("80 %") == 0.5


def test_the_naive_guess_is_last_week_with_its_usual_misses():
    counts = np.tile(np.arange(7.0), 40)[None, :, None]  # every week the same
    guess = as_last_week(counts, 140, 1)
    assert guess.shape == (len(SHARES), 1, 7, 1)
    assert (guess[:, 0, :, 0] == np.arange(7.0)).all()


def test_guesses_do_not_know_the_future():
    counts = np.random.default_rng(1).poisson(4, (2, 300, 1)).astype(float)
    later = counts.copy()
    later[:, 250:] += 50
    for guess in (as_last_week, as_mostly):
        assert (guess(counts, 250, 1) == guess(later, 250, 1)).all()
