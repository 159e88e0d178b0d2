"""Scenarios asked from Python, as in a notebook."""

import tomllib

import pytest

from optimizer.invalid import InvalidInput
from scenarios.notebook import ask, ask_several
from scenarios.running import AS_IT_IS, WITH_CHANGES
from tests.scenarios.small import small

LEAVES = '[[changes]]\nkind = "leave"\ntechnicians = ["T01"]\n'


@pytest.fixture(scope="module")
def answer():
    return ask(small("One leaves") + LEAVES)


def test_a_text_a_file_and_a_document_ask_the_same(answer, tmp_path):
    text = small("One leaves") + LEAVES
    path = tmp_path / "a.toml"
    path.write_text(text, encoding="utf-8")
    assert ask(path).document() == ask(tomllib.loads(text), keep=tmp_path / "kept").document() == answer.document()


def test_an_answer_has_figures_and_their_differences_with_intervals(answer):
    before, after = answer.mean("backlog", AS_IT_IS), answer.mean("backlog")
    assert answer.change("backlog").mean == pytest.approx(after.mean - before.mean)
    assert answer.change("backlog").count == 3


def test_rows_are_one_for_each_figure_of_each_replication(answer):
    rows = [one for one in answer.rows() if one["figure"] == "backlog"]
    assert [(one["alternative"], one["replication"]) for one in rows] == [
        (name, number) for name in (AS_IT_IS, WITH_CHANGES) for number in range(3)
    ]
    assert sum(one["value"] for one in rows[3:]) / 3 == pytest.approx(answer.mean("backlog").mean)


def test_a_notebook_shows_the_page_in_a_frame_that_runs_nothing(answer):
    shown = answer._repr_html_()
    assert shown.startswith('<iframe srcdoc="&lt;!doctype html&gt;')
    assert " sandbox " in shown
    assert shown.count("<") == 2  # the frame and its end: all of the page is quoted
    assert "with the changes" in str(answer)


def test_several_are_held_against_the_first_by_the_names_they_are_given():
    several = ask_several({"four": small(), "three": small() + LEAVES})
    assert several.outcome.alternatives == ("four", "three")
    assert several.change("backlog", "four").mean == 0
    assert several.title == "four / three"


def test_what_is_wrong_is_told_with_its_place():
    with pytest.raises(InvalidInput, match=r"horizon.days: "):
        ask(small().replace("days = 2", "days = 0"))
