"""A phone in somebody's hand: its clocks, its power, and what its person taps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dispatch.domain.clock import FixedClock
from dispatch.domain.visit_lifecycle import VisitAction
from tests.mobile_api.phones.disk import Disk, Killed
from tests.mobile_api.phones.phone import Key, Phone, Request

WORDS = {
    VisitAction.DECLINE: {"reason": "The van is full."},
    VisitAction.PAUSE: {"reason": "Waiting for the key."},
    VisitAction.EXTEND: {"seconds": 600},
    VisitAction.NEED_PARTS: {"reason": "The valve is broken.", "parts": [{"part": "valve", "quantity": 1}]},
    VisitAction.NEED_VISIT: {"reason": "It takes two."},
    VisitAction.NO_SHOW: {"reason": "Nobody opened."},
}
"""What an action says besides."""


@dataclass
class Clocks:
    """``wrong_by``: how far the phone's clock is ahead."""

    true: FixedClock
    wrong_by: dt.timedelta = dt.timedelta()
    switched_on: dt.datetime = field(init=False)

    def __post_init__(self) -> None:
        self.switched_on = self.true.now()

    def now(self) -> dt.datetime:
        return self.true.now() + self.wrong_by

    def uptime(self) -> float:
        return (self.true.now() - self.switched_on).total_seconds()


@dataclass
class Handset:
    """One of the phones. ``person`` is the user who carries it now; ``waits_for`` the number of the request that it
    awaits the answer of; ``phone`` is None while it is switched off.
    """

    person: str
    clocks: Clocks
    make_id: Callable[[], UUID]
    key: Key | None = None
    disk: Disk = field(default_factory=Disk)
    phone: Phone | None = None
    waits_for: int | None = None
    boots: int = 0

    def __post_init__(self) -> None:
        self.switch_on()

    def switch_on(self) -> Phone:
        """Let it run; the phone as it is then."""
        if self.phone is None:
            self.boots += 1
            self.clocks.switched_on = self.clocks.true.now()
            self.phone = Phone(self.disk, self.clocks, self.make_id, boot=self.boots, key=self.key)
        return self.phone

    def dies(self) -> None:
        """The battery is flat, or the app was killed: what is not on the disk is gone."""
        self.phone, self.waits_for = None, None
        self.disk.dies_after(None)

    def does(self, deed: Callable[[Phone], Any]) -> Any:
        """Something that the phone does; it may die of it."""
        assert self.phone is not None
        try:
            return deed(self.phone)
        except Killed:
            self.dies()
            return None

    def next_request(self, email: str, password: str) -> Request | None:
        """What it would ask now: to sign in where nobody (else) is, to send what waits, or what is new.

        None: nothing, or it died while it looked.
        """

        def next_of(phone: Phone) -> Request | None:
            if phone.token is None or phone.user != self.person:
                return phone.signs_in(email, password)
            return phone.pushes() or phone.pulls()

        request: Request | None = self.does(next_of)
        return request
