"""Tells autoscalers what Prometheus knows of each pod."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cdk8s import Yaml
from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.facts.access import READ, Access, KubernetesAccess, Verb
from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.network import Call, Outside, Port
from constructs_lib.facts.published import Facts
from constructs_lib.facts.signals import PodMetric
from constructs_lib.names import Identity, NamedConstruct
from constructs_lib.servers.deployment import deployment
from constructs_lib.servers.pod import ServerPod
from constructs_lib.servers.process import Probe, Process
from constructs_lib.servers.rights import bind_everywhere, grant_everywhere
from constructs_lib.servers.service import cluster_ip_service
from constructs_lib.workload.configuration import ConfigFiles
from constructs_lib.workload.probes import HttpsCheck
from constructs_lib.workload.resources import Resources
from constructs_lib.workload.volumes import Scratch

_HTTPS = Port(name="https", number=6443)
_GROUP = "custom.metrics.k8s.io"


class CustomMetrics(NamedConstruct):
    """The Prometheus adapter: the metrics that autoscalers name, and no others.

    Creates a Deployment of two, its Service, the APIService that sends
    autoscalers there, and the rights for both.

    Args:
        scope: an observability stack.
        identity: of the servers.
        image: what they run.
        metrics: what autoscalers ask for.
        prometheus: who knows.
        scrape_seconds: between two samples there.
        api_server: where the API server is, which asks on behalf of autoscalers.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        identity: Identity,
        image: str,
        metrics: Sequence[PodMetric],
        prometheus: HttpEndpoint,
        scrape_seconds: int,
        api_server: Outside,
    ) -> None:
        super().__init__(scope, identity.name)
        process = Process(
            name="adapter",
            image=image,
            resources=Resources(cpu="100m", memory="256Mi", ephemeral_storage="64Mi"),
            args=[
                "--cert-dir=/run/adapter",
                "--config=/etc/adapter/config.yaml",
                f"--prometheus-url={prometheus.url}",
                f"--secure-port={_HTTPS.number}",
                "--metrics-relist-interval=1m",
            ],
            ports=[_HTTPS],
            volumes=[
                ConfigFiles(
                    name="configuration",
                    files={"config.yaml": adapter_yaml(metrics, scrape_seconds)},
                    mount_path="/etc/adapter",
                ),
                Scratch(mount_path="/run/adapter", size="1Mi"),
            ],
            startup=Probe(
                check=HttpsCheck(path="/livez"), port=_HTTPS.number, failure_threshold=18
            ),
            readiness=Probe(check=HttpsCheck(path="/readyz"), port=_HTTPS.number),
            liveness=Probe(check=HttpsCheck(path="/livez"), port=_HTTPS.number),
        )
        pods = Access(resources=("pods",), verbs=READ)
        pod = ServerPod(
            identity=identity,
            processes=[process],
            access=KubernetesAccess(rules=(pods,), api_server=api_server),
        )
        facts = deployment(self, pod, replicas=2)
        cluster_ip_service(self, pod.peer, ports={_HTTPS.name: 443})
        self._rights(identity, pods, metrics)
        k8s.KubeApiService(
            self,
            "APIService",
            # The name of an APIService is no name of anything else: it has dots.
            metadata=k8s.ObjectMeta(name=f"v1beta1.{_GROUP}", labels=identity.labels),
            spec=k8s.ApiServiceSpec(
                group=_GROUP,
                version="v1beta1",
                group_priority_minimum=100,
                version_priority=100,
                service=k8s.ServiceReference(name=identity.name, namespace=identity.namespace),
                # Each adapter signs a certificate of its own when it starts; who may
                # reach it is what the NetworkPolicy says.
                insecure_skip_tls_verify=True,
            ),
        )
        self._facts = replace(
            facts,
            calls=(
                *facts.calls,
                prometheus.called_by(pod.peer),
                Call(source=api_server, target=pod.peer, port=_HTTPS.name),
            ),
        )

    @property
    def facts(self) -> Facts:
        """What the others need to know."""
        return self._facts

    def _rights(self, identity: Identity, pods: Access, metrics: Sequence[PodMetric]) -> None:
        """Let it check who asks, and let autoscalers ask."""
        grant_everywhere(self, identity, [pods])
        name = f"{identity.namespace}-{identity.name}"
        bind_everywhere(self, identity, role="system:auth-delegator", name=f"{name}-asks-who-calls")
        k8s.KubeRoleBinding(
            self,
            "RoleBinding-kube-system",
            metadata=names.metadata(
                self, "RoleBinding", name, namespace="kube-system", labels=identity.labels
            ),
            role_ref=k8s.RoleRef(
                api_group="rbac.authorization.k8s.io",
                kind="Role",
                name="extension-apiserver-authentication-reader",
            ),
            subjects=[
                k8s.Subject(kind="ServiceAccount", name=identity.name, namespace=identity.namespace)
            ],
        )
        scaler = Identity(
            name="horizontal-pod-autoscaler",
            namespace="kube-system",
            component=identity.component,
        )
        asked = tuple(dict.fromkeys(f"pods/{metric.name}" for metric in metrics))
        own = Access(api_group=_GROUP, resources=asked, verbs=(Verb.GET, Verb.LIST))
        grant_everywhere(Construct(self, "autoscaler"), scaler, [own])


def adapter_yaml(metrics: Sequence[PodMetric], scrape_seconds: int) -> str:
    """Return how each metric is asked of Prometheus.

    Args:
        metrics: what autoscalers name.
        scrape_seconds: between two samples; a rate is over four of them, so that
            one that is lost does no harm.
    """
    rules = [_rule(metric, window=4 * scrape_seconds) for metric in dict.fromkeys(metrics)]
    return Yaml.stringify({"rules": rules})


def _rule(metric: PodMetric, *, window: int) -> dict[str, Any]:
    series = metric.series or metric.name
    value = "<<.Series>>{<<.LabelMatchers>>}"
    if series.endswith("_total"):
        value = f"rate({value}[{window}s])"
    return {
        "seriesQuery": f'{series}{{namespace!="",pod!=""}}',
        "resources": {
            "overrides": {"namespace": {"resource": "namespace"}, "pod": {"resource": "pod"}}
        },
        "name": {"as": metric.name},
        "metricsQuery": f"sum by (<<.GroupBy>>) ({value})",
    }
