"""Posting to addresses that others have given, without letting them reach what only this server can reach.

A name is looked up for each message, every address it has is judged (see :mod:`dispatch.messaging.addresses`), and the
connection goes to one of those addresses itself, under the name that was asked for: certificates are checked as usual,
and a name that says one thing now and another a moment later gains nothing. Redirects are not followed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx2

from dispatch.messaging.addresses import reachable

_TIMEOUT = httpx2.Timeout(10, connect=5)
FAILURES = (httpx2.HTTPError, OSError, UnicodeError)
"""What :meth:`Outward.post` raises where nobody answered."""


class Outward:
    """Posts, from several threads if need be. Make one for each purpose and close it at the end."""

    def __init__(
        self,
        *,
        private: bool = False,
        loopback: bool = True,
        timeout: httpx2.Timeout = _TIMEOUT,
        verify: Any = True,
    ) -> None:
        """``private``: whether private networks may be reached, ``loopback``: whether this machine may."""
        self._private, self._loopback = private, loopback
        # A connection is made for one address and one name, so none is kept for the next message. Proxies from the
        # environment would connect to a name and not to the address that was judged.
        limits = httpx2.Limits(max_keepalive_connections=0)
        self._client = httpx2.Client(
            timeout=timeout, limits=limits, follow_redirects=False, trust_env=False, verify=verify
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def post(self, address: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status of the answer; nobody reads what else it says.

        Raises :class:`~dispatch.messaging.addresses.ForbiddenAddress`, and one of :data:`FAILURES`.
        """
        url = httpx2.URL(address)
        port = url.port or (443 if url.scheme == "https" else 80)
        addresses = reachable(url.host, port, private=self._private, loopback=self._loopback)
        for left, found in enumerate(reversed(addresses)):
            request = self._client.build_request(
                "POST",
                url.copy_with(host=found),
                content=body,
                headers={**headers, "host": url.netloc.decode("ascii")},
                extensions={"timeout": self._client.timeout.as_dict(), "sni_hostname": url.host},
            )
            try:
                response = self._client.send(request, stream=True)
            except httpx2.ConnectError:
                if left == len(addresses) - 1:
                    raise
                continue
            response.close()
            return response.status_code
        raise OSError("the name has no address")
