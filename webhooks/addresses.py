"""Where webhooks may go: to receivers on the public internet, never into the network that we run in, unless whoever runs us says so."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

# IPv6 addresses that stand for IPv4 ones (RFC 6052); where they lead is not for us to say.
_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


def refuse_address(url: str) -> SplitResult:
    """The parts of a URL that messages may be posted to; a ValueError that says why they may not."""
    parts = urlsplit(url)
    schemes = ("https", "http") if settings.WEBHOOKS_PRIVATE else ("https",)
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError("Give an https address.")
    if any(letter.isspace() or not letter.isprintable() for letter in url):
        raise ValueError("Give one address, without blanks.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("Give the address without a user name, a password or a fragment.")
    if parts.port == 0:
        raise ValueError("There is no port 0.")
    try:
        literal = ip_address(parts.hostname)
    except ValueError:
        return parts
    if not is_allowed(literal):
        raise ValueError("Private and local addresses are not told anything.")
    return parts


def resolve(parts: SplitResult) -> tuple[str, int]:
    """The address and port to connect to. All that the name stands for must be allowed; a name could else hide one behind another."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ValueError(f"{parts.hostname} is not found: {error}") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(is_allowed(ip_address(address.partition("%")[0])) for address in addresses):
        raise ValueError(f"{parts.hostname} is a private or local address.")
    return addresses[0], port


def is_allowed(address: IPv4Address | IPv6Address) -> bool:
    """Whether messages may go there."""
    if settings.WEBHOOKS_PRIVATE:
        return True
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_allowed(address.ipv4_mapped)
        if address.sixtofour or address.teredo or any(address in network for network in _TRANSLATED):
            return False
    return address.is_global and not address.is_multicast
