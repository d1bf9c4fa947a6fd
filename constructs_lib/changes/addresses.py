"""Addresses that somebody wrote for a Service: more, fewer, others or none."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.verdicts import Finding, Verdict
from constructs_lib.manifests.fields import Manifest, field, mappings, strings

WRITTEN = ("EndpointSlice.discovery.k8s.io", "Endpoints")


def addresses(pair: Pair, _: Comparison) -> Iterator[Finding]:
    """Yield what other addresses mean for those that call a Service."""
    changed = pair.below("endpoints", "subsets")
    if pair.kind not in WRITTEN or not changed:
        return
    was, now = written(pair.was), written(pair.now)
    if was and not now:
        yield Finding(Verdict.CUTS_OFF, "addresses", "no address is left to call", changed)
    elif len(now) < len(was):
        why = f"{len(now)} instead of {len(was)} addresses are called"
        yield Finding(Verdict.WEAKENS, "addresses", why, changed)
    else:
        why = "new connections go there at once"
        yield Finding(Verdict.LATER, "addresses", why, changed)


def written(manifest: Manifest) -> set[str]:
    """Return the addresses of an EndpointSlice or of Endpoints."""
    of_slice = {a for each in mappings(manifest, "endpoints") for a in strings(each, "addresses")}
    return of_slice | {
        field(address, "ip", default="")
        for subset in mappings(manifest, "subsets")
        for address in mappings(subset, "addresses")
    }
