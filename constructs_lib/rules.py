"""Checks of values that Kubernetes would reject."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping

from constructs_lib.errors import ConfigurationError, reject

_LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?", re.ASCII)
_URL_PATH = re.compile(r"(/[A-Za-z0-9._~@+:-]+)*/?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def check_name(field: str, value: str) -> None:
    """Refuse an invalid name of an object: a DNS label that starts with a letter.

    Services require this form (RFC 1035), so every object has it.
    """
    if not _LABEL.fullmatch(value) or len(value) > 63:
        reject(
            field,
            value,
            "use at most 63 of a-z, 0-9 and '-', starting with a letter and not ending in '-'",
        )


def check_namespace(field: str, value: str) -> None:
    """Refuse an invalid name of a namespace: a DNS label, which may start with a digit."""
    if not _NAMESPACE.fullmatch(value) or len(value) > 63:
        reject(field, value, "use at most 63 of a-z, 0-9 and '-', neither first nor last a '-'")


def check_subdomain(field: str, value: str) -> None:
    """Refuse an invalid DNS subdomain, such as the name of a Secret or a host."""
    if not _SUBDOMAIN.fullmatch(value) or len(value) > 253:
        reject(field, value, "use a lower-case DNS name such as 'shop-tls' or 'shop.example.com'")


def check_label_value(field: str, value: str) -> None:
    """Refuse an invalid value of a label."""
    if not _LABEL_VALUE.fullmatch(value):
        reject(field, value, "use at most 63 of letters, digits, '-', '_', '.'")


def check_label_key(field: str, value: str) -> None:
    """Refuse an invalid key of a label, with or without a prefix."""
    prefix, slash, name = value.rpartition("/")
    if slash:
        check_subdomain(field, prefix)
    check_key(field, name)
    check_label_value(field, name)


def check_labels(field: str, labels: Mapping[str, str]) -> None:
    """Refuse invalid labels."""
    for key, value in labels.items():
        check_label_key(field, key)
        check_label_value(f"{field}[{key!r}]", value)


def check_annotations(field: str, annotations: Mapping[str, str]) -> None:
    """Refuse invalid annotations."""
    for key, value in annotations.items():
        check_label_key(field, key)
        check_text(f"{field}[{key!r}]", value)


def check_range(field: str, value: int, low: int, high: int) -> None:
    """Refuse anything but a whole number from `low` to `high`, both included."""
    if type(value) is not int or not low <= value <= high:
        reject(field, value, f"use a whole number from {low} to {high}")


def check_seconds(field: str, value: int, low: int = 1) -> None:
    """Refuse a duration below `low` seconds or above a day."""
    check_range(field, value, low, 86_400)


def check_port(field: str, value: int) -> None:
    """Refuse a port that a container without privileges cannot listen on."""
    check_range(field, value, 1024, 65_535)


def check_mount_path(field: str, value: str) -> None:
    """Refuse a path that nothing can be mounted at."""
    if (
        value == "/"
        or set(":\t\n") & set(value)
        or not value.startswith("/")
        or not is_plain(value)
    ):
        reject(field, value, "use an absolute path below '/', without ':'")
    if any(part in {"", ".", ".."} for part in value[1:].split("/")):
        reject(field, value, "use a path without '.', '..' or empty parts")


def check_url_path(field: str, value: str) -> None:
    """Refuse an invalid path, or one that is a pattern to some ingress controller.

    Paths of other characters are how ingress controllers were exploited
    (CVE-2026-24512), so only plain ones are let through.
    """
    if not value or not _URL_PATH.fullmatch(value):
        reject(
            field,
            value,
            "use a path such as '/' or '/api/v1' of letters, digits and any of '._~@+:-'",
        )
    if {".", ".."} & set(value.split("/")):
        reject(field, value, "write the path without the parts '.' and '..'")


def check_url(field: str, value: str) -> None:
    """Refuse an invalid URL."""
    if not _URL.fullmatch(value):
        reject(field, value, "write an address such as 'https://example.com/a'")


def check_env_name(field: str, value: str) -> None:
    """Refuse an invalid name of an environment variable."""
    if not _ENV_NAME.fullmatch(value):
        reject(field, value, "use letters, digits and '_', no digit first")


def check_key(field: str, value: str) -> None:
    """Refuse an invalid key of a ConfigMap or Secret."""
    if not _KEY.fullmatch(value) or len(value) > 253 or value == "." or value.startswith(".."):
        reject(field, value, "use letters, digits, '-', '_', '.', but not '.' alone or '..' first")


def check_text(field: str, value: str) -> None:
    """Refuse text with control characters, which YAML and environments cannot represent."""
    if not is_plain(value):
        reject(field, value, "use text without control characters")


def check_cidr(field: str, value: str) -> None:
    """Refuse an invalid CIDR, or one with bits below its mask."""
    try:
        network = str(ipaddress.ip_network(value.partition("%")[0]))
    except ValueError as error:
        raise ConfigurationError(field, value, "use a range such as '203.0.113.0/24'") from error
    if value != network:
        reject(field, value, f"write it as '{network}'")


def check_address(field: str, value: str) -> None:
    """Refuse what is no IP address."""
    try:
        ipaddress.ip_address(value)
    except ValueError as error:
        raise ConfigurationError(field, value, "use an address such as '203.0.113.7'") from error


def check_distinct(field: str, values: Iterable[object]) -> None:
    """Refuse duplicates."""
    listed = list(values)
    for value in listed:
        if listed.count(value) > 1:
            reject(field, value, "name each only once")


def is_plain(text: str) -> bool:
    """Tell whether text has no control characters besides tab and line feed."""
    return _CONTROL.search(text) is None
