"""Tells autoscalers what Prometheus knows of each pod."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cdk8s import Yaml
from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.access import READ, Access, KubernetesAccess, Verb
from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.network import Call, Outside, Port
from constructs_lib.facts.published import Facts
from constructs_lib.facts.signals import PodMetric
from constructs_lib.names import Identity, NamedConstruct
from constructs_lib.observability.exposed import exposing
from constructs_lib.pods.cluster_access import bind_everywhere, grant_in
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.deployment import deployment
from constructs_lib.pods.probes import HttpsCheck
from constructs_lib.pods.process import Probe, Process
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.server_pod import ServerPod
from constructs_lib.pods.service import cluster_ip_service
from constructs_lib.pods.volumes import Scratch

_HTTPS = Port(name="https", number=6443)
_GROUP = "custom.metrics.k8s.io"


class CustomMetrics(NamedConstruct):
    """The Prometheus adapter: the metrics that autoscalers name, and no others.

    Creates a Deployment of two, its Service, the APIService that sends
    autoscalers there, and the rights for both where those pods are.

    Args:
        scope: an observability stack.
        identity: of the servers.
        image: what they run.
        scaled: those whose autoscalers ask for metrics of their pods.
        prometheus: who knows.
        scrape_seconds: between two samples there.
        api_server: where the API server is, which asks on behalf of autoscalers.

    Raises:
        ConfigurationError: a metric that the pods do not expose.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        identity: Identity,
        image: str,
        scaled: Sequence[Facts],
        prometheus: HttpEndpoint,
        scrape_seconds: int,
        api_server: Outside,
    ) -> None:
        super().__init__(scope, identity.name)
        metrics = [metric for facts in scaled for metric in _asked(facts)]
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
        namespaces = sorted({peer.namespace for facts in scaled for peer in facts.peers})
        self._rights(identity, pods, metrics, namespaces)
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

    def _rights(
        self,
        identity: Identity,
        pods: Access,
        metrics: Sequence[PodMetric],
        namespaces: Sequence[str],
    ) -> None:
        """Let it check who asks and find the pods, and let autoscalers ask."""
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
        for namespace in namespaces:
            grant_in(Construct(self, f"autoscaler-{namespace}"), scaler, namespace, [own])
            if namespace != identity.namespace:
                grant_in(self, identity, namespace, [pods])


def _asked(facts: Facts) -> Sequence[PodMetric]:
    """Return what an autoscaler asks for; refuse what it would never be told."""
    for metric in facts.pod_metrics:
        series = metric.series or metric.name
        if not exposing(facts, series):
            raise ConfigurationError(
                "Facts.pod_metrics",
                series,
                "name it in MetricsEndpoint.names of the pods that are scaled by it",
            )
    return facts.pod_metrics


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
