"""What manifests refer to is found wherever a reference may stand."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.manifests.expected_secrets import ExpectedSecret, Kind, expected_secrets

Manifest = dict[str, Any]


def deployment(name: str, **pod: Any) -> Manifest:  # noqa: ANN401
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "app"},
        "spec": {"template": {"spec": {"containers": [], **pod}}},
    }


def seen(*manifests: Manifest) -> list[tuple[str, Kind, tuple[str, ...], tuple[str, ...]]]:
    return [(each.name, each.kind, each.keys, each.readers) for each in expected_secrets(manifests)]


def env(secret: str, key: str) -> list[Manifest]:
    reference = {"secretKeyRef": {"name": secret, "key": key}}
    return [{"name": "app", "env": [{"name": "VALUE", "valueFrom": reference}]}]


def volume(secret: str, **source: Any) -> list[Manifest]:  # noqa: ANN401
    return [{"name": "files", "secret": {"secretName": secret, **source}}]


def test_readers_of_one_secret_are_together() -> None:
    found = expected_secrets(
        [
            deployment("web", volumes=volume("mail", items=[{"key": "user", "path": "user"}])),
            deployment("api", containers=env("mail", "password")),
        ]
    )
    assert found == [
        ExpectedSecret(
            namespace="app",
            name="mail",
            kind=Kind.OPAQUE,
            keys=("password", "user"),
            readers=("Deployment/api", "Deployment/web"),
        )
    ]


def test_secrets_of_one_name_in_two_namespaces_are_two() -> None:
    elsewhere = deployment("web", containers=env("mail", "password"))
    elsewhere["metadata"]["namespace"] = "logging"
    found = expected_secrets([deployment("web", containers=env("mail", "user")), elsewhere])
    assert [(each.namespace, each.keys) for each in found] == [
        ("app", ("user",)),
        ("logging", ("password",)),
    ]


def test_pods_of_all_kinds_read() -> None:
    pod = {"spec": {"containers": env("mail", "password")}}
    job = {"spec": {"template": pod}}
    kinds = {
        ("apps/v1", "DaemonSet"): job["spec"],
        ("apps/v1", "StatefulSet"): job["spec"],
        ("batch/v1", "CronJob"): {"jobTemplate": job},
        ("batch/v1", "Job"): job["spec"],
        ("v1", "Pod"): pod["spec"],
    }
    found = seen(
        *(
            {"apiVersion": version, "kind": kind, "metadata": {"name": "a"}, "spec": spec}
            for (version, kind), spec in kinds.items()
        )
    )
    assert found == [
        (
            "mail",
            Kind.OPAQUE,
            ("password",),
            ("CronJob/a", "DaemonSet/a", "Job/a", "Pod/a", "StatefulSet/a"),
        )
    ]


def test_whole_secrets_name_no_keys() -> None:
    container = {"name": "app", "envFrom": [{"secretRef": {"name": "settings"}}]}
    assert seen(deployment("web", containers=[container], volumes=volume("keys"))) == [
        ("keys", Kind.OPAQUE, (), ("Deployment/web",)),
        ("settings", Kind.OPAQUE, (), ("Deployment/web",)),
    ]


def test_registries() -> None:
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "web", "namespace": "app"},
        "imagePullSecrets": [{"name": "registry"}],
    }
    assert seen(account, deployment("web", imagePullSecrets=[{"name": "registry"}])) == [
        (
            "registry",
            Kind.REGISTRY,
            (".dockerconfigjson",),
            ("Deployment/web", "ServiceAccount/web"),
        )
    ]


@pytest.mark.parametrize(
    ("version", "kind", "spec"),
    [
        ("networking.k8s.io/v1", "Ingress", {"tls": [{"secretName": "shop-tls"}]}),
        ("k8s.nginx.org/v1", "VirtualServer", {"tls": {"secret": "shop-tls"}}),
        (
            "gateway.networking.k8s.io/v1",
            "Gateway",
            {"listeners": [{"tls": {"certificateRefs": [{"name": "shop-tls"}]}}]},
        ),
    ],
)
def test_certificates_of_doors(version: str, kind: str, spec: Manifest) -> None:
    door = {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": "shop", "namespace": "app"},
        "spec": spec,
    }
    assert seen(door) == [("shop-tls", Kind.TLS, ("tls.crt", "tls.key"), (f"{kind}/shop",))]


@pytest.mark.parametrize(
    "spec",
    [
        {"ingressMTLS": {"clientCertSecret": "partners"}},
        {"egressMTLS": {"trustedCertSecret": "partners"}},
    ],
    ids=["clients", "pods"],
)
def test_authorities_of_doors(spec: Manifest) -> None:
    policy = {
        "apiVersion": "k8s.nginx.org/v1",
        "kind": "Policy",
        "metadata": {"name": "known", "namespace": "app"},
        "spec": spec,
    }
    assert seen(policy) == [("partners", Kind.AUTHORITY, ("ca.crt",), ("Policy/known",))]


def test_a_certificate_that_a_pod_reads_too_stays_one() -> None:
    door = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "shop", "namespace": "app"},
        "spec": {"tls": [{"secretName": "shop-tls"}]},
    }
    found = seen(deployment("web", volumes=volume("shop-tls")), door)
    assert found == [
        ("shop-tls", Kind.TLS, ("tls.crt", "tls.key"), ("Deployment/web", "Ingress/shop"))
    ]


def test_csi_volumes() -> None:
    driver = {
        "driver": "secrets-store.csi.k8s.io",
        "nodePublishSecretRef": {"name": "login"},
        "volumeAttributes": {"secretProviderClass": "mail"},
    }
    assert seen(deployment("web", volumes=[{"name": "mail", "csi": driver}])) == [
        ("login", Kind.OPAQUE, (), ("Deployment/web",)),
        ("mail", Kind.PROVIDER_CLASS, (), ("Deployment/web",)),
    ]


def test_what_refers_to_nothing() -> None:
    ingress = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "spec": {"tls": [{}]}}
    assert seen(ingress, deployment("web")) == []
