"""Where the service may connect to: names are resolved once, checked, and the address that was checked is used.

An outside store has a public address and speaks TLS. Private, loopback and other special addresses are refused, and so
is plain HTTP, unless the operator allows the network (``FORWARD_PRIVATE``, comma-separated networks). One refused
address among those that a name has refuses the name.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

Ip = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
LookUp = Callable[..., Sequence[Any]]
_NAT64 = IPv6Network("64:ff9b::/96")


class AddressRefused(ValueError):
    """The service does not connect to this address; the message says why."""


@dataclass(frozen=True, slots=True)
class Route:
    """A checked way to a host: connect to ``address``, say ``host``."""

    secure: bool
    host: str
    port: int
    address: str


def networks(listed: Iterable[str]) -> tuple[Network, ...]:
    """The networks that the operator allows. Raises ``ValueError`` for what is none."""
    return tuple(ip_network(one.strip(), strict=False) for one in listed if one.strip())


def is_public(ip: Ip) -> bool:
    """Whether everybody on the Internet means the same by this address, embedded IPv4 addresses included."""
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is not None:
            return is_public(inner)
        if ip in _NAT64:
            return is_public(IPv4Address(int(ip) & 0xFFFFFFFF))
        if ip.teredo is not None or ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def checked(url: str) -> str:
    """``url`` as an endpoint that ends with a slash. Raises :class:`AddressRefused` for what cannot be one."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise AddressRefused("it is not an address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise AddressRefused("it is not an address that begins with https://")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("credentials do not belong in an address")
    if parts.query or parts.fragment or "?" in url or "#" in url:
        raise AddressRefused("an endpoint has no query and no fragment")
    if any(character <= " " or character == "\\" for character in url.strip()):
        raise AddressRefused("it is not an address")
    return url.strip().rstrip("/") + "/"


def route(url: str, *, allowed: Sequence[Network], look_up: LookUp = socket.getaddrinfo) -> Route:
    """The checked way to ``url``. Raises :class:`AddressRefused`, and ``OSError`` where the name has no address."""
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    try:
        found = look_up(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise AddressRefused(f"{host[:60]} is not a name") from None
    addresses = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if not addresses:
        raise OSError(f"{host} has no address")
    for ip in addresses:
        if any(ip in network for network in allowed):
            continue
        if not is_public(ip):
            raise AddressRefused(f"{host} is at {ip}, which is not a public address")
        if not secure:
            raise AddressRefused("records and credentials are sent by https:// only")
    return Route(secure, host, port, str(addresses[0]))
