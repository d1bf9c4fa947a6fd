"""The variables of a container, each after those that it refers to."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from cdk8s_plus_27 import k8s

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.pods.secrets import SecretEnv
from constructs_lib.rules import check_env_name, check_text
from constructs_lib.secret_detection import check_no_secret
from constructs_lib.variable_references import referred

# No program starts with a longer variable (https://man7.org/linux/man-pages/man2/execve.2.html).
_LARGEST = 2**17
# What tells every container where the API server is.
_API_SERVER = re.compile(
    r"KUBERNETES_(SERVICE_(HOST|PORT(_HTTPS)?)|PORT(_443_TCP(_(PROTO|PORT|ADDR))?)?)"
)
_POD_FIELD = re.compile(
    r"metadata\.(name|namespace|uid|(labels|annotations)\['[A-Za-z0-9./_-]+'\])"
    r"|spec\.(nodeName|serviceAccountName)|status\.(host|pod)IPs?"
)
_RESOURCE = re.compile(r"(limits|requests)\.(cpu|memory|ephemeral-storage)")


def environment(
    env: Mapping[str, str],
    *,
    pod_env: Mapping[str, str],
    secret_env: Sequence[SecretEnv],
    whole: Sequence[str] = (),
) -> list[k8s.EnvVar]:
    """Return the typed variables.

    Kubernetes expands references to earlier variables only, and leaves others as they are:
    those of the pod and of Secrets come first, plain ones after those that they refer to.

    Args:
        env: variables in plain text, which may refer to all.
        pod_env: variables from fields of the pod.
        secret_env: those from Secrets.
        whole: the names of those that come with a whole ConfigMap or Secret, which are there
            before all others.
    """
    before = {*pod_env, *(variable.name for variable in secret_env), *whole}
    return [
        *(k8s.EnvVar(name=name, value_from=_source(path)) for name, path in pod_env.items()),
        *(variable.to_kube() for variable in secret_env),
        *(k8s.EnvVar(name=name, value=str(env[name])) for name in _in_order(env, before)),
    ]


def _source(path: str) -> k8s.EnvVarSource:
    # What the API server fills in is written.
    if _RESOURCE.fullmatch(path):
        divisor = k8s.Quantity.from_string("0")
        return k8s.EnvVarSource(
            resource_field_ref=k8s.ResourceFieldSelector(resource=path, divisor=divisor)
        )
    return k8s.EnvVarSource(field_ref=k8s.ObjectFieldSelector(api_version="v1", field_path=path))


def _in_order(env: Mapping[str, str], before: Collection[str]) -> Sequence[str]:
    """Return the names as they are written, but each after those that its value refers to."""
    order: dict[str, None] = {}

    def add(name: str, waiting: tuple[str, ...]) -> None:
        # What no variable here can be called is text.
        for other in filter(str.isidentifier, referred(env[name])):
            if other in waiting:
                raise ConfigurationError(
                    f"Container.env[{name!r}]", f"$({other})", "refer to none that refers back"
                )
            if other in env:
                add(other, (*waiting, other))
            # The address of the API server is told to every container.
            elif other not in before and not _API_SERVER.fullmatch(other):
                raise ConfigurationError(
                    f"Container.env[{name!r}]",
                    f"$({other})",
                    f"give the container a variable {other}, or write '$$({other})' if it is to "
                    "read just that text",
                )
        order.setdefault(name)

    for name in env:
        add(name, (name,))
    return list(order)


def check_pod_env(field: str, pod_env: Mapping[str, str]) -> None:
    """Refuse variables for fields of a pod that variables do not support."""
    for name, path in pod_env.items():
        check_env_name(field, name)
        if not _POD_FIELD.fullmatch(path) and not _RESOURCE.fullmatch(path):
            reject(
                f"{field}[{name!r}]",
                path,
                "name a field such as 'metadata.name', 'status.podIP' or 'limits.memory'",
            )


def check_public(field: str, env: Mapping[str, str]) -> None:
    """Refuse variables that Kubernetes rejects, or that hold a secret."""
    for name, value in env.items():
        check_env_name(field, name)
        check_text(f"{field}[{name!r}]", value)
        check_no_secret(
            f"{field}[{name!r}]",
            value,
            name=name,
            instead="pass a secret by reference, SecretEnv(name=…, secret=SecretRef(…), key=…)",
        )
    size = sum(len(f"{name}={value}".encode()) for name, value in env.items())
    if size >= _LARGEST:
        reject(field, f"{size} bytes", f"stay below {_LARGEST} bytes, or use ConfigFiles")
