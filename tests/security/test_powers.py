"""What the library itself writes gives power to whoever else may write it, but for a few kinds."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from constructs_lib.facts.rbac import PolicyRule, Verb
from constructs_lib.namespaces import Namespace
from constructs_lib.security.persona_roles import persona_problems
from constructs_lib.security.personas import Viewer

ROOT = Path(__file__).parents[2]
WRITTEN = (
    *("dist/*.yaml", "dist/add-ons/*.yaml"),
    *("examples/__snapshots__/**/*.yaml", "tests/**/__snapshots__/**/*.yaml"),
)
NO_POWER = {
    "HorizontalPodAutoscaler.autoscaling": "how many pods there are",
    "PersistentVolumeClaim.": "an empty volume, within the quota",
    "PodDisruptionBudget.policy": "when nodes are drained",
    # A RoleBinding gives nobody what is in no namespace.
    "StorageClass.storage.k8s.io": "in no namespace",
    "VolumeSnapshotClass.snapshot.storage.k8s.io": "in no namespace",
}
NO_OBJECT = {"Policy.audit.k8s.io", "EncryptionConfiguration.apiserver.config.k8s.io"}


def kinds() -> set[str]:
    """Return each kind that stands in a manifest, with its group."""
    found = set()
    for path in (path for pattern in WRITTEN for path in ROOT.glob(pattern)):
        for each in yaml.safe_load_all(path.read_text()):
            for manifest in each if isinstance(each, list) else [each]:
                if isinstance(manifest, dict) and "apiVersion" in manifest:
                    group = manifest["apiVersion"].rpartition("/")[0]
                    found.add(f"{manifest['kind']}.{group}")
    return found - NO_OBJECT


def resource(kind: str) -> str:
    word = kind.lower()
    if word.endswith("s"):
        return f"{word}es"
    return f"{word[:-1]}ies" if word.endswith("cy") else f"{word}s"


class Writer(Viewer):
    """Writes one kind of object, and declares nothing."""

    rule: PolicyRule

    def rules(self) -> tuple[PolicyRule, ...]:
        """Return its RBAC rules."""
        return (self.rule,)


def refused(kind: str, verb: Verb) -> bool:
    name, _, group = kind.partition(".")
    rule = PolicyRule(api_group=group, resources=(resource(name),), verbs=(verb,))
    writer = Writer(groups=("shop",), namespaces=("app",), rule=rule)
    return any(persona_problems([writer], [Namespace(name="app")]))


@pytest.mark.mission("B61")
def test_whoever_writes_what_the_platform_is_made_of_says_so() -> None:
    found = kinds()
    assert len(found) > 25
    powerless = {
        kind for kind in found for verb in (Verb.CREATE, Verb.PATCH) if not refused(kind, verb)
    }
    assert powerless - NO_POWER.keys() == set()
    # One that came to be a power, or is not written any more, leaves the list.
    assert {kind for kind in NO_POWER.keys() & found if kind not in powerless} == set()


@pytest.mark.parametrize(
    "kind",
    [
        *("ScaledJob.keda.sh", "TriggerAuthentication.keda.sh"),
        *("PodMonitor.monitoring.coreos.com", "ServiceMonitor.monitoring.coreos.com"),
        *("Rollout.argoproj.io", "CertificateRequest.cert-manager.io"),
        *("EndpointSlice.discovery.k8s.io", "ValidatingWebhookConfiguration.admission"),
    ],
)
def test_so_do_those_who_write_what_does_the_same(kind: str) -> None:
    assert refused(kind, Verb.CREATE)
