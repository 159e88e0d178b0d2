"""``python -m benchmarks.lighthouse``: the phone's app, or any page, by Lighthouse, on slow 3G and offline."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.lighthouse.looking import Account, Looking, looking
from benchmarks.lighthouse.scores import HEADINGS, Scores, scores
from benchmarks.lighthouse.tools import LIGHTHOUSE, Missing, Tools, audited, tools
from benchmarks.machine import conditions
from benchmarks.tables import complain, say, table

PASSWORD = "FIELDWRIGHT_PASSWORD"
_PHONE = re.compile(r"is at (\S+/field): sign in as (\S+)")
_PASSWORD = re.compile(r"sign in as dispatcher@\S+ with (\S+)")
_ROUTES = "#/today,#/map,#/outbox,#/me"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and answer 1 where a page is worse than asked, 2 where something is missing here."""
    given = _parser().parse_args(arguments)
    try:
        have = tools(given.browser)
        with tempfile.TemporaryDirectory(prefix="fieldwright-lighthouse-") as folder:
            if given.page is not None:
                return _measure(have, given, given.page, _account(given), Path(folder))
            say("• Bringing up the sample city")
            with sample(Path(folder)) as (address, account):
                return _measure(have, given, address, account, Path(folder))
    except Missing as missing:
        complain(f"Nothing was measured. {missing}")
        return 2


def _measure(have: Tools, given: argparse.Namespace, address: str, account: Account | None, folder: Path) -> int:
    say(f"{conditions().sentence()}; {LIGHTHOUSE}, {given.runs} run(s) of each page, the median")
    with looking(have.browser, address, folder, desk=given.desk) as seen:
        facts = _without_lighthouse(seen, account)
        found = [_audit(have, seen, route, given.runs, folder) for route in given.routes.split(",")]
    say()
    say(table(HEADINGS, [one.row() for one in found]))
    say()
    for fact in facts:
        say(fact)
    for one in found:
        for wrong in one.wrong:
            say(f"{one.page}: not accessible: {wrong}")
    return 0 if _good_enough(given, found, facts) else 1


def _without_lighthouse(seen: Looking, account: Account | None) -> list[str]:
    """What is measured first, in a browser that has never been here; it stays signed in. In seconds."""
    seen.page.goto("about:blank")
    seen.network(slow=True)
    entrance = "input[type=password]" if account is not None else "h1, h2"
    facts = [f"first load on slow 3G (400 kbit/s, 2 s of latency): {seen.open(entrance):.1f} s until it can be used"]
    if account is not None:
        facts.append(f"sign-in on slow 3G: {seen.come_in(account):.1f} s until the day is there")
    seen.network()
    if seen.installed():
        seen.page.reload()
        seen.page.locator("h1, h2").first.wait_for()
        against = seen.why_not_installable()
        facts.append(f"installable: {'yes' if not against else 'no: ' + ', '.join(against)}")
        seen.network(offline=True)
        facts.append(f"repeat load without a network: {seen.open('h1, h2'):.2f} s")
        seen.network()
    else:
        facts.append("installable: no: the page has no service worker")
    return facts


def _audit(have: Tools, seen: Looking, route: str, runs: int, folder: Path) -> Scores:
    reports = []
    for _ in range(runs):
        seen.forget_the_app()
        reports.append(audited(have, f"{seen.address}{route}", seen.port, folder))
    return scores(route or "/", reports)


def _good_enough(given: argparse.Namespace, found: Sequence[Scores], facts: Sequence[str]) -> bool:
    bad = [f"{one.page}: performance {one.performance:.0f}" for one in found if one.performance < given.performance]
    bad += [f"{one.page}: accessibility {one.accessibility:.0f}" for one in found if one.accessibility < given.access]
    bad += [fact for fact in facts if given.page is None and fact.startswith("installable: no")]
    for one in bad:
        complain(f"Not good enough: {one}")
    return not bad


def _account(given: argparse.Namespace) -> Account | None:
    if given.email is None:
        return None
    password = os.environ.get(PASSWORD)
    if not password:
        raise Missing(f"There is no password for {given.email}: set {PASSWORD}.")
    return Account(given.email, password)


@contextmanager
def sample(folder: Path) -> Iterator[tuple[str, Account]]:
    """The sample city, served by a process of its own: where the phone's app is, and whose phone it is."""
    environment = {**os.environ, "FIELDWRIGHT_LOG_LEVEL": "error", "FIELDWRIGHT_DATA_FOLDER": str(folder / "data")}
    command = [sys.executable, "-m", "dispatch.cli", "serve", "--sample", "--port", "0", "--speed", "1", "--seed", "1"]
    command += ["--database", f"sqlite:///{folder / 'city.db'}", "--language", "en"]
    log = folder / "server.log"
    with log.open("w") as said:
        server = subprocess.Popen(command, env=environment, stdout=said, stderr=subprocess.STDOUT)
    try:
        phone = _said(server, log, _PHONE)
        yield phone[1], Account(phone[2], _said(server, log, _PASSWORD)[1])
    finally:
        server.terminate()
        server.wait(60)


def _said(server: subprocess.Popen[bytes], log: Path, wanted: re.Pattern[str]) -> re.Match[str]:
    while True:
        told = log.read_text(encoding="utf-8")
        if (found := wanted.search(told)) is not None:
            return found
        try:
            server.wait(0.5)
        except subprocess.TimeoutExpired:
            continue
        raise RuntimeError(f"The sample city did not come up: {told[-2000:]}")


def _parser() -> argparse.ArgumentParser:
    name, about = "python -m benchmarks.lighthouse", (__doc__ or "").splitlines()[0]
    parser = argparse.ArgumentParser(prog=name, description=about)
    parser.add_argument("--page", metavar="URL", help="of a server that runs; without, the sample city's phone app")
    parser.add_argument("--email", help=f"who signs in there, with the password in {PASSWORD}; without, nobody does")
    parser.add_argument(
        "--routes", default=_ROUTES, metavar="#/one,#/other", help=f"what is added to the address (default {_ROUTES})"
    )
    parser.add_argument("--runs", type=int, default=1, help="of Lighthouse for each route (default 1)")
    parser.add_argument("--desk", action="store_true", help="a wide window for what Lighthouse does not measure")
    parser.add_argument("--performance", type=float, default=90, help="what each page must reach (default 90)")
    parser.add_argument("--access", type=float, default=95, help="the same for accessibility (default 95)")
    parser.add_argument("--browser", metavar="FILE", help="the Chromium to use; without, the first that is found")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
