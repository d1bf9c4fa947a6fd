"""The variables in which an SDK of OpenTelemetry reads what becomes of its traces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from constructs_lib.facts.readable import OurVariables
from constructs_lib.facts.tracing import Tracing
from constructs_lib.labels import NAME
from constructs_lib.pods.container import Container
from constructs_lib.pods.image import version_of
from constructs_lib.tiers.endpoint_variables import EndpointVariables

# By the key of the Secret that each needs.
_OF_KEYS = {
    "headers": {"OTEL_EXPORTER_OTLP_HEADERS": "{headers}"},
    "ca.crt": {"OTEL_EXPORTER_OTLP_CERTIFICATE": "{ca_file}"},
    "tls.crt": {"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE": "{tls_crt_file}"},
    "tls.key": {"OTEL_EXPORTER_OTLP_CLIENT_KEY": "{tls_key_file}"},
}
# The names that the operator of OpenTelemetry gives them.
_NAMESPACE = "OTEL_RESOURCE_ATTRIBUTES_NAMESPACE_NAME"
_POD = "OTEL_RESOURCE_ATTRIBUTES_POD_NAME"
_NODE = "OTEL_RESOURCE_ATTRIBUTES_NODE_NAME"
_FIELDS = {
    "OTEL_SERVICE_NAME": f"metadata.labels['{NAME}']",
    _NAMESPACE: "metadata.namespace",
    _POD: "metadata.name",
    _NODE: "spec.nodeName",
}


def trace(container: Container, tracing: Tracing) -> Container:
    """Return the container, which has all its other variables, with those of its traces.

    Args:
        container: of the workload.
        tracing: of the workload.
    """
    said, secret = tracing.variables, tracing.secret
    ours = isinstance(said, OurVariables)
    told = EndpointVariables(
        kind="Tracing",
        argument="tracing",
        name=secret.name if secret and not ours else "tracing",
        templates=_ours(tracing) if isinstance(said, OurVariables) else said,
        values={
            "host": tracing.host,
            "port": str(tracing.port),
            "scheme": tracing.scheme,
            "url": tracing.url,
            "protocol": tracing.protocol,
        },
        secret=secret,
    ).given_to(container)
    if not ours:
        return told
    fields = {name: path for name, path in _FIELDS.items() if name not in told.variables}
    return replace(told, pod_env={**fields, **told.pod_env}).with_defaults(
        env={
            "OTEL_RESOURCE_ATTRIBUTES": _attributes(tracing, container),
            "OTEL_TRACES_EXPORTER": "otlp",
            # Prometheus asks for the metrics, and Filebeat reads the lines.
            "OTEL_METRICS_EXPORTER": "none",
            "OTEL_LOGS_EXPORTER": "none",
            "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
            "OTEL_TRACES_SAMPLER_ARG": f"{tracing.sampled_percent / 100:.10g}",
        }
    )


def _ours(tracing: Tracing) -> Mapping[str, str]:
    keys = tracing.secret.keys if tracing.secret else ()
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "{url}",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "{protocol}",
        **{name: text for key in keys for name, text in _OF_KEYS[key].items()},
    }


def _attributes(tracing: Tracing, container: Container) -> str:
    """Return the resource attributes.

    Their names, and what each is in Kubernetes, are those of
    https://opentelemetry.io/docs/specs/semconv/non-normative/k8s-attributes/.
    """
    version = version_of(container.image)
    said = {
        "service.namespace": f"$({_NAMESPACE})",
        "service.instance.id": f"$({_NAMESPACE}).$({_POD}).{container.name}",
        **({"service.version": version} if version else {}),
        "k8s.namespace.name": f"$({_NAMESPACE})",
        "k8s.pod.name": f"$({_POD})",
        "k8s.node.name": f"$({_NODE})",
        "k8s.container.name": container.name,
    }
    further = {name: quote(text, safe="") for name, text in tracing.attributes.items()}
    return ",".join(f"{name}={text}" for name, text in (said | further).items())
