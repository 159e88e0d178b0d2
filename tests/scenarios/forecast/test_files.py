"""Forecast files: they say what was written, and what is wrong with them is told by its place."""

import json

import pytest

from optimizer.invalid import InvalidInput
from scenarios.forecast.files import as_text, digest_of, document, forecast_of, read_forecast
from scenarios.forecast.grains import GRAINS
from tests.scenarios.forecast.pasts import forecast


def told():
    return json.loads(as_text(forecast()))


def signed(told):
    return told | {"digest": digest_of(told)}


def test_reading_undoes_writing(tmp_path):
    path = tmp_path / "forecast.json"
    path.write_text(as_text(forecast()), encoding="utf-8")
    found = read_forecast(path)
    assert document(found) == document(forecast())
    for grain in GRAINS:
        assert (found.quantiles(grain) == forecast().quantiles(grain)).all()


def test_its_digest_does_not_mind_how_numbers_are_written():
    assert digest_of({"a": 2.0, "digest": "x"}) == digest_of({"digest": "y", "a": 2})
    assert digest_of({"a": 2.5}) != digest_of({"a": 2})


def test_a_file_that_was_changed_is_refused():
    changed = told()
    changed["series"][0]["expected"][0][9] = 99.0
    with pytest.raises(InvalidInput, match=r'digest: is not that of what the file holds .*write "digest": "sha256:'):
        forecast_of(changed)
    assert forecast_of(signed(changed)).rates[0, 0, 9] == 99


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda it: it.pop("zone"), "zone: is missing; add it"),
        (lambda it: it.update(zne="x"), 'zne: is unknown here (found "x"); remove it'),
        (lambda it: it.update(zone="Mars/Base"), 'zone: is no time zone (found "Mars/Base")'),
        (lambda it: it.update(first="soon"), "first: cannot be used: input should be a valid date"),
        (lambda it: it["series"][0]["expected"][1].pop(), "series[0].expected[1]: cannot be used"),
        (lambda it: it["series"][2]["expected"].pop(), "series[2].expected: has not 14 days (found 13 days)"),
        (lambda it: it["series"][0]["expected"].pop(), "series[0].expected: are no whole weeks"),
        (lambda it: it["series"][0]["expected"][0].__setitem__(3, -1), "series[0].expected[0][3]: cannot be used"),
        (lambda it: it["series"].append(it["series"][0]), "series[12]: stands there twice"),
        (lambda it: it["grains"].pop("all by day"), "grains.all by day: is missing, or unknown"),
        (lambda it: it["grains"]["all by day"]["asked"].pop(), "grains.all by day.asked: does not fit 14 days"),
        (lambda it: it["grains"]["all by day"]["asked"][0].reverse(), "grains.all by day.asked: does not rise"),
        (lambda it: it.update(quantiles=[0.5]), "quantiles: are not those of this format"),
        (lambda it: it.update(minutes={"gas": 0}), "minutes.gas: cannot be used"),
        (lambda it: it.update(priorities={"gas": {"soon": 1}}), "priorities.gas.soon"),
    ],
)
def test_what_is_wrong_is_told_by_its_place(change, said):
    broken = told()
    change(broken)
    with pytest.raises(InvalidInput) as refused:
        forecast_of(signed(broken))
    assert said in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"3", b'{"format": "fieldwright forecast 9"}', b"\xff"])
def test_what_is_no_forecast_is_refused(content, tmp_path):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(InvalidInput, match=r"is no JSON|is no forecast that this program reads"):
        read_forecast(tmp_path / "a.json")
