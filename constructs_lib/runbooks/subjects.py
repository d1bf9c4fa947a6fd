"""What runbooks are about: the databases, tiers and servers of manifests, by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from constructs_lib.manifests.fields import Manifest, field, mapping, mappings
from constructs_lib.manifests.workloads import workload_of

_NAME = "app.kubernetes.io/name"
_COMPONENT = "app.kubernetes.io/component"
_TRACK = "track"
# Servers of the stack, each with a name that no program chooses.
_STACK = {"grafana", "observability"}
# Whoever is in a namespace with one of these is looked for there when an application fails.
_APPLICATIONS = {"broker", "cache", "database", "tier"}


class Subject(NamedTuple):
    """What a line of a runbook is about.

    Args:
        name: as its labels or its object say.
        namespace: where it is.
    """

    name: str
    namespace: str


def subjects(manifests: Iterable[Manifest]) -> Mapping[str, Sequence[Subject]]:
    """Return what there is by the word that runbooks have for it, such as ``database``."""
    found: dict[str, dict[Subject, None]] = {}
    for manifest in manifests:
        for word, subject in _words(manifest):
            found.setdefault(word, {})[subject] = None
            found.setdefault("namespace", {})[Subject(subject.namespace, subject.namespace)] = None
            if word in _APPLICATIONS:
                place = Subject(subject.namespace, subject.namespace)
                found.setdefault("application", {})[place] = None
    return {word: sorted(subjects) for word, subjects in found.items()}


def _words(manifest: Manifest) -> Iterator[tuple[str, Subject]]:
    namespace = field(manifest, "metadata", "namespace", default="")
    own = Subject(field(manifest, "metadata", "name", default=""), namespace)
    kind = field(manifest, "kind", default="")
    if kind == "HorizontalPodAutoscaler":
        yield "autoscaler", own
    elif kind == "Service" and mapping(manifest, "spec", "selector").get(_TRACK) == "canary":
        yield "canary", own
    elif kind == "StatefulSet":
        for claim in mappings(manifest, "spec", "volumeClaimTemplates"):
            name = f"{field(claim, 'metadata', 'name', default='')}-{own.name}-0"
            yield "volume", Subject(name, namespace)
    workload = workload_of(manifest)
    if workload is None or _COMPONENT not in workload.labels:
        return
    labelled = Subject(workload.labels.get(_NAME, own.name), namespace)
    component = workload.labels[_COMPONENT]
    yield (labelled.name if component in _STACK else component), labelled
    if _TRACK in workload.labels:
        yield "tier", labelled
