"""The Prometheus adapter: custom metrics for autoscalers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from cdk8s import Yaml
from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.network import Call, Port
from constructs_lib.facts.promql import metrics_asked
from constructs_lib.facts.published import Facts
from constructs_lib.facts.rbac import KubernetesPermissions, PolicyRule, Verb
from constructs_lib.facts.signals import ExternalMetric, PodMetric
from constructs_lib.labels import Identity
from constructs_lib.observability.context import StackContext
from constructs_lib.observability.part import Part, identity_of
from constructs_lib.observability.prometheus.self_monitoring import endpoint
from constructs_lib.pods.api_token import ApiToken
from constructs_lib.pods.checks import HttpsCheck
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.deployment import deployment
from constructs_lib.pods.extra_containers import extended
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.rbac import cluster_role_binding, namespaced_role
from constructs_lib.pods.service import cluster_ip_service
from constructs_lib.pods.volumes import Scratch

_HTTPS = Port(name="https", number=6443)
_GROUP = "custom.metrics.k8s.io"
_EXTERNAL_GROUP = "external.metrics.k8s.io"
_PODS = PolicyRule(resources=("pods",), verbs=(Verb.LIST,))


class PrometheusAdapter(Part):
    """The Prometheus adapter, which serves the metrics that autoscalers name, and no others.

    Creates a Deployment, its Service, the APIService of the custom metrics API, and Roles
    in the namespaces of the pods.

    Args:
        scope: an observability stack.
        context: shared by all parts.

    Raises:
        ConfigurationError: a metric that the pods do not expose.
    """

    def __init__(self, scope: Construct, context: StackContext) -> None:
        super().__init__(scope, identity_of("prometheus-adapter", context.monitoring))
        metrics = [metric for facts in context.scaled for metric in _asked(facts)]
        external = external_metrics(context.scaled)
        configuration = adapter_yaml(metrics, context.metrics.scrape_seconds, external)
        pod = Pod(
            identity=self.identity,
            importance=Importance.OBSERVABILITY,
            log_format=LogFormat.PLAIN,
            containers=[_process(context, configuration)],
            permissions=KubernetesPermissions(rules=(_PODS,), api_server=context.api_server),
        )
        pod = extended(pod, context.extra_containers)
        made = deployment(self, pod, replicas=context.sizes.prometheus_adapter.count)
        service = cluster_ip_service(self, pod.peer, ports={_HTTPS.name: 443})
        namespaces = sorted({peer.namespace for each in context.scaled for peer in each.peers})
        served = {
            _GROUP: [f"pods/{metric.name}" for metric in metrics],
            _EXTERNAL_GROUP: [metric.name for metric in external],
        }
        rules = [
            PolicyRule(
                api_group=group,
                resources=tuple(dict.fromkeys(names)),
                verbs=(Verb.GET, Verb.LIST),
            )
            for group, names in served.items()
            if names
        ]
        self._rights(rules, namespaces)
        for rule in rules:
            self._api_service(rule.api_group)
        told = Facts(
            calls=(
                endpoint(context).called_by(pod.peer),
                # It asks on behalf of autoscalers.
                Call(source=context.api_server, target=pod.peer, port=_HTTPS.name),
            ),
        )
        self.facts = made.joined(service, told)

    def _api_service(self, group: str) -> None:
        k8s.KubeApiService(
            self,
            f"APIService-{group}",
            # The name of an APIService is no name of anything else: it has dots.
            metadata=k8s.ObjectMeta(name=f"v1beta1.{group}", labels=self.identity.labels),
            spec=k8s.ApiServiceSpec(
                group=group,
                version="v1beta1",
                group_priority_minimum=100,
                version_priority=100,
                service=k8s.ServiceReference(
                    name=self.identity.name, namespace=self.identity.namespace
                ),
                # Each adapter signs a certificate of its own when it starts; who may
                # reach it is what the NetworkPolicy says.
                insecure_skip_tls_verify=True,
            ),
        )

    def _rights(self, asked: Sequence[PolicyRule], namespaces: Sequence[str]) -> None:
        """Let it delegate authentication and list pods, and let autoscalers read the metrics."""
        identity = self.identity
        name = f"{identity.namespace}-{identity.name}"
        cluster_role_binding(
            self, identity, role="system:auth-delegator", name=f"{name}-asks-who-calls"
        )
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
        for namespace in namespaces:
            namespaced_role(Construct(self, f"autoscaler-{namespace}"), scaler, namespace, asked)
            if namespace != identity.namespace:
                namespaced_role(self, identity, namespace, [_PODS])


def _process(context: StackContext, configuration: str) -> Container:
    return Container(
        name="adapter",
        image=context.images.prometheus_adapter,
        resources=context.sizes.prometheus_adapter.resources,
        args=[
            "--cert-dir=/run/adapter",
            "--config=/etc/adapter/config.yaml",
            f"--prometheus-url={endpoint(context).url}",
            f"--secure-port={_HTTPS.number}",
            "--metrics-relist-interval=1m",
        ],
        ports=[_HTTPS],
        volumes=[
            ApiToken(),
            ConfigFiles(
                name="configuration",
                files={"config.yaml": configuration},
                mount_path="/etc/adapter",
            ),
            Scratch(mount_path="/run/adapter", size="1Mi"),
        ],
        startup=Probe(check=HttpsCheck(path="/livez"), port=_HTTPS.number, failure_threshold=18),
        readiness=Probe(check=HttpsCheck(path="/readyz"), port=_HTTPS.number),
        liveness=Probe(check=HttpsCheck(path="/livez"), port=_HTTPS.number),
    )


def _asked(facts: Facts) -> Sequence[PodMetric]:
    """Return the metrics that autoscalers name; refuse those that no pod exposes."""
    for metric in facts.pod_metrics:
        series = metric.series or metric.name
        if not any(series in endpoint.names for endpoint in facts.metrics):
            raise ConfigurationError(
                "Facts.pod_metrics",
                series,
                "name it in MetricsEndpoint.names of the pods that are scaled by it",
            )
    return facts.pod_metrics


def external_metrics(read: Iterable[Facts]) -> list[ExternalMetric]:
    """Return the metrics of other things, each name once; refuse one name with two queries."""
    found: dict[str, ExternalMetric] = {}
    for metric in (metric for facts in read for metric in facts.external_metrics):
        known = found.setdefault(metric.name, metric)
        if known.query != metric.query:
            raise ConfigurationError(
                f"ExternalMetric({metric.name!r}).query",
                metric.query,
                f"use another name: elsewhere this one is {known.query!r}",
            )
    return list(found.values())


def adapter_yaml(
    metrics: Sequence[PodMetric], scrape_seconds: int, external: Sequence[ExternalMetric] = ()
) -> str:
    """Return the configuration: a rule with a query for each metric.

    Args:
        metrics: of pods, that autoscalers name.
        scrape_seconds: between two samples; a rate is over four of them, so that
            one that is lost does no harm.
        external: metrics of other things, that they name.
    """
    rules = [_rule(metric, window=4 * scrape_seconds) for metric in dict.fromkeys(metrics)]
    others = {"externalRules": [_external_rule(metric) for metric in external]} if external else {}
    return Yaml.stringify({"rules": rules, **others})


def _external_rule(metric: ExternalMetric) -> dict[str, Any]:
    return {
        # The metric is there as long as one of its series is.
        "seriesQuery": min(metrics_asked(metric.query)),
        # Of the whole cluster: the query says what it counts, and an autoscaler names the metric.
        "resources": {"namespaced": False},
        "name": {"as": metric.name},
        "metricsQuery": metric.query,
    }


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
