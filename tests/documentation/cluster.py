"""What the commands of the pages meet: the platform of dist/, and beside it what not all have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

import yaml
from cdk8s import App, Chart

from constructs_lib import (
    BlueGreen,
    Canary,
    Color,
    Container,
    Host,
    Migration,
    Outside,
    Port,
    PublicHost,
    ReclaimPolicy,
    SnapshotClass,
    Tls,
    VirtualServer,
    VolumeSnapshots,
    WebTier,
    Workload,
)
from constructs_lib.testing import find_all, manifests
from tests.documentation.kubectl import Need
from tests.documentation.pages import ROOT

Manifest = Mapping[str, Any]

# Of the cluster; no persona, so bound to nothing here.
ADMINISTRATOR = "administrator"
# What Kubernetes and Patroni make at run time.
_LATER = {("EndpointSlice", "kubernetes", "default")}
_LABELS = {"role", "topology.kubernetes.io/zone"}


class Cluster:
    """What commands meet in a cluster with some manifests.

    Args:
        objects: the manifests.
    """

    def __init__(self, objects: Sequence[Manifest]) -> None:
        self.objects = objects

    @cached_property
    def names(self) -> set[tuple[str, str, str]]:
        """The kind, the name and the namespace of all that is there."""
        found = {(m["kind"], m["metadata"]["name"], _namespace(m)) for m in self.objects} | _LATER
        found |= {("PersistentVolumeClaim", name, where) for where, name in self.claims}
        for each in find_all(self.objects, "StatefulSet"):
            for number in range(each["spec"]["replicas"]):
                found.add(("Pod", f"{each['metadata']['name']}-{number}", _namespace(each)))
        return found

    @cached_property
    def claims(self) -> dict[tuple[str, str], Manifest]:
        """The claims of StatefulSets, by namespace and name."""
        return {
            (
                _namespace(each),
                f"{claim['metadata']['name']}-{each['metadata']['name']}-{number}",
            ): {
                **claim,
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
            }
            for each in find_all(self.objects, "StatefulSet")
            for claim in each["spec"].get("volumeClaimTemplates", [])
            for number in range(each["spec"]["replicas"])
        }

    @cached_property
    def pods(self) -> dict[str, Manifest]:
        """The pods that are made, by the namespace and the name of what makes them."""
        found = {}
        for each in self.objects:
            spec = each.get("spec", {})
            spec = spec["jobTemplate"]["spec"] if each["kind"] == "CronJob" else spec
            if "template" in spec and "metadata" in spec["template"]:
                found[f"{_namespace(each)}/{each['metadata']['name']}"] = spec["template"]
        return found

    @cached_property
    def labels(self) -> set[str]:
        """Every label that some pod has."""
        return {key for pod in self.pods.values() for key in pod["metadata"]["labels"]} | _LABELS

    def selected(self, namespace: str, selector: str) -> list[Manifest]:
        """Return the pods of a namespace that an option ``-l`` selects."""
        wanted = dict(term.split("=") for term in selector.split(",")).items()
        return [
            pod
            for path, pod in self.pods.items()
            if path.startswith(f"{namespace}/") and wanted <= pod["metadata"]["labels"].items()
        ]

    def allowed(self, persona: str, namespace: str, need: Need) -> bool:
        """Tell whether the manifests let the people of a persona do something in a namespace."""
        return any(
            need.group in rule["apiGroups"]
            and need.resource in rule["resources"]
            and need.verb in rule["verbs"]
            and need.name in rule.get("resourceNames", [need.name])
            for rule in self._rules(persona, namespace)
        )

    def _rules(self, persona: str, namespace: str) -> Iterator[Manifest]:
        bindings = find_all(self.objects, "RoleBinding")
        people = {
            group
            for each in bindings
            if each["metadata"]["name"] == persona
            for group in _groups(each)
        }
        for binding in find_all(bindings, "RoleBinding", namespace=namespace):
            # Whoever is in a group of the persona has what else that group may.
            if binding["metadata"]["name"] == persona or people <= _groups(binding):
                for role in find_all(self.objects, "ClusterRole", binding["roleRef"]["name"]):
                    yield from role["rules"]


@cache
def documented() -> Cluster:
    """Return the cluster that pages speak of."""
    written = [
        manifest
        for file in sorted((ROOT / "dist").glob("*.yaml"))
        for manifest in yaml.safe_load_all(file.read_text())
    ]
    return Cluster([*written, *_tracks(), *_migration(), *_snapshots()])


def _groups(binding: Manifest) -> set[str]:
    return {each["name"] for each in binding["subjects"] if each["kind"] == "Group"}


def _namespace(manifest: Manifest) -> str:
    namespace: str = manifest["metadata"].get("namespace", "")
    return namespace


def _tracks() -> Iterator[Manifest]:
    image = "registry.example.com/shop/web"
    for rollout in (
        Canary(image=f"{image}:1.5.0", steps=(5, 100), step=1),
        BlueGreen(active=Color.BLUE, green=f"{image}:1.5.0"),
    ):
        chart = Chart(App(), "web", namespace="app")
        host = Host(
            name="shop.example.com", tls=Tls(secret_name="shop-tls"), renderer=VirtualServer()
        )
        web = WebTier(
            chart,
            "web",
            container=Container(image=f"{image}:1.4.2"),
            host=host,
            workload=Workload(rollout=rollout),
        )
        PublicHost(chart, "host", host=host, constructs=[web])
        # The others are those of main.py.
        yield from (m for m in manifests(chart) if m["metadata"]["name"].startswith("web-"))


def _migration() -> Sequence[Manifest]:
    chart = Chart(App(), "migration", namespace="app")
    image = "registry.example.com/shop/api:2.0.3"
    Migration(chart, "migration", container=Container(image=image), check=["bin/up-to-date"])
    return find_all(chart, "Job")


def _snapshots() -> Sequence[Manifest]:
    chart = Chart(App(), "grafana-snapshots", namespace="monitoring")
    https = Port(name="https", number=443)
    VolumeSnapshots(
        chart,
        "grafana-snapshots",
        claims={"app.kubernetes.io/name": "grafana"},
        snapshot_class=SnapshotClass(name="fast", deletion_policy=ReclaimPolicy.DELETE),
        api_server=Outside(name="api-server", cidrs=("10.0.0.0/24",), ports=(https,)),
    )
    return find_all(chart, "CronJob")
