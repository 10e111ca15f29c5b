"""Addresses and names of hosts."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Tell whether this address or name stands for the machine itself."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
