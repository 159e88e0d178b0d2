"""Both lifecycles, every status × action: what the tables allow is what happens, and nothing else does."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain import job_lifecycle, visit_lifecycle
from dispatch.domain.errors import IllegalTransition
from dispatch.domain.job_lifecycle import ENDED, HELD, JobAction, JobStatus, followed
from dispatch.domain.visit_lifecycle import (
    BY_DISPATCHERS,
    BY_PLANS,
    BY_TECHNICIANS,
    COMMITTED,
    FINAL,
    PLANNABLE,
    VisitAction,
    VisitStatus,
)

VISITS = list(itertools.product(VisitStatus, VisitAction))
JOBS = list(itertools.product(JobStatus, JobAction))


@pytest.mark.parametrize(("status", "action"), VISITS)
def test_a_visit_takes_exactly_the_steps_of_its_table(status: VisitStatus, action: VisitAction) -> None:
    after = visit_lifecycle.TRANSITIONS.get((status, action))
    if after is not None:
        assert visit_lifecycle.advance(status, action) is after
        assert action in visit_lifecycle.actions(status)
        return
    with pytest.raises(IllegalTransition) as refused:
        visit_lifecycle.advance(status, action)
    assert refused.value.facts["allowed"] == [one.value for one in visit_lifecycle.actions(status)]
    assert action.value not in refused.value.facts["allowed"]


@pytest.mark.parametrize(("status", "action"), JOBS)
def test_a_job_takes_exactly_the_steps_of_its_table(status: JobStatus, action: JobAction) -> None:
    after = job_lifecycle.TRANSITIONS.get((status, action))
    if after is not None:
        assert job_lifecycle.advance(status, action) is after
        assert action in job_lifecycle.actions(status)
        return
    with pytest.raises(IllegalTransition) as refused:
        job_lifecycle.advance(status, action)
    assert action.value not in refused.value.facts["allowed"]


@pytest.mark.parametrize("status", sorted(FINAL))
def test_no_step_leads_out_of_history(status: VisitStatus) -> None:
    assert visit_lifecycle.actions(status) == []


@pytest.mark.parametrize("status", sorted(ENDED - {JobStatus.CLOSED}))
def test_a_job_that_was_declined_or_cancelled_stays_so(status: JobStatus) -> None:
    assert job_lifecycle.actions(status) == []


def test_a_closed_job_can_only_be_opened_again() -> None:
    assert job_lifecycle.actions(JobStatus.CLOSED) == [JobAction.REOPEN]


def test_each_status_of_a_visit_can_be_reached_and_left_for_history() -> None:
    reached = {VisitStatus.OPEN}
    while more := {after for (at, _), after in visit_lifecycle.TRANSITIONS.items() if at in reached} - reached:
        reached |= more
    assert reached == set(VisitStatus)
    for status in set(VisitStatus) - FINAL:
        assert visit_lifecycle.TRANSITIONS[status, VisitAction.CANCEL] is VisitStatus.CANCELLED


def test_a_visit_is_plannable_committed_or_history() -> None:
    assert set(VisitStatus) == PLANNABLE | COMMITTED | FINAL
    assert not PLANNABLE & COMMITTED
    assert not (PLANNABLE | COMMITTED) & FINAL


def test_every_action_is_somebodys() -> None:
    assert set(VisitAction) == BY_TECHNICIANS | BY_DISPATCHERS | BY_PLANS


def test_technicians_act_only_on_what_was_dispatched_to_them() -> None:
    for status in (VisitStatus.OPEN, VisitStatus.SCHEDULED):
        assert not set(visit_lifecycle.actions(status)) & BY_TECHNICIANS


@given(st.sampled_from(JobStatus), st.lists(st.sampled_from(VisitStatus), max_size=5))
def test_where_visits_put_a_job(status: JobStatus, visits: list[VisitStatus]) -> None:
    after = followed(status, visits)
    counted = [visit for visit in visits if visit is not VisitStatus.CANCELLED]
    if status in HELD:
        assert after is status
    elif not counted:
        assert after is JobStatus.NEEDS_VISIT
    elif set(counted) - FINAL:
        assert after not in ENDED | {JobStatus.COMPLETED, JobStatus.NO_SHOW, JobStatus.NEEDS_VISIT}
    else:
        assert after in {JobStatus.COMPLETED, JobStatus.NO_SHOW, JobStatus.NEEDS_VISIT}
    assert followed(after, visits) is after
