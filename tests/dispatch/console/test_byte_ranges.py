"""Pieces of a file, as clients of maps ask for them (RFC 9110)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient

from dispatch.console.byte_ranges import ranged
from dispatch.console.problems import MEDIA_TYPE

CONTENT = bytes(range(256)) * 8192  # two megabytes: more than is sent in one go
SIZE = len(CONTENT)
HUGE = "bytes=0-" + "9" * 5000
MANY = "bytes=" + ",".join(["0-"] * 5000)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    file = tmp_path / "file"
    file.write_bytes(CONTENT)
    app = FastAPI()

    @app.get("/")
    def _(request: Request) -> Response:
        return ranged(file, '"one"', "application/x-pieces", request.headers, {"Cache-Control": "no-cache"})

    with TestClient(app) as made:
        yield made


def test_the_whole_file_is_sent_where_nobody_asks_for_a_piece(client: TestClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["content-length"] == str(SIZE)
    assert (answer.headers["etag"], answer.headers["accept-ranges"]) == ('"one"', "bytes")
    assert answer.headers["content-type"] == "application/x-pieces"


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, SIZE),
        ("bytes=-50", SIZE - 50, SIZE),
        (f"bytes={SIZE - 1}-{SIZE + 500}", SIZE - 1, SIZE),
        (f"bytes=-{SIZE + 5}", 0, SIZE),
        ("bytes=5-5", 5, 6),
    ],
)
def test_a_piece_is_sent_with_where_it_lies(client: TestClient, asked: str, first: int, end: int) -> None:
    answer = client.get("/", headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == CONTENT[first:end]
    assert answer.headers["content-range"] == f"bytes {first}-{end - 1}/{SIZE}"
    assert answer.headers["content-length"] == str(end - first)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE + 7}-{SIZE + 9}", "bytes=-0"])
def test_a_piece_beyond_the_end_is_refused_with_the_size(client: TestClient, asked: str) -> None:
    answer = client.get("/", headers={"Range": asked})
    assert (answer.status_code, answer.headers["content-type"]) == (416, MEDIA_TYPE)
    assert answer.headers["content-range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize("asked", ["bytes=9-3", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", HUGE, MANY, ""])
def test_what_makes_no_sense_or_asks_for_several_pieces_is_answered_with_everything(
    client: TestClient, asked: str
) -> None:
    assert client.get("/", headers={"Range": asked}).status_code == 200


@pytest.mark.parametrize("tag", ['"one"', 'W/"one"', '"other", "one"', "*"])
def test_who_has_this_version_gets_nothing_again(client: TestClient, tag: str) -> None:
    answer = client.get("/", headers={"If-None-Match": tag, "Range": "bytes=0-9"})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"one"')


def test_who_has_a_piece_of_another_version_gets_all_of_this_one(client: TestClient) -> None:
    answer = client.get("/", headers={"If-Range": '"before"', "Range": "bytes=0-9"})
    assert (answer.status_code, len(answer.content)) == (200, SIZE)
    same = client.get("/", headers={"If-Range": '"one"', "Range": "bytes=0-9"})
    assert (same.status_code, len(same.content)) == (206, 10)
