"""Telling whether two acts came from one network, without keeping where from."""

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta

from django.conf import settings

KEPT_FOR = timedelta(days=7)
"""How long a key is kept; `actions.vote.forget_networks` blanks older ones."""


def network_key(address: str, now: datetime) -> str:
    """A keyed hash of the network that an address is in; empty where there is no telling.

    The key changes every week and cannot be had without the site's secret. An address of a machine or
    network of one's own tells nothing of readers: it is that of a proxy.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if not ip.is_global:
        return ""
    # A household has a /64 of IPv6 and can vote from each of its addresses.
    network = ipaddress.ip_network(f"{ip}/{64 if ip.version == 6 else 32}", strict=False)
    year, week, _ = now.isocalendar()
    salted = f"votes {year}-{week} {network}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), salted, hashlib.sha256).hexdigest()[:32]
