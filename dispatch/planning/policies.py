"""Planning policies: how an operation wants to be planned, by name, as data that is checked when it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from dispatch.domain.errors import DispatchError, NotFound
from dispatch.domain.events import REGISTRY, RecordChanged
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.services.complaints import Complaints
from dispatch.services.rights import require
from dispatch.store.tables import PlanningPolicy, PlanningRun, PlanRow, Priority
from dispatch.store.unit_of_work import UnitOfWork
from optimizer.policy import Policy
from optimizer.scoring import TERMS

MAX_WEIGHT = 1e6
MAX_COST = 1e9
MAX_SECONDS = 3600.0
MAX_HORIZON = 31
_DAY = 86_400
_ALLOWANCE_KEYS = frozenset({"reason", "touches_at_most", "priority"})

FIELDS = (
    "name",
    "standard",
    "weights",
    "change_budget",
    "publish_without_asking",
    "freeze",
    "tolerance",
    "reassign_cost",
    "cost_per_hour_later",
    "cost_per_hour_waiting",
    "least_gain",
    "horizon_days",
    "seconds",
    "dispatch_ahead",
    "accept_ahead",
)
"""What can be said of a policy."""

OVERRIDES = tuple(name for name in FIELDS if name not in ("name", "standard", "publish_without_asking"))
"""What a single run may have different from its policy."""


def standard_policy(session: Session) -> PlanningPolicy:
    """The policy that is used where none is named. Raises :class:`NotFound` where there is none yet."""
    policy = session.scalar(
        select(PlanningPolicy).order_by(PlanningPolicy.standard.desc(), PlanningPolicy.created_at, PlanningPolicy.id)
    )
    if policy is None:
        raise NotFound("There is no planning policy yet. Create one; the first becomes the standard.", what="policy")
    return policy


def named_policy(session: Session, policy_id: str | None) -> PlanningPolicy:
    """The policy with this id; the standard one for None. Raises :class:`NotFound`."""
    if policy_id is None:
        return standard_policy(session)
    policy = session.get(PlanningPolicy, policy_id)
    if policy is None:
        raise NotFound(f"There is no planning policy {policy_id!r}.", what="planning policy", id=policy_id)
    return policy


def weights_of(policy: PlanningPolicy) -> Policy:
    """What the optimizer is to care about."""
    return Policy(policy.name, dict(policy.weights))


def overridden(policy: PlanningPolicy, overrides: Mapping[str, Any]) -> PlanningPolicy:
    """The policy with some of it different, for one run: a row of no session."""
    values = {one.key: getattr(policy, one.key) for one in inspect(PlanningPolicy).column_attrs}
    return PlanningPolicy(**{**values, **overrides})


def create(uow: UnitOfWork, **fields: Any) -> PlanningPolicy:
    """A new policy. The first becomes the standard. Raises :class:`Invalid`."""
    require(uow, Right.WRITE_SETUP)
    check_fields(fields)
    _check_name(uow.session, fields["name"], None)
    first = uow.session.scalar(select(PlanningPolicy.id).limit(1)) is None
    policy = PlanningPolicy(id=new_id("policy"), **{**fields, "standard": first or bool(fields.get("standard"))})
    if policy.standard:
        _no_other_standard(uow, policy.id)
    uow.session.add(policy)
    uow.session.flush()
    uow.record(RecordChanged(record=policy.id, table="planning_policy", what="created"))
    return policy


def change(uow: UnitOfWork, policy_id: str, **fields: Any) -> PlanningPolicy:
    """Change some of a policy; it holds for the next run on. Raises :class:`Invalid`."""
    require(uow, Right.WRITE_SETUP)
    policy = uow.get(PlanningPolicy, policy_id, lock=True)
    check_fields(fields)
    if "name" in fields:
        _check_name(uow.session, fields["name"], policy_id)
    if policy.standard and fields.get("standard") is False:
        complaints = Complaints()
        complaints.say("standard", False, "would leave no standard policy", "make another policy the standard")
        complaints.raise_any()
    if fields.get("standard"):
        _no_other_standard(uow, policy_id)
    for name, value in fields.items():
        setattr(policy, name, value)
    uow.session.flush()
    uow.record(RecordChanged(record=policy_id, table="planning_policy", what="changed"))
    return policy


def remove(uow: UnitOfWork, policy_id: str) -> None:
    """Remove a policy that nothing was planned by. The standard one stays."""
    require(uow, Right.WRITE_SETUP)
    policy = uow.get(PlanningPolicy, policy_id, lock=True)
    if policy.standard:
        raise DispatchError("This is the standard policy; make another one the standard first.", policy=policy_id)
    for table in (PlanningRun, PlanRow):
        if uow.session.scalar(select(table.id).where(table.policy_id == policy_id).limit(1)) is not None:
            raise DispatchError("Plans were made by this policy; their history needs it.", policy=policy_id)
    uow.session.delete(policy)
    uow.record(RecordChanged(record=policy_id, table="planning_policy", what="removed"))


def check_fields(fields: Mapping[str, Any], known: Sequence[str] = FIELDS, place: str = "") -> None:
    """Raise :class:`Invalid` with all that is wrong with these fields of a policy."""
    complaints = Complaints()
    for name in fields:
        if name not in known:
            complaints.say(f"{place}{name}", fields[name], "is no field of a policy", f"known are {', '.join(known)}")
    complaints.raise_any()
    if "name" in fields:
        complaints.text(f"{place}name", fields["name"], 120, required=True)
    _check_weights(fields.get("weights", {}), complaints, f"{place}weights")
    _check_allowances(fields.get("publish_without_asking", ()), complaints, f"{place}publish_without_asking")
    for name, least, most in (
        ("change_budget", 0, 100_000),
        ("freeze", 0, _DAY),
        ("tolerance", 0, _DAY),
        ("reassign_cost", 0, MAX_COST),
        ("cost_per_hour_later", 0, MAX_COST),
        ("cost_per_hour_waiting", 0, MAX_COST),
        ("least_gain", 0, MAX_COST),
        ("horizon_days", 1, MAX_HORIZON),
        ("seconds", 0.05, MAX_SECONDS),
        ("dispatch_ahead", 0, MAX_HORIZON * _DAY),
        ("accept_ahead", 0, MAX_HORIZON * _DAY),
    ):
        if name in fields:
            _check_number(fields[name], complaints, f"{place}{name}", least, most, optional=name == "change_budget")
    complaints.raise_any()


def _check_number(
    value: Any, complaints: Complaints, place: str, least: float, most: float, *, optional: bool = False
) -> None:
    if value is None and optional:
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        complaints.say(place, value, "is no number", f"give a number from {least:g} to {most:g}")
    elif not least <= value <= most:
        complaints.say(place, value, f"does not lie between {least:g} and {most:g}", "choose a value between them")


def _check_weights(weights: Mapping[str, Any], complaints: Complaints, place: str) -> None:
    for rule, weight in weights.items():
        if rule not in TERMS:
            complaints.say(f"{place}.{rule}", weight, "weighs no soft rule", f"known are {', '.join(TERMS)}")
        _check_number(weight, complaints, f"{place}.{rule}", 0, MAX_WEIGHT)


def _check_allowances(allowances: Sequence[Mapping[str, Any]], complaints: Complaints, place: str) -> None:
    """What may be published without asking."""
    for index, allowance in enumerate(allowances):
        here = f"{place}[{index}]"
        for key in sorted(allowance.keys() - _ALLOWANCE_KEYS):
            remedy = f"known are {', '.join(sorted(_ALLOWANCE_KEYS))}"
            complaints.say(f"{here}.{key}", allowance[key], "is unknown", remedy)
        reason = allowance.get("reason", "*")
        if reason != "*" and reason not in REGISTRY:
            complaints.say(f"{here}.reason", reason, "is no kind of event", 'name one, such as JobReceived, or "*"')
        _check_number(allowance.get("touches_at_most", 0), complaints, f"{here}.touches_at_most", 0, 100_000)
        priority = allowance.get("priority")
        if priority is not None and priority not in list(Priority):
            complaints.say(f"{here}.priority", priority, "is no priority", f"known are {', '.join(Priority)}")


def _check_name(session: Session, name: str, but: str | None) -> None:
    taken = session.scalar(select(PlanningPolicy.id).where(PlanningPolicy.name == name))
    if taken is not None and taken != but:
        raise DispatchError(f"There is a planning policy named {name!r} already.", policy=taken)


def _no_other_standard(uow: UnitOfWork, policy_id: str) -> None:
    others = select(PlanningPolicy).where(PlanningPolicy.standard, PlanningPolicy.id != policy_id)
    for other in uow.session.scalars(others):
        other.standard = False
    uow.session.flush()
