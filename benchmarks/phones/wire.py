"""A client of HTTP/1.1 (RFC 9112) that costs little: what is measured shares the machine with it.

Connections are kept and used again by whoever asks next, as a proxy before the server would. It knows what this server
sends and no more.
"""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_PATIENCE = 60.0
_GZIP = 16 + zlib.MAX_WBITS
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Response:
    """What came back. ``headers`` by their names in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        """The content as a document."""
        return json.loads(self.content)


class Wire:
    """Asks one server."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._idle: list[Connection] = []

    async def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Response:
        """One request and its answer. Raises :class:`OSError` where there is none."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self._host}:{self._port}", "Accept-Encoding: gzip"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(body)}", "Content-Type: application/json"] if body else []
        asked = ("\r\n".join(lines) + "\r\n\r\n").encode() + body
        async with asyncio.timeout(_PATIENCE):
            while self._idle:
                try:
                    return await self._over(self._idle.pop(), asked)
                except (asyncio.IncompleteReadError, ConnectionError):
                    continue  # the server had closed it: nobody else was asking for a while
            return await self._over(await asyncio.open_connection(self._host, self._port), asked)

    async def close(self) -> None:
        """Close all connections."""
        for _, writer in self._idle:
            writer.close()
            await writer.wait_closed()
        self._idle.clear()

    async def _over(self, connection: Connection, asked: bytes) -> Response:
        reader, writer = connection
        try:
            writer.write(asked)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            content = await _content(reader, headers)
        except BaseException:
            writer.close()
            raise
        if headers.get("connection") == "close":
            writer.close()
        else:
            self._idle.append(connection)
        return Response(int(head[0].split(" ")[1]), headers, content)


async def _content(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding") == "chunked":
        parts = []
        while size := int((await reader.readline()).split(b";")[0], 16):
            parts.append(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
        packed = b"".join(parts)
    else:
        packed = await reader.readexactly(int(headers.get("content-length", "0")))
    return zlib.decompress(packed, _GZIP) if headers.get("content-encoding") == "gzip" else packed
