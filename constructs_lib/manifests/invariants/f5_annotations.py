"""Annotations of Ingresses as the F5 NGINX Ingress Controller 5.5 validates them.

It silently ignores annotations that it does not know, so only a check finds them.
https://github.com/nginx/kubernetes-ingress/blob/v5.5.4/internal/k8s/validation.go
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from constructs_lib.manifests.backend_refs import INGRESS, services_of
from constructs_lib.manifests.fields import field
from constructs_lib.manifests.invariants.ingresses import (
    annotations_of,
    class_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.manifests.fields import Manifest
    from constructs_lib.manifests.invariants.invariant import Violation
    from constructs_lib.manifests.platform import Platform

PREFIX = "nginx.org/"
_KNOWN = frozenset(
    """
    add-header add-header-inherit app-root basic-auth-realm basic-auth-secret
    client-body-buffer-size client-max-body-size fail-timeout grpc-services hsts
    hsts-behind-proxy hsts-include-subdomains hsts-max-age http-redirect-code keepalive lb-method
    limit-req-burst limit-req-delay limit-req-dry-run limit-req-key limit-req-log-level
    limit-req-no-delay limit-req-rate limit-req-reject-code limit-req-scale limit-req-zone-size
    listen-ports listen-ports-ssl location-snippets max-conns max-fails mergeable-ingress-type
    path-regex policies proxy-buffer-size proxy-buffering proxy-buffers proxy-busy-buffers-size
    proxy-connect-timeout proxy-hide-headers proxy-max-temp-file-size proxy-next-upstream
    proxy-next-upstream-timeout proxy-next-upstream-tries proxy-pass-headers proxy-read-timeout
    proxy-redirect-from proxy-redirect-to proxy-send-timeout proxy-set-headers redirect-to-https
    rewrite-target rewrites server-snippets server-tokens ssl-ciphers ssl-prefer-server-ciphers
    ssl-redirect ssl-services sticky-cookie-services upstream-zone-size use-cluster-ip
    websocket-services
    """.split()  # noqa: SIM905 - a list of words
)
_DROPPED = {
    "master": frozenset(
        """
        grpc-services rewrites ssl-services sticky-cookie-services use-cluster-ip
        websocket-services
        """.split()  # noqa: SIM905 - the same
    ),
    "minion": frozenset(
        """
        app-root hsts hsts-include-subdomains hsts-max-age http-redirect-code listen-ports
        listen-ports-ssl proxy-hide-headers proxy-pass-headers redirect-to-https server-snippets
        server-tokens ssl-ciphers ssl-prefer-server-ciphers ssl-redirect
        """.split()  # noqa: SIM905 - the same
    ),
}
_LISTS_OF_SERVICES = ("websocket-services", "grpc-services", "ssl-services")
_LISTS_WITH_VALUES = ("sticky-cookie-services", "rewrites")
_SIZE = re.compile(r"\d+[kKmM]?", re.ASCII)
_NUMBER = re.compile(r"[-+]?\d+", re.ASCII)
_BOOLEAN = re.compile(r"1|0|t|f|T|F|true|false|TRUE|FALSE|True|False")
_VALUES = {
    "limit-req-rate": re.compile(r"0*[1-9]\d*r/[sm]", re.ASCII),
    "limit-req-zone-size": _SIZE,
    "limit-req-burst": _NUMBER,
    "limit-req-delay": _NUMBER,
    "limit-req-reject-code": _NUMBER,
    "limit-req-no-delay": _BOOLEAN,
    "limit-req-dry-run": _BOOLEAN,
    "limit-req-scale": _BOOLEAN,
    "limit-req-log-level": re.compile(r"info|notice|warn|error"),
}


def nginx_annotations_are_known(platform: Platform) -> Iterator[Violation]:
    """An annotation that the controller does not know, or not on this Ingress, is ignored."""
    for ingress in f5_ingresses(platform):
        for key in options(ingress):
            if key not in _KNOWN:
                yield ingress, f"the controller knows no annotation {PREFIX}{key}"
            elif key in _DROPPED.get(role(ingress), ()):
                yield ingress, f"the controller ignores {PREFIX}{key} on a {role(ingress)}"


def nginx_limits_are_well_formed(platform: Platform) -> Iterator[Violation]:
    """A limit that cannot be parsed is ignored, so nothing is limited."""
    for ingress in f5_ingresses(platform):
        for key, value in options(ingress).items():
            if key in _VALUES and not _VALUES[key].fullmatch(value):
                yield ingress, f"the controller ignores {PREFIX}{key}: {value!r}"


def nginx_services_are_backends(platform: Platform) -> Iterator[Violation]:
    """Services in annotations are backends of the same Ingress."""
    for ingress in f5_ingresses(platform):
        own = {field(service, "name", default="") for service in services_of(ingress)}
        for key, value in options(ingress).items():
            if key in _LISTS_OF_SERVICES:
                named = value.split(",")
            elif key in _LISTS_WITH_VALUES:
                named = [
                    entry.partition(" ")[0].removeprefix("serviceName=")
                    for entry in value.split(";")
                ]
            else:
                continue
            for name in named:
                if name not in own:
                    yield ingress, f"{PREFIX}{key} names {name!r}, which is no backend of it"


def f5_ingresses(platform: Platform) -> list[Manifest]:
    """Return the Ingresses of the classes of this controller."""
    ingresses = platform.of_kind(INGRESS)
    classes = {class_of(ingress) for ingress in ingresses if options(ingress)}
    return [ingress for ingress in ingresses if class_of(ingress) in classes]


def options(ingress: Manifest) -> dict[str, str]:
    """Return the annotations for this controller, without their prefix."""
    return {
        key.removeprefix(PREFIX): str(value)
        for key, value in annotations_of(ingress).items()
        if key.startswith(PREFIX)
    }


def role(ingress: Manifest) -> str:
    """Return ``master``, ``minion``, or nothing for an Ingress that stands alone."""
    return options(ingress).get("mergeable-ingress-type", "")
