"""Two states of a cluster: what lives before an apply, and what lives after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from constructs_lib.changes.objects import ObjectKey, Pair
from constructs_lib.changes.renames import Rename
from constructs_lib.changes.verdicts import Deploys
from constructs_lib.manifests.fields import Manifest
from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.workloads import WorkloadManifest, workload_of

Node = dict[str, Any]


class Comparison:
    """What an apply makes of a cluster.

    An object that is refused stays as it was, and one that is in the files no more stays unless
    whoever applies deletes it.

    Args:
        same: the objects that do not change.
        pairs: those that do.
        refused: the identities of those that the API server refuses.
        deploys: how the files come into the cluster.
        renamed: those that are one under two names.
    """

    def __init__(
        self,
        same: Sequence[Node],
        pairs: Sequence[Pair],
        refused: Iterable[ObjectKey],
        deploys: Deploys,
        renamed: Sequence[Rename],
    ) -> None:
        self.pairs = pairs
        self.deploys = deploys
        self.refused = frozenset(refused)
        self.former = {each.new.identity: each.gone for each in renamed}
        self.by_identity: Mapping[ObjectKey, Pair] = {pair.identity: pair for pair in pairs}
        self._namespaces = {pair.namespace for pair in pairs if pair.after} | {
            _namespace(each) for each in same
        }
        self.before = Platform([*same, *(pair.was for pair in pairs if pair.before)])
        self.after = Platform([*same, *filter(None, map(self.settled, pairs))])

    def settled(self, pair: Pair) -> Node | None:
        """Return an object as it lives after the apply; None if it does not."""
        if pair.identity in self.refused:
            return pair.was or None
        if not pair.is_gone:
            return pair.now
        return None if self.deletes(pair) else pair.was

    def deletes(self, pair: Pair) -> bool:
        """Tell whether an object that is in the files no more is deleted."""
        match self.deploys:
            case Deploys.APPLY | Deploys.SERVER_SIDE:
                return False
            case Deploys.GITOPS:
                return True
        # Only where its namespace still is in the files, and only if nothing was refused.
        visited = not pair.namespace or pair.namespace in self._namespaces
        return pair.kind in _PRUNED and visited and not self.refused

    @property
    def accepted(self) -> list[Pair]:
        """The objects that are created or updated."""
        return [p for p in self.pairs if not p.is_gone and p.identity not in self.refused]

    @property
    def updated(self) -> list[Pair]:
        """The objects that are there before and after."""
        return [pair for pair in self.accepted if not pair.is_new]

    @property
    def gone(self) -> list[Pair]:
        """The objects that are in the files no more."""
        return [pair for pair in self.pairs if pair.is_gone]

    def pair_of(self, manifest: Manifest) -> Pair | None:
        """Return the pair of an object that changes, or None."""
        return self.by_identity.get(ObjectKey.of(manifest))

    def workload_before(self, workload: WorkloadManifest) -> WorkloadManifest | None:
        """Return a workload as it was, under the name that it had; None if it is new."""
        former = self.former.get(ObjectKey.of(workload.manifest))
        if former is not None:
            return workload_of(former.was)
        return find_workload(self.before, workload)


def find_workload(platform: Platform, workload: WorkloadManifest) -> WorkloadManifest | None:
    """Return the workload of the same kind and name in a platform, or None."""
    wanted = (workload.kind, workload.path)
    return next((w for w in platform.workloads if (w.kind, w.path) == wanted), None)


def _namespace(manifest: Manifest) -> str:
    return ObjectKey.of(manifest)[1]


# The default list of `kubectl apply --prune`.
_PRUNED = frozenset(
    {
        "ConfigMap",
        "CronJob.batch",
        "DaemonSet.apps",
        "Deployment.apps",
        "Endpoints",
        "Ingress.networking.k8s.io",
        "Job.batch",
        "Namespace",
        "PersistentVolume",
        "PersistentVolumeClaim",
        "Pod",
        "ReplicaSet.apps",
        "ReplicationController",
        "Secret",
        "Service",
        "StatefulSet.apps",
    }
)
