"""Images with tags that do not move."""

from __future__ import annotations

import re

from constructs_lib.errors import ConfigurationError, reject

# https://github.com/distribution/reference/blob/main/reference.go
_IMAGE = re.compile(
    r"(?P<name>[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?::\d+(?=/))?"
    r"(?:/[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*)*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
    r"(?:@(?P<digest>sha256:[0-9a-f]{64}))?",
    re.ASCII,
)
# A full version, a year and month, a date, a commit or the number of a build, with words before it
# such as a branch; in the syntax that Python and RE2 share, as what moves nevertheless.
FIXED_TAG = (
    r"([A-Za-z][A-Za-z0-9_.]*[.-])*"
    r"(v?\d+\.\d+\.\d+([._-][A-Za-z0-9_.-]+)?|(19|20)\d\d\.\d\d?([._-][A-Za-z0-9_.-]+)?"
    r"|\d{4}-\d\d-\d\d[A-Za-z0-9_.-]*|\d{8}[A-Za-z0-9_.-]*|g?[0-9a-f]{7,40}"
    r"|(build|rev|r)[.-]?\d+)"
)
MOVING_TAG = r"(latest[._-].*|.*[._-](SNAPSHOT|snapshot|latest|dirty|dev|nightly|edge))"

# Only a first part with a dot or a port is a host: 'shop/web' is short for one of Docker Hub.
_REGISTRY = re.compile(
    r"[a-z0-9]+([.-][a-z0-9]+)*(\.[a-z0-9]+|:\d+)(/[a-z0-9]+([._-]+[a-z0-9]+)*)*", re.ASCII
)

_PINNED = re.compile(rf"(@sha256:[0-9a-f]{{64}}|:({FIXED_TAG}))$")
_MOVES = re.compile(rf":{MOVING_TAG}$")


def check_image(field: str, image: str) -> None:
    """Refuse an image whose tag may move."""
    _match(field, image)
    if not is_pinned(image):
        reject(
            field,
            image,
            "pin it by digest ('…@sha256:…'), or use a tag that does not move, "
            "such as a full version ('1.4.2'), a date or a commit",
        )


def check_registry(field: str, registry: str) -> None:
    """Refuse what is no registry, and no path in one."""
    if not _REGISTRY.fullmatch(registry):
        reject(field, registry, "write 'registry.example.com' or 'registry.example.com/shop'")


def is_pinned(image: str) -> bool:
    """Tell whether an image has a digest, or a tag that does not move."""
    return _PINNED.search(image) is not None and _MOVES.search(image) is None


def version_of(image: str) -> str | None:
    """Return the tag as the value of a version label, if there is a fitting one."""
    tag = _match("image", image)["tag"]
    if tag is None or len(tag) > 63 or not (tag[0].isalnum() and tag[-1].isalnum()):
        return None
    return tag


def _match(field: str, image: str) -> re.Match[str]:
    match = _IMAGE.fullmatch(image)
    if match is None:
        raise ConfigurationError(
            field,
            image,
            "write 'registry.example.com/shop/web:1.4.2@sha256:…', with '_' for the '+' of a build",
        )
    return match
