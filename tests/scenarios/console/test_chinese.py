"""What a form is told of wrong input, and why a simulation came to nothing, in Chinese for whoever reads Chinese."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scenarios
from dispatch.console.chinese import said
from optimizer.invalid import Complaint
from scenarios.console.failures import failure_told

HERE = Path(scenarios.__file__).parent
FORMS = (
    "change.py",
    "changes.py",
    "scenario.py",
    "reading.py",
    "staffing.py",
    "sweeping.py",
    "worth.py",
    "situation/placing.py",
    "situation/taking.py",
    "situation/expecting.py",
    "planner/grounds.py",
    "planner/questions.py",
    "planner/publishing.py",
)
ON_THE_COMMAND_LINE = {
    "add [staffing] with targets, and [[staffing.groups]]",
    'add [sweep] with kind = "technicians" or "demand", and values',
    'add [worth], with of = ["technician"] for one',
    "is no UTF-8",
    "save the file as UTF-8",
    "is no priority of the situation",
    "make the forecast with --zone <1>",
}
"""What is said of files alone; a form asks before it comes to that."""
REFUSING = {"InvalidInput", "complaints.add", "_invalid"}


def told_by(module: str) -> Iterator[str]:
    """Every problem and remedy that stands in a module; what is filled in stands as ``<1>``, ``<2>`` …"""
    for function in ast.walk(ast.parse((HERE / module).read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef):
            names = dict(assigned(function))
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                name = ast.unparse(call.func)
                if name in REFUSING:
                    yield from itertools.chain.from_iterable(texts(one, names) for one in call.args[2:4])
                elif name == "ValueError":
                    yield from texts(call.args[0], names)[0].split(": ", 1)


def assigned(function: ast.FunctionDef) -> Iterator[tuple[str, list[str]]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, texts(node.value, {})


def texts(node: ast.expr, names: dict[str, list[str]]) -> list[str]:
    """What an expression may say, as far as it stands there."""
    if isinstance(node, ast.Constant):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        number = itertools.count(1)
        return ["".join(one.value if isinstance(one, ast.Constant) else f"<{next(number)}>" for one in node.values)]  # type: ignore[misc]
    return names.get(node.id, []) if isinstance(node, ast.Name) else []


@pytest.mark.parametrize("module", FORMS)
def test_whatever_a_form_may_be_told_is_said_in_chinese(module: str) -> None:
    sentences = {one for one in told_by(module) if one} - ON_THE_COMMAND_LINE
    assert sentences
    assert [one for one in sorted(sentences) if said(one) == one] == []


def test_why_a_simulation_came_to_nothing_is_told_with_what_it_names() -> None:
    stale = Complaint("situation.digest", '"sha256:12"', "is not that of the situation", "name other days")
    nobody = Complaint("changes[1].technicians", "", "leaves nobody at work", "name fewer")
    assert failure_told(f"{stale}\n{nobody}", "zh") == (
        'situation.digest：与起始情形不符（"sha256:12"）；请选择其他日子\nchanges[1].technicians：将没有人上班；请减少人数'
    )
    assert failure_told(f"{stale}\n{nobody}", "en") == f"{stale}\n{nobody}"


def test_what_died_too_often_says_how_often_and_why() -> None:
    died = "The process that simulated it ended early; mostly there is too little memory."
    assert failure_told(f"Given up after 3 attempts. {died}", "zh") == (
        "尝试 3 次后放弃。负责模拟的进程提前结束，多半是内存不足。"
    )
    assert failure_told("Given up after 3 attempts.", "zh") == "尝试 3 次后放弃。"
    broke = "Something went wrong that should not (MemoryError)."
    assert failure_told(broke, "zh") == "发生了不应出现的错误（MemoryError）。"


def test_a_cluster_that_cannot_be_used_is_told_with_its_address() -> None:
    problem = "tcp://127.0.0.1:8786: no scheduler can be reached there (timed out)"
    remedy = "start one with `dask scheduler`, and workers with `dask worker`"
    assert failure_told(f"{problem}; {remedy}", "zh") == (
        "tcp://127.0.0.1:8786：无法连接该处的调度器（timed out）；"
        "请用 dask scheduler 启动调度器，用 dask worker 启动工作进程"
    )


def test_what_has_no_counterpart_stays_english() -> None:
    assert failure_told("Something new under the sun.", "zh") == "Something new under the sun."


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1))
def test_whatever_was_found_is_told_as_it_is(value: str) -> None:
    line = str(Complaint("horizon", value, "is too far ahead", "name another day"))
    assert value in failure_told(line, "zh")
