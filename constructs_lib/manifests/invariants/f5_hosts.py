"""Ingresses that share a host, as the F5 NGINX Ingress Controller merges them.

https://github.com/nginx/kubernetes-ingress/blob/v5.5.4/internal/k8s/configuration.go
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from constructs_lib.manifests.fields import mappings
from constructs_lib.manifests.invariants.f5_annotations import PREFIX, f5_ingresses, role
from constructs_lib.manifests.invariants.ingresses import class_of, hosts, paths
from constructs_lib.manifests.platform import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.manifests.fields import Manifest
    from constructs_lib.manifests.invariants.invariant import Violation
    from constructs_lib.manifests.platform import Platform


def nginx_hosts_have_one_owner(platform: Platform) -> Iterator[Violation]:
    """Of two Ingresses of a host that are no minions, the later one is refused."""
    owners: dict[tuple[str, str], list[Manifest]] = defaultdict(list)
    for ingress in f5_ingresses(platform):
        if role(ingress) != "minion":
            for host in dict.fromkeys(hosts(ingress)):
                owners[class_of(ingress), host].append(ingress)
    for (_, host), ingresses in owners.items():
        for ingress in ingresses[1:]:
            yield ingress, f"{host or '*'} already belongs to {describe(ingresses[0])}"


def nginx_minions_have_a_master(platform: Platform) -> Iterator[Violation]:
    """A minion without a master of its host serves nothing."""
    masters = {
        (class_of(ingress), host)
        for ingress in f5_ingresses(platform)
        if role(ingress) == "master"
        for host in hosts(ingress)
    }
    for ingress in f5_ingresses(platform):
        for host in hosts(ingress):
            known = (class_of(ingress), host) in masters or platform.has("Host", "", host)
            if role(ingress) == "minion" and not known:
                yield ingress, f"{host or '*'} has no master, and 'Host/{host}' is not given"


def nginx_masters_and_minions_divide_the_work(platform: Platform) -> Iterator[Violation]:
    """A master has one host and no paths; a minion has one host, paths and no TLS."""
    for ingress in f5_ingresses(platform):
        part = role(ingress)
        if part not in {"", "master", "minion"}:
            yield ingress, f"{PREFIX}mergeable-ingress-type is {part!r}, not master or minion"
        if part and len(hosts(ingress)) != 1:
            yield ingress, f"a {part} must have one rule, not {len(hosts(ingress))}"
        if part == "master" and paths(ingress):
            yield ingress, "a master must not have paths"
        if part == "minion" and not paths(ingress):
            yield ingress, "a minion needs a path"
        if part == "minion" and mappings(ingress, "spec", "tls"):
            yield ingress, "a minion must not have TLS; the master has it"
