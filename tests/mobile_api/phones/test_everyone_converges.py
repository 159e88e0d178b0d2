"""Phones, a dispatcher and a re-planner, acting in any order over a bad network: everyone converges.

Whatever is lost, repeated, delayed or reordered, whoever dies at whatever moment: an action is applied once or refused
once, and its receipt is the same whenever it is asked for; no visit is closed twice; what a receipt says is true; the
published plan holds. And once everything has arrived, each phone shows what the server has.
"""

from __future__ import annotations

import datetime as dt
import itertools
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dispatch.access import passwords
from dispatch.domain.clock import FixedClock
from dispatch.domain.events import instant
from dispatch.domain.visit_lifecycle import BY_TECHNICIANS, FINAL, VisitAction
from dispatch.store.tables import Device, FieldAction, Shift
from tests.mobile_api.phones import operation
from tests.mobile_api.phones.calling import without_threads
from tests.mobile_api.phones.disk import Disk
from tests.mobile_api.phones.handset import WORDS, Clocks, Handset
from tests.mobile_api.phones.keys import KEYS
from tests.mobile_api.phones.network import Letter, Network
from tests.mobile_api.phones.operation import PASSWORD, House, Operation
from tests.mobile_api.phones.phone import Answer, Request

ASKED = settings().max_examples
EXAMPLES = ASKED if ASKED < 100 else max(200, ASKED)
"""The profile ``ci`` asks for fewer than this machine needs, ``nightly`` for 5,000."""
STEPS = 40 if ASKED > 1000 else 22
NO_CONFLICT = frozenset({"already-so", "not-understood", "not-yours", "id-used"})
"""Refusals that tell of nothing a dispatcher would have to decide."""
TOLERANCE = dt.timedelta(milliseconds=10)

some = st.integers(0, 99)
STEPS_OF_A_VISIT = tuple(sorted(BY_TECHNICIANS))
USUAL = (VisitAction.ACCEPT, VisitAction.DEPART, VisitAction.ARRIVE, VisitAction.START, VisitAction.COMPLETE)


OFFICE = (
    *("cancel", "recall", "complete", "pin", "replan", "let the worker work"),
    *("give to somebody", "give to somebody", "take from everybody"),
)
OWNERS = (0, 0, 1, 1, 2)
"""Phone → whose it is."""


def handset_of(at: Operation, number: int, keyed: bool, make_id: Callable[[], UUID]) -> Handset:
    """One of the phones, with what it holds at the beginning."""
    disk = at.house.disks.get((number, keyed), Disk()).copy()
    person = list(at.house.emails)[OWNERS[number]]
    return Handset(person, Clocks(at.clock), make_id, KEYS[number] if keyed else None, disk)


class Field(RuleBasedStateMachine):
    """Everybody and everything. ``taps`` are all actions that were ever made, by their ids."""

    house: House

    def __init__(self) -> None:
        super().__init__()
        self.operation = Operation(self.house)
        self.visits = self.operation.visits()
        self.people = list(self.house.emails)
        self.network = Network()
        self.numbers = iter(range(1_000_000))
        self.ids = Random(1)
        self.handsets: list[Handset] = []
        self.taps: dict[str, Mapping[str, Any]] = {}
        self.by: dict[str, str] = {}
        self.lost: set[str] = set()
        self.receipts: dict[str, Mapping[str, Any]] = {}
        self.candidates: dict[str, list[dt.datetime]] = {}
        self.stirred, self.may_heal = True, True

    @initialize(numbers=st.sampled_from([(0, 1), (0, 2), (0, 1, 2), (0, 1, 2, 4), (0, 1, 2, 3)]), keyed=st.booleans())
    def everybody_has_a_phone(self, numbers: tuple[int, ...], keyed: bool) -> None:
        """They have signed in at the beginning of their day."""
        self.handsets = [handset_of(self.operation, number, keyed, self._new_id) for number in numbers]

    # -- people with phones --------------------------------------------------------------------------------------------

    @rule(who=some, visit=some, action=some)
    def somebody_taps(self, who: int, visit: int, action: int) -> None:
        """A button that is on the screen."""
        handset = self._in_use(who)
        if handset is None or handset.phone is None:
            return
        shown = {name: one.actions for name, one in sorted(handset.phone.visits().items()) if one.actions}
        if shown:
            name = list(shown)[visit % len(shown)]
            self._tap(handset, name, shown[name][action % len(shown[name])])

    @rule(who=some, visit=some, steps=st.integers(1, 5))
    def somebody_works(self, who: int, visit: int, steps: int) -> None:
        """The next steps of a visit, as they are usually taken."""
        for _ in range(steps):
            handset = self._in_use(who)
            if handset is None or handset.phone is None:
                return
            shown = sorted(handset.phone.visits().items())
            if not shown:
                return
            name, one = shown[visit % len(shown)]
            if usual := [action for action in USUAL if action in one.actions]:
                self._tap(handset, name, usual[0])

    @rule(who=some, visit=some, action=st.sampled_from(STEPS_OF_A_VISIT))
    def somebody_taps_what_is_not_offered(self, who: int, visit: int, action: VisitAction) -> None:
        """Another client, or a visit that the phone should not know."""
        handset = self._in_use(who)
        if handset is not None:
            self._tap(handset, self.visits[visit % len(self.visits)], action)

    @rule(who=some, what=st.sampled_from(["begin_shift", "end_shift", "take_break"]))
    def somebody_says_how_their_day_goes(self, who: int, what: str) -> None:
        handset = self._in_use(who)
        if handset is None:
            return
        shift = next(
            one for one in self.operation.rows(Shift) if one.technician_id == self.house.technicians[handset.person]
        )
        data = {"shift": shift.id} | ({"break": "lunch"} if what == "take_break" else {})
        self._does(handset, what, None, data)

    @rule(who=some, person=some)
    def a_phone_is_handed_on(self, who: int, person: int) -> None:
        """Somebody else signs in on it as soon as it has a network; mostly it stays where it is."""
        if person % 3 == 0:
            self._handset(who).person = self.people[person // 3 % len(self.people)]

    @rule(who=some, how=st.sampled_from(["now", "for long", "soon"]), writes=st.integers(0, 2))
    def a_phone_dies(self, who: int, how: str, writes: int) -> None:
        """And is switched on again, or later when somebody wants something of it; ``soon``: between two writes."""
        handset = self._handset(who)
        if how == "soon":
            handset.disk.dies_after(writes)
            return
        handset.dies()
        if how == "now":
            handset.switch_on()

    @rule(who=some, seconds=st.sampled_from([-86400, -3600, -61, 7, 600, 5400, 200000]))
    def a_phones_clock_jumps(self, who: int, seconds: int) -> None:
        self._handset(who).clocks.wrong_by += dt.timedelta(seconds=seconds)

    @rule(seconds=st.sampled_from([1, 20, 300, 1800, 5400]))
    def time_goes_by(self, seconds: int) -> None:
        self.operation.clock.advance(seconds=seconds)

    # -- the network ---------------------------------------------------------------------------------------------------

    @rule(who=some)
    def a_phone_asks(self, who: int) -> None:
        """The next request goes on its way, and others may overtake it."""
        handset = self._awake(who)
        if handset is None or handset.waits_for is not None:
            return
        request = handset.next_request(self.house.emails[handset.person], PASSWORD)
        if request is not None:
            handset.waits_for = next(self.numbers)
            self.network.carry(
                Letter(self.handsets.index(handset), handset.waits_for, request, self.operation.clock.now())
            )

    @precondition(lambda self: self.network.requests)
    @rule(which=some)
    def a_request_arrives(self, which: int) -> None:
        self.network.deliver(which, self._serve)

    @precondition(lambda self: self.network.answers)
    @rule(which=some)
    def an_answer_arrives(self, which: int) -> None:
        letter, answer = self.network.hand_over(which)
        handset = self.handsets[letter.phone]
        if letter.number is not None and handset.waits_for == letter.number:
            handset.waits_for = None
            self._take(handset, letter.request, answer)

    @precondition(lambda self: self.network.requests or self.network.answers)
    @rule(which=some, what=st.sampled_from(["repeat a request", "lose a request", "lose an answer", "take too long"]))
    def the_network_fails(self, which: int, what: str) -> None:
        """``take too long``: the phone gives up waiting, and what it asked may arrive all the same."""
        if what == "repeat a request" and self.network.requests:
            self.network.repeat(which)
        elif what == "lose a request" and self.network.requests:
            self.network.lose_request(which)
        elif what == "lose an answer" and self.network.answers:
            self.network.lose_answer(which)
        else:
            self._handset(which).waits_for = None

    @rule(who=some)
    def a_phone_has_a_good_network_for_a_moment(self, who: int) -> None:
        handset = self._awake(who)
        if handset is not None:
            self._talk(handset)

    # -- the server and the office -------------------------------------------------------------------------------------

    @rule(when=st.sampled_from(["before", "after"]), commits=st.integers(0, 3))
    def the_server_will_die(self, when: str, commits: int) -> None:
        """Before or after one of its next commits, with the answer on its lips."""
        self.operation.dies(when, commits)

    @rule(what=st.sampled_from(OFFICE), visit=some, who=some)
    def the_office_does_something(self, what: str, visit: int, who: int) -> None:
        """To a visit, or to the whole plan."""
        name, user = self.visits[visit % len(self.visits)], self.people[who % len(self.people)]
        at = self.operation
        deeds: Mapping[str, Callable[[], object]] = {
            "pin": lambda: at.pins(name, user),
            "give to somebody": lambda: at.gives(name, user),
            "take from everybody": lambda: at.takes_back(name),
            "replan": lambda: at.replans(who),
            "let the worker work": at.dispatches_what_is_due,
        }
        self._calmly(deeds.get(what, lambda: at.acts(name, what)))

    @rule(which=some, wipe=st.booleans())
    def the_dispatcher_revokes_a_phone(self, which: int, wipe: bool) -> None:
        devices = sorted(one.id for one in self.operation.rows(Device) if one.revoked_at is None)
        if devices:
            self._calmly(lambda: self.operation.revokes(devices[which % len(devices)], wipe=wipe))

    @rule(which=some, decision=st.sampled_from(["apply", "leave"]))
    def the_dispatcher_settles_a_dispute(self, which: int, decision: str) -> None:
        found = sorted((one.user_id, one.id) for one in self.operation.rows(FieldAction) if one.dispute == "open")
        if found:
            self._calmly(lambda: self.operation.settles(*found[which % len(found)], decision))

    # -- what always holds ---------------------------------------------------------------------------------------------

    @invariant()
    def no_visit_is_closed_twice(self) -> None:
        if not self.stirred:
            return
        self.stirred = False
        ended = Counter(one.payload["visit"] for one in self.operation.events("VisitMoved") if _ends(one.payload))
        assert not [visit for visit, times in ended.items() if times > 1]

    @precondition(lambda self: self.may_heal and len(self.taps) > 5)
    @rule()
    def everything_arrives(self) -> None:
        """The network heals, everybody switches on: after that all is as it should be."""
        self.may_heal = False  # once on the way is enough, it takes time
        self._calmly(lambda: None)
        while self.network.requests:
            self.network.deliver(0, self._serve)
        self.network.answers.clear()
        for handset in self.handsets:
            handset.waits_for = None
            handset.switch_on()
            handset.disk.dies_after(None)
            for person in [*(one for one in self.people if one != handset.person), handset.person]:
                self._sends_all_of(handset, person)
        self.operation.dispatches_what_is_due()
        for handset in self.handsets:
            self._talk(handset)
        self._everyone_agrees()
        self._every_receipt_is_true()

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None and self.handsets:
                self.everything_arrives()
        finally:
            self.operation.close()

    def _everyone_agrees(self) -> None:
        for handset in self.handsets:
            phone = handset.switch_on()
            assert phone.outbox == []
            whole = self.operation.answers(Request("pull", "GET", "/changes", headers=phone.signed("GET", "/changes")))
            assert whole is not None
            assert whole.status == 200, whole.body
            assert whole.body["full"]
            assert phone.documents == {one["id"]: one for one in whole.body["documents"]}
            now = {name: sorted(one.actions) for name, one in phone.visits().items()}
            assert now == {
                one["visit"]: sorted(one["actions"]) for one in phone.documents.values() if one["kind"] == "visit"
            }

    def _every_receipt_is_true(self) -> None:
        kept = {one.id: one for one in self.operation.rows(FieldAction)}
        sent = {tap for tap in self.taps if tap not in self.lost}
        assert sent <= self.receipts.keys(), "an action was lost"
        assert self.receipts.keys() <= kept.keys()
        assert kept.keys() <= self.taps.keys()
        for handset in self.handsets:
            for name, receipt in handset.switch_on().receipts.items():
                assert self.receipts[name] == receipt
        for name, row in kept.items():
            conflict = row.outcome == "refused" and row.code not in NO_CONFLICT
            assert (row.dispute is not None) == conflict, (row.code, row.detail)
            assert row.user_id == self.by[name]
            self._happened_when_it_says(row)
        self._the_trail_says_the_same(kept.values())

    def _the_trail_says_the_same(self, rows: Any) -> None:
        """What was applied, and nothing else, is in the trail: once, in the technician's name, at its instant."""
        applied = Counter(
            (row.user_id, row.visit_id, row.kind, instant(row.happened_at))
            for row in rows
            if row.outcome == "applied" and row.kind in set(STEPS_OF_A_VISIT) - {"extend"}
        )
        moved = Counter(
            (one.actor_id, one.payload["visit"], one.payload["action"], one.payload["at"])
            for one in self.operation.events("VisitMoved")
            if one.actor_id in self.house.emails
        )
        assert applied == moved
        longer = Counter(
            (row.user_id, row.visit_id) for row in rows if row.outcome == "applied" and row.kind == "extend"
        )
        extended = Counter(
            (one.actor_id, one.payload["visit"])
            for one in self.operation.events("VisitExtended")
            if one.actor_id in self.house.emails
        )
        assert longer == extended

    def _happened_when_it_says(self, row: FieldAction) -> None:
        """At the instant of the tap as well as it can be known, or, where that lies before it, of what came before."""
        assert row.happened_at <= row.received_at
        if any(abs(row.happened_at - one) <= TOLERANCE for one in self.candidates[row.id]):
            return
        assert any(one < row.happened_at for one in self.candidates[row.id])
        steps = {one.payload["at"] for one in self.operation.events("VisitMoved")}
        said = [instant(one.happened_at) for one in self.operation.rows(FieldAction) if one.id != row.id]
        assert instant(row.happened_at) in steps | set(said), (row.kind, row.happened_at, self.candidates[row.id])

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _tap(self, handset: Handset, visit: str, action: VisitAction) -> None:
        self._does(handset, action.value, visit, WORDS.get(action, {}))

    def _does(self, handset: Handset, kind: str, visit: str | None, data: Mapping[str, Any]) -> None:
        user = handset.phone.user if handset.phone is not None else None
        action = handset.does(lambda phone: phone.tap(kind, visit, data))
        if action is not None:
            assert user is not None
            self.taps[action["id"]], self.by[action["id"]] = action, user

    def _take(self, handset: Handset, request: Request, answer: Answer) -> None:
        if handset.phone is None:
            return
        before = _all_outboxes(handset)
        handset.does(lambda phone: phone.takes(request, answer))
        if handset.disk.read("device") is None:
            self.lost |= before  # wiped, with what was not sent

    def _serve(self, letter: Letter) -> Answer | None:
        if letter.request.what == "push":
            self._note_candidates(letter.request)
        self.stirred = True
        answer = self.operation.answers(letter.request)
        if answer is not None and answer.status == 200 and letter.request.what == "push":
            for receipt in answer.body["receipts"]:
                if receipt["outcome"] != "waiting":
                    known = self.receipts.setdefault(receipt["id"], receipt)
                    assert known == receipt, "another receipt for the same action"
        return answer

    def _note_candidates(self, request: Request) -> None:
        """The instants at which the actions happened, as the server may work them out when it gets them now."""
        now = self.operation.clock.now()
        sent_at = dt.datetime.fromisoformat(request.body["sent_at"])
        for one in request.body["actions"]:
            at = dt.datetime.fromisoformat(one["at"])
            ago = sent_at - at if one["elapsed"] is None else dt.timedelta(seconds=one["elapsed"])
            self.candidates.setdefault(one["id"], []).append(min(now, now - ago))

    def _talk(self, handset: Handset) -> None:
        """Ask and be answered until there is nothing more to say than to ask again what is new."""
        for _ in range(12):
            if handset.phone is None:
                return
            handset.waits_for = None
            request = handset.next_request(self.house.emails[handset.person], PASSWORD)
            if request is None:
                return
            answer = self._serve(Letter(0, None, request, self.operation.clock.now()))
            if answer is not None:
                self._take(handset, request, answer)
                if request.what == "pull" and answer.status == 200:
                    return

    def _sends_all_of(self, handset: Handset, person: str) -> None:
        """Somebody signs in on the phone, where they have left something there."""
        now, handset.person = handset.person, person
        left = handset.disk.read(f"people/{person}", {}).get("outbox")
        if left or person == now:
            self._talk(handset)
        handset.person = now if person != now else person

    def _calmly(self, deed: Any) -> None:
        """The office does something while the server is well: its death was meant for the phones."""
        if self.operation.about_to_die:
            self.operation.restart()
        deed()
        self.stirred = True

    def _handset(self, which: int) -> Handset:
        return self.handsets[which % len(self.handsets)]

    def _awake(self, which: int) -> Handset | None:
        handset = self._handset(which)
        if handset.phone is None:
            handset.switch_on()
        return handset

    def _in_use(self, which: int) -> Handset | None:
        """A phone that somebody has signed in on, and who carries it now."""
        handset = self._handset(which)
        phone = handset.switch_on()
        return handset if phone.user is not None and phone.user == handset.person else None

    def _new_id(self) -> UUID:
        return UUID(int=self.ids.getrandbits(128), version=4)


def _ends(payload: Mapping[str, Any]) -> bool:
    return payload["after"] in FINAL


def _all_outboxes(handset: Handset) -> set[str]:
    kept = (handset.disk.read(f"people/{user}", {}) for user in handset.disk.people())
    return {entry["action"]["id"] for one in kept for entry in one.get("outbox", [])}


def morning(house: House) -> None:
    """Everybody signs in on their phones and pulls their day; that is where all examples begin."""
    at = Operation(house)
    for number, keyed in itertools.product(range(len(OWNERS)), (False, True)):
        handset = handset_of(at, number, keyed, uuid4)
        for _ in range(4):
            request = handset.next_request(house.emails[handset.person], PASSWORD)
            assert request is not None
            answer = at.answers(request)
            assert answer is not None
            handset.switch_on().takes(request, answer)
        assert handset.switch_on().documents
        house.disks[number, keyed] = handset.disk
    at.becomes_the_beginning()
    at.close()


@pytest.fixture(scope="module")
def house(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An application with a planned day; passwords cost nothing here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        noon = FixedClock(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC))
        made = operation.built(migrated, tmp_path_factory.mktemp("phones"), noon)
        with without_threads():
            morning(made)
            yield made
        made.caller.close()


def test_everyone_converges(house: House) -> None:
    machine = type("Field", (Field,), {"house": house})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None)
    )
