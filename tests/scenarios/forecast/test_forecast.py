"""Forecasts: what they say at every grain, and that it does not depend on what nobody could know."""

import numpy as np
import pytest

from scenarios.forecast.calibration import SHARES
from scenarios.forecast.files import as_text
from scenarios.forecast.forecast import make
from scenarios.forecast.grains import GRAINS
from scenarios.forecast.issuing import Outside
from tests.scenarios.forecast.pasts import altered, forecast, made_up


@pytest.mark.parametrize("grain", GRAINS)
def test_quantiles_rise(grain):
    found = forecast().quantiles(grain)
    assert (np.diff(found, axis=0) >= 0).all()
    assert found.shape[0] == len(SHARES)


def test_what_is_expected_adds_up_over_the_hierarchy():
    of = {grain: forecast().expected(grain) for grain in GRAINS}
    for unit in ("day", "hour"):
        whole = of[f"all by {unit}"][0]
        for part in ("territory", "skill", "territory and skill"):
            assert of[f"{part} by {unit}"].sum(axis=0) == pytest.approx(whole)
    assert of["all by hour"].sum(axis=2, keepdims=True) == pytest.approx(of["all by day"])


def test_about_as_much_is_expected_as_there_was():
    history = made_up().history
    assert forecast().expected("all by day").mean() == pytest.approx(history.daily[:, -28:].sum(axis=0).mean(), rel=0.1)


def test_it_says_what_it_was_made_from():
    learnt = forecast().learnt
    history = made_up().history
    assert (learnt.first, learnt.until) == (history.first, history.date(140))
    assert (learnt.jobs, learnt.country, learnt.covariates) == (len(history.which), "CL", ())
    assert learnt.forecasts == 11  # from 56 to 126 days, a week apart
    assert forecast().first == learnt.until


def test_the_same_history_makes_the_same_file_to_the_last_byte():
    assert as_text(make(made_up().history, Outside("CL"), 2)) == as_text(forecast())


def test_what_comes_after_the_history_changes_nothing():
    history = made_up().history
    one, other = (make(which.before(120), Outside("CL"), 2) for which in (history, altered(history, 120)))
    assert as_text(one) == as_text(other)
