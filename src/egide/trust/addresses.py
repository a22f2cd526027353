"""Whether an address of the internet is one of the public network: what is fetched or sent must never reach the machines beside us."""

from __future__ import annotations

import ipaddress

TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 within IPv6 (RFC 6052); its local-use sibling is never public."""
NOT_PUBLIC = tuple(map(ipaddress.ip_network, ("::/96", "64:ff9b:1::/48", "fec0::/10", "192.88.99.0/24")))
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def public(text: str) -> bool:
    """Whether an IP address is one of the public network, whatever form it hides in."""
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if inner := _within(address):
            return "%" not in text and public(str(inner))
        if "%" in text or address.is_site_local:
            return False
    if any(address.version == network.version and address in network for network in NOT_PUBLIC):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _within(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for."""
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        return address.teredo[1]
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in TRANSLATED else None
