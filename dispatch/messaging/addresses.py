"""Where webhooks and push messages may go, so that nobody can use this server to reach what only it can reach.

A name is looked up when something is sent, every address it has is judged, and the connection goes to one of those
addresses itself: a name that says one thing now and another thing a moment later gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from dispatch.domain.errors import Invalid


class ForbiddenAddress(Exception):  # noqa: N818
    """Nothing may be sent there."""


def check_url(url: str, *, private: bool) -> None:
    """Raise :class:`Invalid` unless a webhook may be registered at this URL, as far as that can be seen from it."""
    problem, remedy = _problem(url, private)
    if problem:
        error = {"place": "body.url", "value": url[:200], "problem": problem, "remedy": remedy}
        raise Invalid(f"A webhook cannot go there: {problem}; {remedy}.", errors=[error])


def check_push_endpoint(url: str, *, private: bool) -> None:
    """Raise :class:`Invalid` unless push messages may go to this URL, as far as that can be seen from it.

    It comes from a phone and not from who runs this, so it must be public and go by https, unless ``private``.
    """
    problem, remedy = _problem(url, private)
    if not problem and not private:
        host = urlsplit(url).hostname or ""
        literal = _literal(host)
        if host == "localhost" or urlsplit(url).scheme != "https" or (literal is not None and literal.is_loopback):
            problem, remedy = "it is no public https address", "send what the browser's push service has given"
    if problem:
        error = {"place": "body.endpoint", "value": None, "problem": problem, "remedy": remedy}
        raise Invalid(f"Nothing can be pushed there: {problem}; {remedy}.", errors=[error])


def _problem(url: str, private: bool) -> tuple[str, str]:
    whole = "give a whole URL such as https://example.org/hook"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "it is no URL", whole
    if not host or parts.scheme not in ("http", "https") or port == 0 or any(sign.isspace() for sign in url):
        return "it is no URL of the web", whole
    if parts.username is not None or parts.password is not None or parts.fragment:
        remedy = "leave it out, and check the signature of what arrives"
        return "it holds a user, a password or a fragment", remedy
    literal = _literal(host)
    loopback = host == "localhost" or (literal is not None and literal.is_loopback)
    if parts.scheme == "http" and not loopback and not private:
        return "what is sent would go unencrypted over the network", "use https"
    if literal is not None and not _may_go_to(literal, private):
        return f"{host} is not a public address", "use a public one, or let the settings allow private networks"
    return "", ""


def reachable(host: str, port: int, *, private: bool, loopback: bool = True) -> list[str]:
    """The addresses to connect to. Raises :class:`ForbiddenAddress` if any of them is not allowed.

    ``private``: whether private networks are; ``loopback``: whether this machine is.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(place[0]) for *_, place in found))
    for address in addresses:
        if not _may_go_to(ipaddress.ip_address(address.partition("%")[0]), private, loopback):
            raise ForbiddenAddress("its name leads to an address that messages may not go to")
    return addresses


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _may_go_to(address: ipaddress.IPv4Address | ipaddress.IPv6Address, private: bool, loopback: bool = True) -> bool:
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    if mapped.is_loopback or address.is_loopback:
        return loopback
    if private:
        return not (mapped.is_link_local or mapped.is_multicast or mapped.is_unspecified)
    return bool(mapped.is_global and address.is_global and not mapped.is_multicast)
