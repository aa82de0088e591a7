"""NET functions: addresses as bytes, hosts of URLs."""

from __future__ import annotations

import ipaddress
import re

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@scalar("py_net_ip_from_string", "BLOB")
def ip_from_string(text: str) -> bytes:
    """NET.IP_FROM_STRING: 4 bytes or 16."""
    try:
        return ipaddress.ip_address(text).packed
    except ValueError as error:
        raise SqlError(f"Unable to parse IP address: {text}") from error


@scalar("py_net_safe_ip_from_string", "BLOB")
def safe_ip_from_string(text: str) -> bytes | None:
    """NET.SAFE_IP_FROM_STRING: NULL for what is no address."""
    try:
        return ipaddress.ip_address(text).packed
    except ValueError:
        return None


@scalar("py_net_ip_to_string", "VARCHAR")
def ip_to_string(data: bytes) -> str:
    """NET.IP_TO_STRING."""
    if len(data) not in (4, 16):
        raise SqlError(f"Unsupported IP address binary; Expected 4 or 16 bytes but got {len(data)}")
    address = ipaddress.ip_address(data)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return f"::ffff:{address.ipv4_mapped}"
    return str(address)


@scalar("py_net_ip_net_mask", "BLOB")
def ip_net_mask(size: int, prefix: int) -> bytes:
    """NET.IP_NET_MASK: the first bits set, of 4 bytes or 16."""
    if size not in (4, 16):
        raise SqlError(
            f"The first argument of NET.IP_NET_MASK() must be either 4 or 16; got {size}"
        )
    if not 0 <= prefix <= size * 8:
        raise SqlError(
            "The second argument of NET.IP_NET_MASK() must be between 0 and"
            f" {size * 8}; got {prefix}"
        )
    bits = size * 8
    ones: int = (1 << prefix) - 1
    return (ones << (bits - prefix)).to_bytes(size)


@scalar("py_net_ip_trunc", "BLOB")
def ip_trunc(data: bytes, prefix: int) -> bytes:
    """NET.IP_TRUNC: the address with the bits behind the first set to 0."""
    if len(data) not in (4, 16):
        raise SqlError(
            f"The first argument of NET.IP_TRUNC() must be 4 or 16 bytes; got {len(data)}"
        )
    if not 0 <= prefix <= len(data) * 8:
        raise SqlError(
            f"The second argument of NET.IP_TRUNC() must be between 0 and {len(data) * 8}"
        )
    mask = int.from_bytes(ip_net_mask(len(data), prefix))
    return (int.from_bytes(data) & mask).to_bytes(len(data))


@scalar("py_net_ipv4_from_int64", "BLOB")
def ipv4_from_int64(number: int) -> bytes:
    """NET.IPV4_FROM_INT64."""
    if not -(2**31) <= number < 2**32:
        raise SqlError(
            f"Input to NET.IPV4_FROM_INT64 must be between -2147483648 and 4294967295; got {number}"
        )
    return (number & 0xFFFFFFFF).to_bytes(4)


@scalar("py_net_ipv4_to_int64", "BIGINT")
def ipv4_to_int64(data: bytes) -> int:
    """NET.IPV4_TO_INT64."""
    if len(data) != 4:
        raise SqlError(f"Input to NET.IPV4_TO_INT64 must be 4 bytes; got {len(data)}")
    return int.from_bytes(data)


@scalar("py_net_host", "VARCHAR")
def host(url: str) -> str | None:
    """NET.HOST: the host of a URL as it is written; NULL where there is none."""
    rest = url.strip()
    scheme = _SCHEME.match(rest)
    has_authority = rest.startswith("//")
    if scheme and rest[scheme.end() :].startswith("//"):
        rest, has_authority = rest[scheme.end() :], True
    if has_authority:
        rest = rest[2:]
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    if authority.startswith("["):
        name = authority[: authority.find("]") + 1]
    else:
        name = authority.partition(":")[0]
    return name or None
