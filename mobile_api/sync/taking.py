"""Taking a batch of actions in: each once, in an order that makes sense, whatever became of the others.

An action is applied in one transaction with its row and its receipt; those about one visit that come one after the
other share it, because what makes a transaction durable takes longest. The row is written first, and its key is the
user and the id that the phone made: whoever comes second with the same id, at the same moment or a week later, finds
it and answers its receipt. So a phone that got no answer sends again what it has no receipt for, and can do nothing
wrong.

- **Applied**: the effect is made, in the name of the technician and at the corrected instant.
- **Refused**: whatever it had begun is undone (a savepoint), and the row is kept with the reason.
- **Waiting**: the action follows another one that has not arrived, or the database was too busy. Nothing is written;
  the phone sends it again.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import secrets
import traceback
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select, update

from dispatch.domain.errors import DispatchError, Unavailable
from dispatch.domain.roles import Actor, Right
from dispatch.services import field_actions
from dispatch.services.field_actions import NotUnderstood, TooOld
from dispatch.services.rights import require
from dispatch.store.engine import Store
from dispatch.store.refusals import LostUpdate
from dispatch.store.tables import Device, FieldAction, Outcome, Technician, Visit
from dispatch.store.unit_of_work import UnitOfWork
from mobile_api.day.whose import NotATechnician
from mobile_api.kinds.kind import Taken
from mobile_api.kinds.table import KINDS
from mobile_api.sync.allowance import Allowance, Spending
from mobile_api.sync.incoming import Incoming, id_of, understood
from mobile_api.sync.receipts import IdUsed, Receipt, receipt_of, refusal_of, waiting
from mobile_api.sync.timing import Reception
from mobile_api.sync.visit import earliest, look_for_the_step, own_visit

ATTEMPTS = 5
"""So often an action is tried anew that lost to somebody else's change."""
TOGETHER = 20
"""So many actions at most are taken in one transaction: others wait for their turn meanwhile."""

_PLACES = 6

log = logging.getLogger(__name__)


class Unexpected(DispatchError):  # noqa: N818  a refusal reads as what is said
    """A mistake of this program. What the technician did is kept, for a dispatcher to make it true."""

    code, title = "unexpected", "The server could not make sense of it"


@dataclass(frozen=True, slots=True)
class Intake:
    """Where actions go: the store, in whose name, from which phone, how old they may be, and how many are taken.

    Without an ``allowance`` any number is.
    """

    store: Store
    actor: Actor
    device: str
    oldest: dt.timedelta
    allowance: Allowance | None = None

    def take(self, sent: Sequence[Mapping[str, Any]], reception: Reception) -> list[Receipt]:
        """Apply each action that can be. The receipts, in the order of what was sent.

        Raises :class:`~dispatch.domain.errors.TooMany`, and has taken none then, where so much is too much.
        """
        receipts: dict[int, Receipt] = {}
        incoming: dict[int, Incoming] = {}
        for place, one in enumerate(sent):
            if id_of(one) is None:
                receipts[place] = _without_an_id(one)
            else:
                incoming[place] = understood(one, reception.received_at)
        receipts |= self._known(incoming)
        new = {place: one for place, one in incoming.items() if place not in receipts}
        if self.allowance is not None and new:
            self.allowance.spend(self._spending(sent, new), reception.real)
        for group in together(in_order(new), new):
            taken = self._group([new[place] for place in group], reception)
            receipts |= dict(zip(group, taken, strict=True))
        if self.allowance is not None and (unwritten := [at for at in new if receipts[at].outcome == "waiting"]):
            self.allowance.give_back(self._spending(sent, unwritten))
        return [receipts[place] for place in range(len(sent))]

    def _spending(self, sent: Sequence[Mapping[str, Any]], places: Collection[int]) -> Spending:
        size = sum(len(json.dumps(sent[place], default=str)) for place in places)
        return Spending(self.actor.id, self.device, len(places), size)

    def _known(self, incoming: Mapping[int, Incoming]) -> dict[int, Receipt]:
        """The receipts of what was sent before: nobody has to wait for a turn to write to be told them."""
        with self.store.reading(self.actor) as uow:
            require(uow, Right.WORK_VISITS)
            if self.actor.technician is None:
                raise NotATechnician("This account belongs to no technician; a dispatcher can say to whom it belongs.")
            ids = [one.action.id for one in incoming.values()]
            query = select(FieldAction).where(FieldAction.user_id == self.actor.id, FieldAction.id.in_(ids))
            rows = {row.id: row for row in uow.session.scalars(query)}
        found = ((place, one, rows.get(one.action.id)) for place, one in incoming.items())
        return {place: _again(row, one) for place, one, row in found if row is not None}

    def _group(self, group: Sequence[Incoming], reception: Reception) -> list[Receipt]:
        """Take several in one transaction; each in one of its own where that fails."""
        if len(group) > 1:
            try:
                with self.store.unit_of_work(self.actor) as uow:
                    note_skew(uow, self.device, reception.skew)
                    return [self._taken(uow, one, reception, None) for one in group]
            except Exception as error:  # whatever it is: alone it is found out whose it is
                log.info("actions that belong together are taken one by one: %s", type(error).__name__)
        return [self._alone(one, reception) for one in group]

    def _alone(self, incoming: Incoming, reception: Reception) -> Receipt:
        failure: DispatchError | None = None
        for _ in range(ATTEMPTS):
            try:
                with self.store.unit_of_work(self.actor) as uow:
                    note_skew(uow, self.device, reception.skew)
                    return self._taken(uow, incoming, reception, failure)
            except LostUpdate:
                continue
            except Unavailable as away:
                return waiting(incoming.action.id, away.code, away.detail)
            except DispatchError as refusal:  # found out only when it was written, such as a collision
                failure = refusal
            except Exception as error:
                failure = _unexpected(error)
        return waiting(incoming.action.id, "busy", "Others change the same just now. Send it again.")

    def _taken(
        self, uow: UnitOfWork, incoming: Incoming, reception: Reception, failure: DispatchError | None
    ) -> Receipt:
        """One action. ``failure``: what became of it in another transaction, which was rolled back."""
        action = incoming.action
        row = self._row(uow, incoming, reception)
        known = uow.session.get(FieldAction, (row.user_id, row.id))
        if known is None:
            before = uow.session.get(FieldAction, (row.user_id, action.after)) if action.after is not None else None
            if action.after is not None and before is None:
                return waiting(action.id, "after-missing", "The action that it follows is not here yet.")
            known = field_actions.claim(uow, row)
        if known is not row:
            return _again(known, incoming)
        try:
            with uow.session.begin_nested():
                if failure := failure or incoming.wrong:
                    raise failure
                at, facts = self._applied(uow, row, incoming, before.happened_at if before is not None else None)
        except (LostUpdate, Unavailable):
            raise  # that says nothing about the action
        except DispatchError as refusal:
            field_actions.refused(uow, row, refusal)
        else:
            field_actions.applied(row, at, facts)
        uow.session.flush()
        return receipt_of(row)

    def _applied(
        self, uow: UnitOfWork, row: FieldAction, incoming: Incoming, not_before: dt.datetime | None
    ) -> tuple[dt.datetime, Mapping[str, Any]]:
        """Let the action take effect: at which instant it did, and the facts for its receipt. Or refuse it."""
        kind, tapped = KINDS[row.kind], row.happened_at
        bounds = [tapped, not_before]
        if row.visit_id is not None:
            visit = own_visit(uow, row.visit_id, kind.name)
            look_for_the_step(uow, visit, kind.name, tapped, self.device)
            bounds.append(earliest(uow, visit, kind.name))
        at = min(max(one for one in bounds if one is not None), uow.now)
        if at < row.received_at - self.oldest:
            days = self.oldest.days
            raise TooOld(f"It happened more than {days} days ago; a dispatcher decides what becomes of it.", days=days)
        assert incoming.data is not None
        facts = kind.apply(uow, Taken(row.id, kind.name, row.visit_id, at, incoming.data, self.device))
        uow.session.flush()
        return (dt.datetime.fromisoformat(facts["at"]) if "at" in facts else at), facts

    def _row(self, uow: UnitOfWork, incoming: Incoming, reception: Reception) -> FieldAction:
        action = incoming.action
        territory = select(Technician.territory_id).where(Technician.id == self.actor.technician)
        if action.visit is not None:
            territory = select(Visit.territory_id).where(Visit.id == action.visit)
        return FieldAction(
            user_id=self.actor.id,
            id=action.id,
            device_id=self.device,
            technician_id=self.actor.technician or "",
            territory_id=uow.session.scalar(territory),
            kind=action.kind,
            visit_id=action.visit,
            after_id=action.after,
            data=action.data,
            content=incoming.content,
            phone_at=action.at,
            elapsed=action.elapsed,
            happened_at=reception.happened(action.at, action.elapsed),
            received_at=reception.received_at,
            skew=round(reception.skew, 3),
            outcome=Outcome.APPLIED,
            facts={},
        )


def note_skew(uow: UnitOfWork, device: str, skew: float) -> None:
    """Remember by how much the phone's clock is wrong, where it is not known yet to the second."""
    differs = or_(Device.skew.is_(None), func.abs(Device.skew - skew) > 1)
    noted = update(Device).where(Device.id == device, differs).values(skew=round(skew, 3))
    uow.session.execute(noted, execution_options={"unaudited": True, "synchronize_session": False})


def _again(known: FieldAction, incoming: Incoming) -> Receipt:
    """The receipt of an action that is known, unless something else comes under its id."""
    if known.content == incoming.content:
        return receipt_of(known)
    used = IdUsed(f"The id was used for another action ({known.kind}), which was {known.outcome.value}.")
    return refusal_of(known.id, used)


def in_order(incoming: Mapping[int, Incoming]) -> list[int]:
    """The actions as they were sent, but none before the one that it follows, where that came along."""
    places = {one.action.id: place for place, one in reversed(list(incoming.items()))}
    ordered: dict[int, None] = {}
    for place in incoming:
        behind: dict[int, None] = {}
        following: int | None = place
        while following is not None and following not in ordered and following not in behind:
            behind[following] = None
            following = places.get(incoming[following].action.after or "")
        ordered |= dict.fromkeys(reversed(behind))
    return list(ordered)


def together(ordered: Sequence[int], incoming: Mapping[int, Incoming]) -> list[list[int]]:
    """The actions in groups of those that come one after the other and are about the same.

    Whoever moves several jobs along in one transaction could wait for somebody who waits for them.
    """
    groups: list[list[int]] = []
    for place in ordered:
        last = groups[-1] if groups else []
        if last and len(last) < TOGETHER and incoming[last[0]].action.visit == incoming[place].action.visit:
            last.append(place)
        else:
            groups.append([place])
    return groups


def _without_an_id(sent: Mapping[str, Any]) -> Receipt:
    errors = [{"place": "id", "problem": "it is no UUID in lower case", "remedy": "make one for each action"}]
    shown = str(sent.get("id", ""))[:40].encode("ascii", "replace").decode()
    return refusal_of(shown, NotUnderstood("An action needs an id, a UUID in lower case.", errors=errors))


def _unexpected(error: Exception) -> Unexpected:
    """A mistake of ours. The log says where it happened, and nothing of what a person sent."""
    reference = secrets.token_hex(6)
    places = [f"{one.filename}:{one.lineno}" for one in traceback.extract_tb(error.__traceback__)][-_PLACES:]
    log.error("an action failed (%s): %s at %s", reference, type(error).__name__, " < ".join(reversed(places)))
    return Unexpected(f"The server could not make sense of it. Who looks after it finds more under {reference}.")
