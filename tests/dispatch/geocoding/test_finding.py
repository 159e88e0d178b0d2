"""Other geocoders: how they are asked, what they answer, and that "down" is never "not found"."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from dispatch.geocoding.candidates import Candidate
from dispatch.geocoding.finding import Finder, as_document, from_document
from dispatch.geocoding.offline import OfflineGeocoder
from dispatch.geocoding.providers import ASK_AGAIN, GeocoderDown, Offline, Remote
from dispatch.regions.addresses import finder_for
from dispatch.settings import Settings

HOUSE = {
    "lat": "47.1",
    "lon": "9.5",
    "display_name": "5, Hauptstraße, Oberdorf, 9001, Schweiz",
    "address": {"house_number": "5", "road": "Hauptstraße", "village": "Oberdorf", "postcode": "9001"},
}


class Stub:
    """A Nominatim on loopback that answers as it is told, and counts."""

    def __init__(self) -> None:
        self.status, self.body, self.asked, self.agents = 200, json.dumps([HOUSE]), [], set[str]()  # type: ignore[var-annotated]
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                """Keep quiet."""

            def do_GET(self) -> None:
                stub.asked.append(self.path)
                stub.agents.add(self.headers["User-Agent"])
                content = stub.body.encode()
                self.send_response(stub.status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                if stub.status == 429:
                    self.send_header("Retry-After", "7")
                self.end_headers()
                self.wfile.write(content)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.domain = f"127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Clock:
    """Time that passes only where somebody waits."""

    def __init__(self) -> None:
        self.now, self.waits = 1_000.0, list[float]()

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def stub() -> Iterator[Stub]:
    made = Stub()
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def remote(stub: Stub, clock: Clock, delay: float = 0.0) -> Remote:
    options = {"domain": stub.domain, "scheme": "http", "user_agent": "tests (it@example.org)"}
    return Remote("nominatim", options, delay=delay, timeout=5, clock=clock, pause=clock.pause)


class Kept:
    """A memory in memory."""

    def __init__(self) -> None:
        self.known: dict[str, list[Candidate]] = {}

    def recall(self, key: str) -> list[Candidate] | None:
        return self.known.get(key)

    def keep(self, key: str, source: str, candidates: Sequence[Candidate]) -> None:
        self.known[key] = [from_document(json.loads(json.dumps(as_document(one)))) for one in candidates]


def test_a_house_that_nominatim_knows_is_exact_and_sure(stub: Stub, clock: Clock) -> None:
    found = Finder([remote(stub, clock)]).find("Hauptstr. 5, Oberdorf")
    one = found.candidates[0]
    assert (one.precision, one.number, one.street, one.city, one.source) == (
        "exact",
        "5",
        "Hauptstraße",
        "Oberdorf",
        "nominatim",
    )
    assert found.sure
    assert stub.agents == {"tests (it@example.org)"}


def test_a_number_that_the_answer_does_not_repeat_was_not_found(stub: Stub, clock: Clock) -> None:
    found = Finder([remote(stub, clock)]).find("Hauptstraße 77, Oberdorf")
    assert found.candidates[0].precision == "street"
    assert found.candidates[0].unused == ("77",)


def test_a_word_that_the_answer_does_not_repeat_makes_it_partial(stub: Stub, clock: Clock) -> None:
    found = Finder([remote(stub, clock)]).find("Hauptstraße 5, Winterthur")
    assert found.candidates[0].precision == "partial"
    assert found.candidates[0].unused == ("Winterthur",)
    assert not found.sure


def test_nothing_found_is_an_answer(stub: Stub, clock: Clock) -> None:
    stub.body = "[]"
    assert Finder([remote(stub, clock)]).find("Hauptstraße 5").candidates == ()


@pytest.mark.parametrize(
    ("status", "body"), [(503, ""), (500, ""), (429, ""), (403, ""), (200, "{]"), (200, '[{"a": 1}]')]
)
def test_what_is_no_answer_is_down_and_never_not_found(stub: Stub, clock: Clock, status: int, body: str) -> None:
    stub.status, stub.body = status, body
    with pytest.raises(GeocoderDown) as refused:
        Finder([remote(stub, clock)]).find("Hauptstraße 5")
    assert refused.value.retry_after == (7 if status == 429 else ASK_AGAIN)


def test_a_service_that_nobody_runs_is_down(stub: Stub, clock: Clock) -> None:
    asked = remote(stub, clock)
    stub.server.server_close()
    with pytest.raises(GeocoderDown):
        asked.search("Hauptstraße 5", 5, None)


def test_a_service_that_is_down_is_left_alone_for_a_while_and_then_asked_again(stub: Stub, clock: Clock) -> None:
    finder = Finder([remote(stub, clock)])
    stub.status = 503
    for _ in range(3):
        with pytest.raises(GeocoderDown):
            finder.find("Hauptstraße 5")
    assert len(stub.asked) == 1
    stub.status = 200
    clock.now += ASK_AGAIN
    assert finder.find("Hauptstraße 5").candidates
    assert len(stub.asked) == 2


def test_while_a_service_is_down_the_index_answers_and_it_is_said(stub: Stub, clock: Clock, towns_file: Path) -> None:
    index = OfflineGeocoder(towns_file)
    finder = Finder([remote(stub, clock), Offline(lambda: index)])
    assert finder.find("Hauptstraße 5, Oberdorf").source == "nominatim"
    stub.status = 503
    found = finder.find("Hauptstraße 5, Oberdorf")
    assert (found.source, found.instead_of) == ("offline", "nominatim")
    assert found.sure


def test_without_any_index_it_is_down(stub: Stub, clock: Clock) -> None:
    with pytest.raises(GeocoderDown, match="region add"):
        Finder([Offline(lambda: None)]).find("Hauptstraße 5")
    stub.status = 503
    with pytest.raises(GeocoderDown, match="nominatim"):
        Finder([remote(stub, clock), Offline(lambda: None)]).reverse((47.1, 9.5))


def test_questions_keep_their_distance_in_time(stub: Stub, clock: Clock) -> None:
    finder = Finder([remote(stub, clock, delay=1.0)])
    for number in range(3):
        finder.find(f"Hauptstraße {number}")
    assert clock.waits == [1.0, 1.0]


def test_who_would_wait_too_long_is_told_to_come_again(stub: Stub, clock: Clock) -> None:
    asked = remote(stub, clock, delay=60.0)
    asked.search("Hauptstraße 5", 5, None)
    with pytest.raises(GeocoderDown) as refused:
        asked.search("Hauptstraße 5", 5, None)
    assert refused.value.retry_after == 60


def test_what_was_answered_is_not_asked_again_however_it_is_written(stub: Stub, clock: Clock) -> None:
    finder, memory = Finder([remote(stub, clock)]), Kept()
    first = finder.find("Hauptstraße  5, Oberdorf", memory=memory)
    assert finder.find("HAUPTSTRASSE 5, oberdorf", memory=memory).candidates == first.candidates
    assert len(stub.asked) == 1
    stub.body = "[]"
    assert finder.find("Nowhere", memory=memory).candidates == finder.find("nowhere", memory=memory).candidates == ()
    assert len(stub.asked) == 2
    assert not any("haupt" in key.casefold() for key in memory.known)


def test_what_failed_is_not_remembered(stub: Stub, clock: Clock) -> None:
    finder, memory = Finder([remote(stub, clock)]), Kept()
    stub.status = 503
    with pytest.raises(GeocoderDown):
        finder.find("Hauptstraße 5", memory=memory)
    assert memory.known == {}


def test_at_hand_means_that_nobody_outside_is_asked(stub: Stub, clock: Clock, towns_file: Path) -> None:
    index = OfflineGeocoder(towns_file)
    found = Finder([remote(stub, clock), Offline(lambda: index)]).at_hand("Hauptstr")
    assert found is not None
    assert found.source == "offline"
    assert Finder([remote(stub, clock)]).at_hand("Hauptstr") is None
    assert stub.asked == []


def test_what_lies_at_a_point(stub: Stub, clock: Clock) -> None:
    stub.body = json.dumps(HOUSE)
    found = Finder([remote(stub, clock)]).reverse((47.1001, 9.5))
    assert (found.candidates[0].precision, found.candidates[0].distance) == ("exact", pytest.approx(11.1, abs=0.2))
    stub.body = json.dumps({"error": "Unable to geocode"})
    assert Finder([remote(stub, clock)]).reverse((0.0, 0.0)).candidates == ()


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("nowhere", {}, "no service"),
        ("nominatim", {}, "user_agent"),
        ("nominatim", {"user_agent": "x", "colour": "red"}, "colour"),
        ("pelias", {}, "pelias"),
        ("tomtom", {}, "tomtom"),
    ],
)
def test_a_service_that_cannot_be_asked_is_refused_at_once(name: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Remote(name, options)


def test_no_address_gets_into_the_log(stub: Stub, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    stub.status = 503
    with pytest.raises(GeocoderDown):
        Finder([remote(stub, clock)]).find("Geheimweg 5")
    assert "Geheimweg" not in caplog.text
    assert "nominatim does not answer" in caplog.text


def test_the_settings_say_who_is_asked_and_what_makes_no_sense_is_refused_at_the_start(tmp_path: Path) -> None:
    assert [one.name for one in finder_for(Settings(data_folder=tmp_path)).providers] == ["offline"]
    options: Any = {"user_agent": "tests (it@example.org)", "domain": "nominatim.internal"}
    chosen = Settings(data_folder=tmp_path, geocoder="nominatim", geocoder_options=options)
    assert [one.name for one in finder_for(chosen).providers] == ["nominatim", "offline"]
    assert "nominatim.internal" not in repr(chosen)
    for wrong in ({"geocoder": "nominatim"}, {"geocoder": "nowhere"}, {"geocoder_options": options}):
        with pytest.raises(ValueError, match="geocoder"):
            Settings.model_validate(wrong)
    with pytest.raises(GeocoderDown, match="region add"):
        finder_for(Settings(data_folder=tmp_path)).find("Hauptstraße 5")
