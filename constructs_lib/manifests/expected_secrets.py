"""The Secrets that manifests reference, with their keys and readers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import StrEnum

from constructs_lib.manifests.configuration_reads import secrets_read
from constructs_lib.manifests.fields import Manifest, field, mappings
from constructs_lib.manifests.platform import Platform, kind_of, name_of, namespace_of
from constructs_lib.manifests.workloads import WorkloadManifest
from constructs_lib.values import Value

_ISSUED = "Certificate.cert-manager.io"
_CERTIFICATE = ("tls.crt", "tls.key")
_REGISTRY = (".dockerconfigjson",)


class Kind(StrEnum):
    """The type of a Secret, or a SecretProviderClass of the Secrets Store CSI driver."""

    OPAQUE = "Opaque"
    TLS = "kubernetes.io/tls"
    REGISTRY = "kubernetes.io/dockerconfigjson"
    AUTHORITY = "nginx.org/ca"
    PROVIDER_CLASS = "SecretProviderClass"


class ExpectedSecret(Value):
    """A Secret that manifests reference.

    Args:
        namespace: where it must be.
        name: of the Secret, or of the SecretProviderClass.
        kind: its type.
        keys: that are referenced, sorted; empty for all keys.
        readers: the objects that reference it, such as ``Deployment/web``, sorted.
    """

    namespace: str
    name: str
    kind: Kind
    keys: tuple[str, ...]
    readers: tuple[str, ...]


class _Reference(Value):
    reader: Manifest
    name: str
    keys: tuple[str, ...] = ()
    kind: Kind = Kind.OPAQUE


def expected_secrets(manifests: Sequence[Manifest]) -> list[ExpectedSecret]:
    """Return every Secret that manifests reference, sorted by namespace and name.

    Those of their Certificates are left out: cert-manager makes them.
    """
    platform = Platform(manifests)
    issued = {
        (namespace_of(each), field(each, "spec", "secretName", default=""))
        for each in platform.of_kind(_ISSUED)
    }
    references: dict[tuple[str, str, bool], list[_Reference]] = defaultdict(list)
    for reference in (*_by_pods(platform), *_by_doors(platform)):
        is_provider_class = reference.kind is Kind.PROVIDER_CLASS
        place = (namespace_of(reference.reader), reference.name, is_provider_class)
        references[place].append(reference)
    return [
        ExpectedSecret(
            namespace=namespace,
            name=name,
            kind=_kind(found),
            keys=tuple(sorted({key for reference in found for key in reference.keys})),
            readers=tuple(sorted({_path(reference.reader) for reference in found})),
        )
        for (namespace, name, _), found in sorted(references.items())
        if (namespace, name) not in issued
    ]


def _by_pods(platform: Platform) -> Iterator[_Reference]:
    for workload in platform.workloads:
        for read in secrets_read(workload):
            keys = tuple(read.keys)
            kind = Kind.REGISTRY if keys == _REGISTRY else Kind.OPAQUE
            yield _Reference(reader=workload.manifest, name=read.name, keys=keys, kind=kind)
        yield from _by_drivers(workload)
    for account in platform.of_kind("ServiceAccount"):
        for pull in mappings(account, "imagePullSecrets"):
            name = field(pull, "name", default="")
            yield _Reference(reader=account, name=name, keys=_REGISTRY, kind=Kind.REGISTRY)


def _by_drivers(workload: WorkloadManifest) -> Iterator[_Reference]:
    for volume in mappings(workload.pod, "volumes"):
        provided = field(volume, "csi", "volumeAttributes", "secretProviderClass", default="")
        if provided:
            yield _Reference(reader=workload.manifest, name=provided, kind=Kind.PROVIDER_CLASS)
        login = field(volume, "csi", "nodePublishSecretRef", "name", default="")
        if login:
            yield _Reference(reader=workload.manifest, name=login)


def _by_doors(platform: Platform) -> Iterator[_Reference]:
    for manifest in platform.manifests:
        for name in _certificates(manifest):
            yield _Reference(reader=manifest, name=name, keys=_CERTIFICATE, kind=Kind.TLS)
    for policy in platform.of_kind("Policy.k8s.nginx.org"):
        for path in (("ingressMTLS", "clientCertSecret"), ("egressMTLS", "trustedCertSecret")):
            name = field(policy, "spec", *path, default="")
            if name:
                yield _Reference(reader=policy, name=name, keys=("ca.crt",), kind=Kind.AUTHORITY)


def _certificates(manifest: Manifest) -> list[str]:
    match kind_of(manifest):
        case "Ingress.networking.k8s.io":
            named = [
                field(tls, "secretName", default="") for tls in mappings(manifest, "spec", "tls")
            ]
        case "VirtualServer.k8s.nginx.org":
            named = [field(manifest, "spec", "tls", "secret", default="")]
        case "Gateway.gateway.networking.k8s.io":
            named = [
                field(reference, "name", default="")
                for listener in mappings(manifest, "spec", "listeners")
                for reference in mappings(listener, "tls", "certificateRefs")
            ]
        case _:
            named = []
    return [name for name in named if name]


def _kind(references: Sequence[_Reference]) -> Kind:
    """Return the most specific type that a reader needs."""
    kinds = [reference.kind for reference in references]
    return next((kind for kind in kinds if kind is not Kind.OPAQUE), Kind.OPAQUE)


def _path(manifest: Manifest) -> str:
    return f"{field(manifest, 'kind', default='')}/{name_of(manifest)}"
