"""Which addresses the server calls for a user."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest

from chalicelib.media.sources import addresses
from chalicelib.media.sources.addresses import NotPublic
from chalicelib.platform import config

PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700::6810:85e5", "64:ff9b::808:808", "::ffff:8.8.8.8"]
CLOSED = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "169.254.169.254", "169.254.170.2", "100.64.0.1", "100.127.255.255",
    "192.0.0.192", "198.18.0.1", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255", "168.63.129.16", "100.100.100.200",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1",
    "2001:db8::1", "2001::1", "2002:7f00:1::", "2002:808:808::", "3fff::1", "64:ff9b:1::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "::ffff:0:127.0.0.1", "5f00::1", "100::1",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _settings() -> Iterator[None]:
    config.settings.cache_clear()
    yield
    config.settings.cache_clear()


def answering(*found: str) -> Any:
    """A resolver that knows one answer."""

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    return resolve


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_called(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert addresses.is_open(ip_address(address))
    monkeypatch.setattr(socket, "getaddrinfo", answering(address))
    assert addresses.resolve("files.example", 443) == [address]


@pytest.mark.parametrize("address", CLOSED)
def test_others_are_not(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not addresses.is_open(ip_address(address))
    monkeypatch.setattr(socket, "getaddrinfo", answering(address))
    with pytest.raises(NotPublic) as caught:
        addresses.resolve("files.example", 443)
    assert address not in str(caught.value)


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "::1",
     "", "no-such-host.invalid", "x" * 300, "a..b", "\ud800"],
)  # fmt: skip
def test_names_of_this_machine_and_of_nothing_get_the_same_answer(host: str) -> None:
    with pytest.raises(NotPublic) as caught:
        addresses.resolve(host, 80)
    assert str(caught.value) == (
        f"The host {host!r} was not found on the public internet. Private addresses are refused;"
        " whoever runs the server can allow their network (SKYLABEL_REMOTE_NETWORKS)."
    )


def test_one_closed_address_closes_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answering("8.8.8.8", "10.0.0.1"))
    with pytest.raises(NotPublic):
        addresses.resolve("files.example", 443)


def test_a_name_service_that_does_not_answer_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int, **options: Any) -> Any:
        asked.append(host)
        if len(asked) < addresses.LOOK_UPS:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return answering("8.8.8.8")(host, port, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert addresses.resolve("files.example", 443) == ["8.8.8.8"]
    assert len(asked) == addresses.LOOK_UPS


def test_a_name_service_that_never_answers_is_not_asked_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def resolve(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(NotPublic):
        addresses.resolve("files.example", 443)


def test_the_operator_may_open_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKYLABEL_REMOTE_NETWORKS", "10.1.0.0/16, fd00::/8")
    for address, is_open in {
        "10.1.2.3": True, "::ffff:10.1.2.3": True, "fd00::1": True, "10.2.0.1": False,
        "127.0.0.1": False, "fe80::1": False, "8.8.8.8": True,
    }.items():  # fmt: skip
        assert addresses.is_open(ip_address(address)) == is_open, address
