"""A technician's phone, with the rules that the app in ``web/field`` follows.

**What it keeps** survives being killed at any moment, as of the last write; a write is all or nothing. For each person
who has signed in on it: an outbox of actions without a final receipt, in the order of the taps; the receipts; and the
last action about each visit. Besides: the device's id, its token, who is signed in, the documents of their day with
the cursor that belongs to them, and until when the day may be kept.

**Tap.** One write puts the action into the outbox: an id made here, the time of this phone's clock, and ``after``, the
id of the action before about the same visit (about none: the one before about none). Only then the screen changes.

**Push.** The first hundred actions of the outbox, in order, with the phone's time of sending and, for those tapped
since the phone was switched on, the seconds since then by a clock that nobody sets. A receipt that says ``applied`` or
``refused`` takes the action out of the outbox and is kept, all receipts of an answer in one write; ``waiting`` leaves
it there. Anything but an answer of 200 changes nothing, and the same actions are sent again.

**Pull.** Documents, what is gone, and the new cursor are one write. A full answer replaces all documents.

**What is shown** is the documents with the actions on top that they do not contain yet: those of the outbox, and those
that were applied after the last pull had been asked for.

**One request at a time.** Whoever gets no answer asks again; an answer that comes after that is not looked at.

**Signed out** (401): the token is forgotten, the outbox stays. The same person signs in again and it goes on; when
somebody else signs in, it stays locked for the first, and the day is replaced. **Revoked** (``device-revoked``) with
``wipe`` clears everything, also without: the token. A day past its time is dropped with its cursor; the outbox stays.

**Proofs of the key** (RFC 9449): with a key each request carries one; the server's nonce is remembered until the phone
is switched off, and a 401 that asks for a nonce is not a signing out: the request is made again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from dispatch.domain.events import instant
from dispatch.domain.visit_lifecycle import BY_TECHNICIANS, TRANSITIONS, VisitAction, VisitStatus
from tests.mobile_api.phones.disk import Disk

AT_ONCE = 100
"""Actions in one push."""
FINAL = ("applied", "refused")
LANGUAGE = "en"


class Clocks(Protocol):
    """What a phone knows of the time."""

    def now(self) -> dt.datetime:
        """What its clock shows, which may be wrong and jump."""

    def uptime(self) -> float:
        """Seconds since it was switched on, which nobody can set."""


class Key(Protocol):
    """A key that never leaves the phone."""

    jwk: Mapping[str, str]

    def proof(self, method: str, url: str, token: str, nonce: str | None) -> str:
        """That this request was made here."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the phone asks, and what it needs to remember of it until the answer comes."""

    what: str
    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    noted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """A visit as the screen shows it."""

    status: VisitStatus
    actions: tuple[VisitAction, ...]


class Phone:
    """One phone, switched on. What is not on its disk is gone when it is switched off."""

    def __init__(
        self, disk: Disk, clocks: Clocks, make_id: Callable[[], UUID], *, boot: int = 0, key: Key | None = None
    ) -> None:
        self.disk, self._clocks, self._make_id, self._boot, self._key = disk, clocks, make_id, boot, key
        self._nonce: str | None = None

    # -- what is on the screen -----------------------------------------------------------------------------------------

    @property
    def user(self) -> str | None:
        """Whose day it shows, signed in or not."""
        user: str | None = self.disk.read("user")
        return user

    @property
    def token(self) -> str | None:
        """The token, while it is signed in as far as it knows."""
        token: str | None = self.disk.read("token")
        return token

    @property
    def documents(self) -> dict[str, dict[str, Any]]:
        """What the server last sent, by id."""
        documents: dict[str, dict[str, Any]] = self.disk.read("documents", {})
        return documents

    @property
    def outbox(self) -> list[dict[str, Any]]:
        """What waits to be sent by who is signed in."""
        return list(self._theirs("outbox", []))

    @property
    def receipts(self) -> dict[str, dict[str, Any]]:
        """Action → what became of it, of who is signed in."""
        return dict(self._theirs("receipts", {}))

    def visits(self) -> dict[str, Shown]:
        """The visits of the day as they will be once everything has been sent."""
        shown = {
            one["visit"]: Shown(VisitStatus(one["status"]), tuple(VisitAction(name) for name in one["actions"]))
            for one in self.documents.values()
            if one["kind"] == "visit"
        }
        for entry in [*self._theirs("settled", []), *self.outbox]:
            visit, kind = entry["action"]["visit"], entry["action"]["kind"]
            if visit in shown and kind in set(VisitAction):
                shown[visit] = _after(shown[visit], VisitAction(kind))
        return shown

    # -- what a person does --------------------------------------------------------------------------------------------

    def tap(self, kind: str, visit: str | None, data: Mapping[str, Any]) -> dict[str, Any]:
        """Put an action into the outbox. It is done as far as the technician is concerned."""
        last = self._theirs("last", {})
        about = visit or ""
        action = {
            "id": str(self._make_id()),
            "kind": kind,
            "visit": visit,
            "at": instant(self._clocks.now()),
            "after": last.get(about),
            "data": dict(data),
        }
        entry = {"action": action, "boot": self._boot, "uptime": self._clocks.uptime()}
        self._keep(outbox=[*self.outbox, entry], last={**last, about: action["id"]})
        return action

    # -- what it asks the server ---------------------------------------------------------------------------------------

    def signs_in(self, email: str, password: str) -> Request:
        """The request to sign in."""
        device = {
            "id": self.disk.read("device"),
            "name": "Phone",
            "platform": "tests",
            "app_version": "1",
            "key": None if self._key is None else dict(self._key.jwk),
        }
        return self._request("sign in", "POST", "/sign-in", {"email": email, "password": password, "device": device})

    def pushes(self) -> Request | None:
        """The request that sends what waits; None where nothing does, or nobody is signed in."""
        waiting = self.outbox[:AT_ONCE]
        if not waiting or self.token is None:
            return None
        return self.sends(waiting)

    def sends(self, entries: Sequence[Mapping[str, Any]]) -> Request:
        """The request that sends these."""
        actions = [{**one["action"], "elapsed": self._elapsed(one)} for one in entries]
        body = {"sent_at": instant(self._clocks.now()), "actions": actions}
        return self._request("push", "POST", "/actions", body, tuple(one["id"] for one in actions))

    def pulls(self) -> Request | None:
        """The request for what is new; None where nobody is signed in."""
        if self.token is None:
            return None
        self.forgets_what_is_past_its_time()
        cursor = self.disk.read("cursor")
        path = "/changes" if cursor is None else f"/changes?cursor={cursor}"
        noted = tuple(entry["action"]["id"] for entry in self._theirs("settled", []))
        return self._request("pull", "GET", path, noted=noted)

    def signed(self, method: str, path: str) -> dict[str, str]:
        """The headers that open the API to this phone, for one request."""
        if self.token is None:
            return {}
        if self._key is None:
            return {"Authorization": f"Bearer {self.token}"}
        proof = self._key.proof(method, path.partition("?")[0], self.token, self._nonce)
        return {"Authorization": f"DPoP {self.token}", "DPoP": proof}

    def forgets_what_is_past_its_time(self) -> None:
        """Drop a day that was kept for too long without contact."""
        until = self.disk.read("keeps_until")
        if until is not None and self._clocks.now() >= dt.datetime.fromisoformat(until):
            self.disk.write(documents={}, cursor=None, keeps_until=None)

    # -- what it makes of answers --------------------------------------------------------------------------------------

    def takes(self, request: Request, answer: Answer) -> None:
        """Do with an answer what the rules say."""
        self._nonce = answer.headers.get("dpop-nonce", self._nonce)
        if answer.status == 401:
            self._is_refused(request, answer)
        elif answer.status == 200:
            {"sign in": self._signed_in, "push": self._pushed, "pull": self._pulled}[request.what](request, answer.body)

    def _is_refused(self, request: Request, answer: Answer) -> None:
        if answer.body.get("type", "").endswith(":device-revoked") and answer.body["wipe"]:
            self.disk.clear()
        elif "use_dpop_nonce" not in answer.headers.get("www-authenticate", "") and request.what != "sign in":
            self.disk.write(token=None)

    def _signed_in(self, _: Request, body: Mapping[str, Any]) -> None:
        user = body["me"]["user_id"]
        kept = {"user": user, "token": body["token"], "device": body["device"]}
        if user != self.user:
            kept |= {"documents": {}, "cursor": None, "keeps_until": None}
        self.disk.write(**kept)

    def _pushed(self, _: Request, body: Mapping[str, Any]) -> None:
        final = {one["id"]: one for one in body["receipts"] if one["outcome"] in FINAL}
        done = [entry for entry in self.outbox if entry["action"]["id"] in final]
        applied = [entry for entry in done if final[entry["action"]["id"]]["outcome"] == "applied"]
        self._keep(
            outbox=[entry for entry in self.outbox if entry["action"]["id"] not in final],
            settled=[*self._theirs("settled", []), *applied],
            receipts=self.receipts | {entry["action"]["id"]: final[entry["action"]["id"]] for entry in done},
        )

    def _pulled(self, request: Request, body: Mapping[str, Any]) -> None:
        documents = {} if body["full"] else self.documents
        documents |= {one["id"]: one for one in body["documents"]}
        for one in body["gone"]:
            documents.pop(one["id"], None)
        lasts = dt.datetime.fromisoformat(body["expires_at"]) - dt.datetime.fromisoformat(body["now"])
        settled = [entry for entry in self._theirs("settled", []) if entry["action"]["id"] not in request.noted]
        self._keep(
            settled=settled,
            besides={
                "documents": documents,
                "cursor": body["cursor"],
                "keeps_until": instant(self._clocks.now() + lasts / body["pace"]),
            },
        )

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _elapsed(self, entry: Mapping[str, Any]) -> float | None:
        """Seconds since the tap; None where the phone was switched off since."""
        return self._clocks.uptime() - entry["uptime"] if entry["boot"] == self._boot else None

    def _request(self, what: str, method: str, path: str, body: Any = None, noted: tuple[str, ...] = ()) -> Request:
        headers = {} if what == "sign in" else self.signed(method, path)
        return Request(what, method, path, body, headers, noted)

    def _theirs(self, name: str, default: Any) -> Any:
        """Something that is kept for each person, of who is signed in."""
        return self.disk.read(f"people/{self.user}", {}).get(name, default)

    def _keep(self, *, besides: Mapping[str, Any] | None = None, **theirs: Any) -> None:
        """Keep something of who is signed in, and ``besides``, in one write."""
        place = f"people/{self.user}"
        self.disk.write(**{place: {**self.disk.read(place, {}), **theirs}}, **(besides or {}))


def _after(shown: Shown, action: VisitAction) -> Shown:
    """A visit after an action, as far as the phone can know; where that is no step from here, as it was."""
    status = TRANSITIONS.get((shown.status, action))
    if status is None:
        return shown
    return Shown(status, tuple(one for at, one in TRANSITIONS if at is status and one in BY_TECHNICIANS))
