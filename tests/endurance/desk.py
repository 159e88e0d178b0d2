"""One of many dispatchers at work over REST, who names the version of all that is changed and writes down each answer.

What a refusal says is judged here, at once, because only who was refused knows what they had seen.
"""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2 as httpx

PASSWORD = "correct horse battery staple"
"""Of all dispatchers; they differ by their e-mail."""
_LARGE = "…"
"""What stands for a value that is too large to be told."""
_MOST_JOBS = 110
"""Above so many jobs nobody takes in another one."""
_CONFLICTS = frozenset({409, 412})
_MENDABLE = frozenset({"approve", "edit draft", "pin visit"})
"""What may be refused with 422: a draft may break rules by hand, and its groups are named anew by an edit; and the
technician of a pin may have declined the visit a moment ago."""


@dataclass(frozen=True, slots=True)
class Write:
    """A change of a row that was answered with success. ``named``: the version in If-Match, ``given``: the new one.

    ``before``: the columns that were changed, as they were in the version that was named.
    """

    by: str
    table: str
    row: str
    named: int
    given: int
    values: Mapping[str, Any]
    before: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """Something done to a draft that was answered with success, and the version of it that was named, if one was.

    ``expected``: the edition that the approver had named, or the one that the draft starts from.
    """

    what: str
    by: str
    draft: str
    named: int | None
    plan: str = ""
    edition: int = 0
    expected: int = 0


@dataclass
class Log:
    """What all dispatchers were told."""

    requests: Tally[str] = field(default_factory=Tally)
    acknowledged: Tally[str] = field(default_factory=Tally)
    refused: Tally[str] = field(default_factory=Tally)
    writes: list[Write] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    created: dict[str, str] = field(default_factory=dict)
    """Title → job."""
    cancelled: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Room:
    """What everybody at the desks shares. ``hot``: the few jobs that half of all changes are about."""

    base: str
    sites: list[tuple[str, str]]
    job_type: str
    technicians: list[str]
    jobs: list[str]
    hot: list[str]


class Desk(threading.Thread):
    """A dispatcher: looks, thinks for a moment, and changes what was seen; somebody else may have been faster."""

    def __init__(self, number: int, user: str, email: str, seed: int, room: Room, log: Log) -> None:
        super().__init__(name=f"dispatcher {number}")
        self.user, self._email, self._room, self._log = user, email, room, log
        self._luck = random.Random(seed * 1000 + number)
        self._ending = threading.Event()
        self._seen: dict[str, tuple[str, dict[str, Any]]] = {}
        self._client = httpx.Client(base_url=room.base, timeout=90)

    def end(self) -> None:
        """Finish what is under way, and no more."""
        self._ending.set()

    def run(self) -> None:
        deeds: dict[Callable[[], None], int] = {
            self._read_the_plan: 4,
            self._change_a_job: 14,
            self._change_a_visit: 10,
            self._pin: 6,
            self._act_on_a_visit: 8,
            self._take_in: 3,
            self._act_on_a_job: 3,
            self._start_a_run: 1,
            self._stop_a_run: 1,
            self._approve: 7,
            self._edit_a_draft: 4,
            self._reject: 1,
        }
        try:
            with self._client:
                self._request("sign in", "POST", "/session", {"email": self._email, "password": PASSWORD})
                while not self._ending.is_set():
                    self._luck.choices(list(deeds), weights=list(deeds.values()))[0]()
                    self._think(0.4)
        except Exception as error:  # a dispatcher who stops working would make an easy test
            self._log.violations.append(f"{self.name} stopped: {error!r}")

    # -- jobs and visits -----------------------------------------------------------------------------------------------

    def _read_the_plan(self) -> None:
        self._get("read plan", "/plans/today")

    def _change_a_job(self) -> None:
        seen = self._look(f"/jobs/{self._some_job()}", "job")
        if seen is None:
            return
        body: dict[str, Any] = {self._luck.choice(["title", "description"]): self._token()}
        if self._luck.random() < 0.1:
            body["priority"] = self._luck.choice(["low", "normal", "high"])
        self._write("change job", "PATCH", f"/jobs/{seen['id']}", "job", seen, body)

    def _change_a_visit(self) -> None:
        seen = self._some_visit()
        if seen is None or seen["finished_at"] is not None:
            return
        body: dict[str, Any] = {"drop_cost": 1000 + self._luck.getrandbits(40) / 2**20}
        if self._luck.random() < 0.3:
            body["duration"] = self._luck.randrange(900, 2400)
        self._write("change visit", "PATCH", f"/visits/{seen['id']}", "visit", seen, body)

    def _pin(self) -> None:
        seen = self._some_visit()
        if seen is None or seen["finished_at"] is not None:
            return
        technician = self._luck.choice(self._room.technicians)
        pin = self._luck.choice([{}, {}, {"order": True}, {"technician": technician}])
        self._write("pin visit", "PUT", f"/visits/{seen['id']}/pin", "visit", seen, {"pin": pin})

    def _act_on_a_visit(self) -> None:
        seen = self._some_visit()
        if seen is None or not seen["actions"]:
            return
        rare = {"cancel", "no_show", "need_parts", "need_visit", "complete", "decline"}
        weights = [1 if one in rare else 5 for one in seen["actions"]]
        step: dict[str, Any] = {"action": self._luck.choices(seen["actions"], weights)[0]}
        if step["action"] in ("schedule", "unschedule", "reassign"):
            return
        if step["action"] == "extend":
            step["seconds"] = 60
        named = self._tag(seen) if self._luck.random() < 0.5 else None
        self._send("act on visit", "POST", f"/visits/{seen['id']}/actions", step, named, seen)

    def _take_in(self) -> None:
        if len(self._log.created) - len(self._log.cancelled) + len(self._room.jobs) > _MOST_JOBS:
            return
        customer, site = self._luck.choice(self._room.sites)
        body = {"customer_id": customer, "site_id": site, "job_type_id": self._room.job_type, "title": self._token()}
        if self._luck.random() < 0.1:
            body["priority"] = "critical"
        answer = self._send("create job", "POST", "/jobs", body)
        if answer is not None:
            self._log.created[body["title"]] = answer.json()["job"]["id"]

    def _act_on_a_job(self) -> None:
        mine = list(self._log.created.values()) or self._room.jobs
        seen = self._look(f"/jobs/{self._luck.choice(mine)}", "job")
        if seen is None:
            return
        chosen = [one for one in seen["actions"] if one in ("cancel", "await_customer", "customer_answered")]
        if not chosen:
            return
        action = self._luck.choice(chosen)
        named = self._tag(seen) if self._luck.random() < 0.5 else None
        path = f"/jobs/{seen['id']}/actions"
        answer = self._send(f"{action} job", "POST", path, {"action": action}, named, seen)
        if answer is not None and action == "cancel":
            self._log.cancelled.append(seen["id"])

    # -- runs and drafts -----------------------------------------------------------------------------------------------

    def _start_a_run(self) -> None:
        waiting = self._get("list runs", "/runs?status=queued")
        if waiting is None or len(waiting.json()["items"]) < 3:
            self._send("start run", "POST", "/runs", {"because": "the endurance test asks"})

    def _stop_a_run(self) -> None:
        if self._luck.random() < 0.3:
            answer = self._get("list runs", "/runs?status=running")
            for run in answer.json()["items"][:1] if answer is not None else ():
                self._send("cancel run", "POST", f"/runs/{run['id']}/cancel", None, f'"{run["version"]}"', run)

    def _approve(self) -> None:
        draft = self._some_draft()
        if draft is None:
            return
        body: dict[str, Any] = {}
        if self._luck.random() < 0.5:
            today = self._get("read plan", "/plans/today")
            if today is not None:
                body["expected_edition"] = today.json()["edition"]
        groups = draft["difference"]
        names = [one["id"] for one in groups["clusters"] if one["id"] not in groups["approved"]]
        if names and self._luck.random() < 0.5:
            body["clusters"] = self._luck.sample(names, self._luck.randint(1, len(names)))
        self._think(0.5)
        named = self._tag(draft) if self._luck.random() < 0.7 else None
        answer = self._send("approve", "POST", f"/plans/{draft['id']}/approve", body, named, draft)
        if answer is not None:
            plan = answer.json()
            self._log.decisions.append(
                Decision(
                    "approve",
                    self.user,
                    draft["id"],
                    None if named is None else draft["version"],
                    plan["id"],
                    plan["edition"],
                    body.get("expected_edition", draft["snapshot"]["edition"]),
                )
            )

    def _edit_a_draft(self) -> None:
        draft = self._some_draft()
        routes = [] if draft is None else draft["plan"]["routes"]
        visits = sorted({stop["visit"] for route in routes for stop in route["stops"]})
        if draft is None or not visits:
            return
        edit: dict[str, Any] = {"visit": self._luck.choice(visits)}
        if self._luck.random() < 0.2:
            edit["unassign"] = True
        else:
            edit["technician"] = self._luck.choice(routes)["technician"]
        self._think(0.3)
        self._decide("edit draft", draft, "edit", {"edits": [edit]})

    def _reject(self) -> None:
        draft = self._some_draft()
        if draft is not None:
            self._decide("reject", draft, "reject", {"because": "the endurance test says so"})

    def _decide(self, kind: str, draft: dict[str, Any], verb: str, body: dict[str, Any]) -> None:
        answer = self._send(kind, "POST", f"/plans/{draft['id']}/{verb}", body, self._tag(draft), draft)
        # A visit that is put where it stands already is no change, and makes no version.
        if answer is not None and answer.json()["version"] != draft["version"]:
            self._log.decisions.append(Decision(kind, self.user, draft["id"], draft["version"]))

    def _some_draft(self) -> dict[str, Any] | None:
        answer = self._get("list drafts", "/plans?status=draft")
        drafts = [] if answer is None else answer.json()["items"][:6]
        if not drafts:
            return None
        read = self._get("read draft", f"/plans/{self._luck.choice(drafts)['id']}")
        return None if read is None or read.json()["status"] != "draft" else dict(read.json())

    # -- what is looked at ---------------------------------------------------------------------------------------------

    def _some_job(self) -> str:
        if self._luck.random() < 0.5:
            return self._luck.choice(self._room.hot)
        return self._luck.choice([*self._room.jobs, *self._log.created.values()])

    def _some_visit(self) -> dict[str, Any] | None:
        path = f"/jobs/{self._some_job()}"
        detail = self._remembered(path) or self._look_anew(path)
        return None if detail is None else dict(self._luck.choice(detail["visits"]))

    def _look(self, path: str, part: str) -> dict[str, Any] | None:
        detail = self._remembered(path) or self._look_anew(path)
        return None if detail is None else dict(detail[part])

    def _remembered(self, path: str) -> dict[str, Any] | None:
        """What was seen a while ago: people do not read again before each change."""
        return self._seen[path][1] if path in self._seen and self._luck.random() < 0.3 else None

    def _look_anew(self, path: str) -> dict[str, Any] | None:
        answer = self._get("read job", path)
        if answer is None:
            return None
        self._seen[path] = answer.headers["etag"], answer.json()
        self._think(0.3)
        return dict(answer.json())

    def _token(self) -> str:
        return f"{self._email.split('@')[0]} {self._luck.getrandbits(60):x}"

    @staticmethod
    def _tag(seen: Mapping[str, Any]) -> str:
        return f'"{seen["version"]}"'

    def _think(self, most: float) -> None:
        time.sleep(self._luck.uniform(0, most))

    # -- asking --------------------------------------------------------------------------------------------------------

    def _write(
        self, kind: str, method: str, path: str, table: str, seen: Mapping[str, Any], values: dict[str, Any]
    ) -> None:
        body = values["pin"] if set(values) == {"pin"} else values
        answer = self._send(kind, method, path, body, self._tag(seen), seen)
        if answer is None:
            return
        given = int(answer.headers["etag"].strip('"'))
        before = {name: seen[name] for name in values}
        self._log.writes.append(Write(self.user, table, seen["id"], seen["version"], given, values, before))

    def _get(self, kind: str, path: str) -> httpx.Response | None:
        return self._request(kind, "GET", path)

    def _send(
        self,
        kind: str,
        method: str,
        path: str,
        body: Any,
        named: str | None = None,
        seen: Mapping[str, Any] | None = None,
    ) -> httpx.Response | None:
        """The answer where it is 2xx; None where it was refused."""
        headers = {"Idempotency-Key": secrets.token_hex(16)} | ({} if named is None else {"If-Match": named})
        return self._request(kind, method, path, body, headers, seen)

    def _request(
        self,
        kind: str,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        seen: Mapping[str, Any] | None = None,
    ) -> httpx.Response | None:
        self._log.requests[kind] += 1
        answer = self._client.request(method, f"/api/v1{path}", json=body, headers=dict(headers or {}))
        if answer.is_success:
            self._log.acknowledged[kind] += 1
            return answer
        told = f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        if answer.status_code in _CONFLICTS:
            document = answer.json()
            self._log.refused[f"{answer.status_code} {document.get('type', '').rsplit(':', 1)[-1]}"] += 1
            for one in unexplained(answer, seen or {}):
                self._log.violations.append(f"{one} {told}")
        else:
            self._log.refused[f"{answer.status_code} to {kind}"] += 1
            if answer.status_code != 422 or kind not in _MENDABLE or not _says_what_to_do(answer):
                self._log.violations.append(told)
        return None


FACTS: Mapping[str, tuple[str, ...]] = {
    "stale": ("version", "changed"),
    "lost-update": ("changed",),
    "overtaken": ("expected", "edition", "changes", "changed"),
    "illegal-transition": ("status", "action", "changed"),
    "visit-over": ("status", "changed"),
    "nothing-left": ("plan", "changes", "changed"),
    "conflict": ("changed",),
}
"""What a refusal says besides its sentence. ``changed`` is never empty."""


def _says_what_to_do(answer: httpx.Response) -> bool:
    """Whether each error of a refusal names its place, what is wrong there, and the remedy."""
    errors = answer.json().get("errors", [])
    return bool(errors) and all(one.get("place") and one.get("problem") and one.get("remedy") for one in errors)


def unexplained(answer: httpx.Response, seen: Mapping[str, Any]) -> Iterator[str]:
    """What is missing in a conflict for who is to decide anew, who had ``seen`` the row like this; in sentences."""
    document = answer.json()
    code = document.get("type", "").rsplit(":", 1)[-1]
    if answer.headers["content-type"] != "application/problem+json":
        yield "This is no problem document."
    if document.get("status") != answer.status_code or len(document.get("detail", "")) < 20:
        yield "This does not say what is wrong."
    if code not in FACTS:
        yield f"Nobody expects {code!r} here."
    for name in FACTS.get(code, ()):
        if document.get(name) in (None, "", [], {}):
            yield f"This does not say {name}."
    if code == "overtaken" and document["expected"] == document["edition"]:
        yield "Nobody was overtaken here."
    if code == "stale":
        for name, change in document.get("changed", {}).items():
            if name in seen and change["from"] not in (seen[name], _LARGE):
                yield f"{name} was {seen[name]!r} when it was seen."
