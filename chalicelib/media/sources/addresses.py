"""Which network addresses the server may call for a user: those of the public internet.

A user names hosts, so without this the server would fetch for them what only it can reach:
its own services, the metadata of the machine with credentials, the network of the operator.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from chalicelib.platform.config import settings

#: How often a name service is asked that does not answer.
LOOK_UPS = 3

Address = IPv4Address | IPv6Address

#: What may be done about it, whatever the reason.
REFUSED = (
    "Private addresses are refused; whoever runs the server can allow their network"
    " (SKYLABEL_REMOTE_NETWORKS)."
)

#: IANA's special-purpose registry, with multicast, what is reserved, and two addresses in public
#: ranges that clouds answer themselves inside their networks.
_CLOSED_V4 = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "168.63.129.16/32",
        "100.100.100.200/32",
    )
)  # fmt: skip
#: Of IPv6 only global unicast is open, without protocols' own parts, tunnels and examples.
_GLOBAL_V6 = IPv6Network("2000::/3")
_CLOSED_V6 = tuple(
    ip_network(block)
    for block in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
#: A host that speaks only IPv6 sees IPv4 here (RFC 6052): the address within decides.
_TRANSLATED = IPv6Network("64:ff9b::/96")


class NotPublic(Exception):
    """A host that is unknown or not on the public internet.

    One error for both: what names exist in a private network is nobody's business.
    """

    def __init__(self, host: str) -> None:
        super().__init__(f"The host {host!r} was not found on the public internet. {REFUSED}")


def resolve(host: str, port: int) -> list[str]:
    """The numeric addresses of a host, each of which may be called.

    Whoever calls one of them connects to it and does not look the name up again: the next answer
    may be another.

    Raises:
        NotPublic: there is no address, or one of them must not be called.
    """
    found = _look_up(host, port)
    if not found or not all(is_open(ip_address(address)) for address in found):
        raise NotPublic(host)
    return found


def _look_up(host: str, port: int) -> list[str]:
    """Addresses of a host; none if there are none."""
    for _ in range(LOOK_UPS):
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
                continue  # the name service did not answer
            return []
        return list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    return []


def is_open(address: Address) -> bool:
    """Whether an address is public, or in a network that the operator has opened."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    opened = (ip_network(network) for network in settings().remote_networks)
    return any(address in network for network in opened) or _is_public(address)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        if address in _TRANSLATED:
            return _is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        return address in _GLOBAL_V6 and not any(address in block for block in _CLOSED_V6)
    return not any(address in block for block in _CLOSED_V4)
