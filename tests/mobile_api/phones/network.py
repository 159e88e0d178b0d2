"""What lies between phones and server: it loses, repeats, delays and reorders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.mobile_api.phones.phone import Answer, Request


@dataclass(frozen=True, slots=True)
class Letter:
    """A request on its way. ``number`` says which attempt of the phone it belongs to; a repeated one has none."""

    phone: int
    number: int | None
    request: Request
    sent: dt.datetime


@dataclass
class Network:
    """Requests on their way to the server, and answers on their way back; in no order."""

    requests: list[Letter] = field(default_factory=list)
    answers: list[tuple[Letter, Answer]] = field(default_factory=list)

    def carry(self, letter: Letter) -> None:
        """Take a request from a phone."""
        self.requests.append(letter)

    def deliver(self, which: int, server: Callable[[Letter], Answer | None]) -> None:
        """One of the requests on their way reaches the server, whose answer is now on its way."""
        letter = self.requests.pop(which % len(self.requests))
        answer = server(letter)
        if answer is not None:
            self.answers.append((letter, answer))

    def repeat(self, which: int) -> None:
        """One of the requests will arrive twice; nobody waits for the second answer."""
        letter = self.requests[which % len(self.requests)]
        self.requests.append(Letter(letter.phone, None, letter.request, letter.sent))

    def lose_request(self, which: int) -> None:
        """One of the requests never arrives."""
        self.requests.pop(which % len(self.requests))

    def lose_answer(self, which: int) -> None:
        """One of the answers never arrives."""
        self.answers.pop(which % len(self.answers))

    def hand_over(self, which: int) -> tuple[Letter, Answer]:
        """One of the answers arrives."""
        return self.answers.pop(which % len(self.answers))
