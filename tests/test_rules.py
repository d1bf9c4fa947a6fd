"""Names, labels, paths, keys and ranges are checked as Kubernetes checks them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from constructs_lib import (
    ConfigurationError,
    ExistingStorageClass,
    Namespace,
    ReclaimPolicy,
    StorageClass,
    rules,
)

# Each check, what it lets through, and what it refuses.
RULES: list[tuple[Callable[[str, Any], None], list[object], list[object]]] = [
    (
        rules.check_name,
        ["a", "web-1", "w" * 63],
        ["", "1web", "web-", "Web", "web.a", "web\n", "wéb", "w" * 64],
    ),
    (
        rules.check_subdomain,
        ["a", "1a", "shop.example.com", "a." * 126 + "a"],
        ["", "a..b", ".a", "a.", "a_b", "A", "-a", "a-.b", "a." * 126 + "aa"],
    ),
    (rules.check_label_value, ["", "a", "A_1.b", "a" * 63], ["-a", "a-", "a b", "a/b", "a" * 64]),
    (
        rules.check_label_key,
        ["app", "app.kubernetes.io/name", "a.b/C_d"],
        ["", "/a", "A.b/c", "a/", "a b", "a/b/c", "a" * 64],
    ),
    (rules.check_port, [1024, 65_535], [1023, 65_536, True, 1024.0, "1024"]),
    (
        rules.check_mount_path,
        ["/run", "/var/lib/a b", "/a.b/..c"],
        ["", "/", "run", "/run/", "/a//b", "/a/../b", "/a/.", "/a:b", "/a\x00"],
    ),
    (
        rules.check_url_path,
        ["/", "/api/v1.2", "/a_b-c/", "/.well-known/webfinger", "/@alice", "/~a", "/v1/a:b"],
        ["", "api", "/a b", "/a//b", "/a?b", "/../a", "/a/.", "/a;b", "/a*", "/{a}", "/$a", "/a%b"],
    ),
    (
        rules.check_url,
        ["https://a", "http://localhost:3000/", "https://git.example.com/shop/docs"],
        ["", "docs", "https://", "ftp://a", "https://a b", "https://a?b", "https://u:p@a"],
    ),
    (rules.check_env_name, ["A", "_a", "A_1"], ["", "1A", "A-B", "A=B", "Ä"]),
    (
        rules.check_key,
        ["a", "ca.crt", ".env", "A_b-c", "a" * 253],
        ["", ".", "..", "..a", "a/b", "a b", "a" * 254],
    ),
    (rules.check_text, ["", "a\tb\nc", "é→😀"], ["\x00", "a\rb", "\x1b[0m", "\x85", "\ud800"]),
    (
        rules.check_cidr,
        ["0.0.0.0/0", "203.0.113.0/24", "10.0.0.1/32", "::/0", "fd00::/8"],
        ["", "shop", "10.0.0.1", "10.0.0.1/8", "10.0.0.0/33", "FD00::/8", "fe80::1%eth0/128"],
    ),
    (rules.check_distinct, [[], ["a", "b"]], [["a", "a"], [("a", 1), ("a", 1)]]),
]
ALLOWED = [(check, value) for check, values, _ in RULES for value in values]
REFUSED = [(check, value) for check, _, values in RULES for value in values]


def _ids(cases: list[tuple[Callable[[str, Any], None], object]]) -> list[str]:
    return [f"{check.__name__}-{number}" for number, (check, _) in enumerate(cases)]


@pytest.mark.parametrize(("check", "value"), ALLOWED, ids=_ids(ALLOWED))
def test_lets_through(check: Callable[[str, Any], None], value: object) -> None:
    check("Value.field", value)


@pytest.mark.mission("B136")
@pytest.mark.parametrize(("check", "value"), REFUSED, ids=_ids(REFUSED))
def test_refuses(check: Callable[[str, Any], None], value: object) -> None:
    with pytest.raises(ConfigurationError, match=r"Value\.field: got .*; (use|write|name) "):
        check("Value.field", value)


def test_a_range_without_bits_below_its_mask_is_offered() -> None:
    with pytest.raises(ConfigurationError, match=r"write it as 'fd00::/8'"):
        rules.check_cidr("Outside.cidrs", "FD00::/8")


@pytest.mark.parametrize(
    ("kind", "arguments", "says"),
    [
        (Namespace, {"name": "App"}, "Namespace.name: got 'App'"),
        (StorageClass, {"name": "Fast", "provisioner": "a.b"}, "StorageClass.name: got 'Fast'"),
        (StorageClass, {"name": "fast", "provisioner": ""}, "StorageClass.provisioner: got ''"),
        (
            StorageClass,
            {"name": "fast", "provisioner": "a.b", "parameters": {"a b": "c"}},
            "StorageClass.parameters: got 'a b'",
        ),
        (
            StorageClass,
            {"name": "fast", "provisioner": "a.b", "parameters": {"type": "\x00"}},
            "StorageClass.parameters['type']: got '\\x00'",
        ),
        (
            ExistingStorageClass,
            {"name": "Standard", "reclaim_policy": ReclaimPolicy.DELETE},
            "ExistingStorageClass.name: got 'Standard'",
        ),
        (
            ExistingStorageClass,
            {"name": "standard", "reclaim_policy": "Delete"},
            "ExistingStorageClass.reclaim_policy: got 'Delete'",
        ),
    ],
)
def test_fails_with_a_place_that_cannot_be(
    kind: Callable[..., Any], arguments: dict[str, Any], says: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        kind(**arguments)
    assert says in str(refused.value)


def test_volumes_are_kept_unless_told() -> None:
    assert StorageClass(name="fast", provisioner="a.b").reclaim_policy is ReclaimPolicy.RETAIN
