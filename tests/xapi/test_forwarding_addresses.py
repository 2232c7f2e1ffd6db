"""The service connects to public addresses only, and to the one that it has checked."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest

from app.xapi import addresses
from app.xapi.outbound import Outbound
from tests.xapi.outside import OutsideStore

LOOPBACK = addresses.networks(["127.0.0.0/8"])


def names(*answers: list[str]):
    """A resolver that gives one answer after the other."""
    left = list(answers)

    def look_up(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in left.pop(0)]

    return look_up


@pytest.fixture
def outside():
    store = OutsideStore()
    yield store
    store.close()


@pytest.mark.parametrize(
    "ip",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1",
     "::ffff:127.0.0.1",     "2002:7f00:1::", "64:ff9b::7f00:1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "fec0::1"],
)  # fmt: skip
def test_special_addresses_are_not_public(ip):
    assert not addresses.is_public(ip_address(ip))


@pytest.mark.parametrize("ip", ["8.8.8.8", "2a00:1450:400f::1", "64:ff9b::808:808"])
def test_public_addresses_are(ip):
    assert addresses.is_public(ip_address(ip))


def test_one_private_address_among_public_ones_refuses_the_name():
    with pytest.raises(addresses.AddressRefused):
        addresses.route("https://store.example/", allowed=(), look_up=names(["8.8.8.8", "10.0.0.1"]))


def test_plain_http_is_refused_beyond_the_networks_that_are_allowed():
    with pytest.raises(addresses.AddressRefused, match="https"):
        addresses.route("http://store.example/", allowed=LOOPBACK, look_up=names(["8.8.8.8"]))


def test_loopback_is_refused_unless_it_is_allowed(outside):
    remote = Outbound(outside.endpoint, version="1.0.3", auth="Basic x")
    with pytest.raises(addresses.AddressRefused):
        remote.call("GET", "statements")
    assert outside.requests == []


def test_a_name_that_turns_private_between_two_calls_is_refused(outside):
    allowed = addresses.networks(["127.0.0.1/32"])
    look_up = names(["127.0.0.1"], ["127.0.0.2"])
    remote = Outbound(
        f"http://store.example:{outside.port}/xapi/",
        version="1.0.3",
        auth="Basic x",
        allowed=allowed,
        look_up=look_up,
    )
    assert remote.call("GET", "statements").status == 404
    with pytest.raises(addresses.AddressRefused):
        remote.call("GET", "statements")
    assert len(outside.requests) == 1


def test_the_connection_goes_to_the_address_that_was_checked_under_the_right_name(outside, monkeypatch):
    look_up = names(["127.0.0.1"])
    asked = []
    real = socket.getaddrinfo

    def listening(host, *rest, **more):
        asked.append(host)
        return real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", listening)
    endpoint = f"http://store.example:{outside.port}/xapi/"
    remote = Outbound(endpoint, version="1.0.3", auth="Basic x", allowed=LOOPBACK, look_up=look_up)
    remote.call("GET", "statements")
    assert outside.requests[0][2]["Host"] == f"store.example:{outside.port}"
    assert set(asked) <= {"127.0.0.1"}, "the name is looked up once"


def test_links_to_another_host_are_refused(outside):
    remote = Outbound(outside.endpoint, version="1.0.3", auth="Basic x", allowed=LOOPBACK)
    with pytest.raises(addresses.AddressRefused, match="another host"):
        remote.call("GET", "http://127.0.0.1:1/xapi/statements")


@pytest.mark.parametrize(
    "url",
    ["", "store.example", "ftp://store.example/", "https://", "https://a:b@store.example/", "https://store.example/?x=1",
     "https://store.example/#x", "https://store.example:0/", "https://store.example:99999/", "https://store example/"],
)  # fmt: skip
def test_what_cannot_be_an_endpoint_is_refused(url):
    with pytest.raises(addresses.AddressRefused):
        addresses.checked(url)


def test_an_endpoint_ends_with_a_slash():
    assert addresses.checked(" https://store.example/xapi ") == "https://store.example/xapi/"
