"""The certificates of the platform, which cert-manager makes."""

from __future__ import annotations

from collections.abc import Sequence

from cdk8s import ApiObjectMetadata, Chart

from constructs_lib import Host, Namespace, Tls
from constructs_lib.facts import PartyCertificate
from imports.io import cert_manager

# Of an authority: cert-manager renews it after two thirds of that.
_TEN_YEARS = f"{10 * 365 * 24}h"


def host_certificate(chart: Chart, namespace: Namespace, host: Host, issuer: str) -> None:
    """Ask an issuer of the cluster for the certificate of a host, if it ends TLS."""
    if isinstance(host.tls, Tls):
        secret, cluster = host.tls.secret_name, _by_cluster(issuer)
        _certificate(chart, namespace.name, secret, cluster, dns_names=host.names)


def party_certificate(chart: Chart, party: PartyCertificate, issuer: str) -> None:
    """Ask for the certificate of a party: an authority of its own, or an issuer of the cluster."""
    _certificate(
        chart,
        party.namespace,
        party.secret.name,
        _by_cluster(issuer)
        if party.authority is None
        else _authority(chart, party.namespace, party.authority),
        common_name=party.common_name,
        dns_names=party.dns_names,
        usages=("digital signature", *party.usages),
    )


def _by_cluster(issuer: str) -> cert_manager.CertificateSpecIssuerRef:
    return cert_manager.CertificateSpecIssuerRef(name=issuer, kind="ClusterIssuer")


def _authority(chart: Chart, namespace: str, name: str) -> cert_manager.CertificateSpecIssuerRef:
    """Make an authority that signs for one party alone; its key is in a Secret that no pod has."""
    itself = _issuer(
        chart,
        namespace,
        f"{name}-itself",
        cert_manager.IssuerSpec(self_signed={}),
    )
    cert_manager.Certificate(
        chart,
        f"Certificate-{namespace}-{name}",
        metadata=ApiObjectMetadata(name=name, namespace=namespace),
        spec=cert_manager.CertificateSpec(
            secret_name=name,
            common_name=name,
            is_ca=True,
            duration=_TEN_YEARS,
            usages=[cert_manager.CertificateSpecUsages.CERT_SIGN],
            issuer_ref=itself,
            # What it signed stays good when it is renewed.
            private_key=_key(cert_manager.CertificateSpecPrivateKeyRotationPolicy.NEVER),
        ),
    )
    signer = cert_manager.IssuerSpecCa(secret_name=name)
    return _issuer(chart, namespace, name, cert_manager.IssuerSpec(ca=signer))


def _issuer(
    chart: Chart, namespace: str, name: str, spec: cert_manager.IssuerSpec
) -> cert_manager.CertificateSpecIssuerRef:
    cert_manager.Issuer(
        chart,
        f"Issuer-{namespace}-{name}",
        metadata=ApiObjectMetadata(name=name, namespace=namespace),
        spec=spec,
    )
    return cert_manager.CertificateSpecIssuerRef(name=name, kind="Issuer")


def _certificate(
    chart: Chart,
    namespace: str,
    name: str,
    issuer: cert_manager.CertificateSpecIssuerRef,
    *,
    common_name: str | None = None,
    dns_names: Sequence[str],
    usages: Sequence[str] = (),
) -> None:
    cert_manager.Certificate(
        chart,
        f"Certificate-{namespace}-{name}",
        metadata=ApiObjectMetadata(name=name, namespace=namespace),
        spec=cert_manager.CertificateSpec(
            secret_name=name,
            common_name=common_name,
            dns_names=list(dns_names) or None,
            usages=[
                cert_manager.CertificateSpecUsages[usage.replace(" ", "_").upper()]
                for usage in usages
            ]
            or None,
            issuer_ref=issuer,
            private_key=_key(cert_manager.CertificateSpecPrivateKeyRotationPolicy.ALWAYS),
        ),
    )


def _key(
    rotation: cert_manager.CertificateSpecPrivateKeyRotationPolicy,
) -> cert_manager.CertificateSpecPrivateKey:
    return cert_manager.CertificateSpecPrivateKey(
        algorithm=cert_manager.CertificateSpecPrivateKeyAlgorithm.ECDSA,
        encoding=cert_manager.CertificateSpecPrivateKeyEncoding.PKCS8,
        size=256,
        rotation_policy=rotation,
    )
