"""Certificates that cert-manager issues (https://cert-manager.io/docs/reference/api-docs/)."""

from __future__ import annotations

from collections.abc import Sequence

from constructs import Construct

from constructs_lib import names
from constructs_lib.custom_resource import CustomResource
from constructs_lib.facts.issuers import Issuer
from constructs_lib.scopes import namespace_of


def certificate(
    scope: Construct, secret_name: str, *, issuer: Issuer, dns_names: Sequence[str]
) -> CustomResource:
    """Ask an issuer for a certificate, in the Secret of this name in the namespace of the chart.

    Args:
        scope: the parent construct.
        secret_name: of the Secret, and of the Certificate.
        issuer: who signs it.
        dns_names: that it is for.
    """
    return CustomResource(
        scope,
        f"Certificate-{secret_name}",
        api_version="cert-manager.io/v1",
        kind="Certificate",
        metadata=names.metadata(
            scope,
            "Certificate",
            secret_name,
            namespace=namespace_of(scope),
            field="secret_name",
        ),
        fields={
            "spec": {
                "secretName": secret_name,
                "dnsNames": list(dns_names),
                "issuerRef": {"name": issuer.name, "kind": issuer.kind, "group": issuer.group},
                "privateKey": {
                    "algorithm": "ECDSA",
                    "encoding": "PKCS8",
                    "size": 256,
                    "rotationPolicy": "Always",
                },
            }
        },
    )
