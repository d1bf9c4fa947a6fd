"""The certificates of a cluster: one for each party."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.facts.certificates import PartyCertificate
from constructs_lib.facts.network import Peer
from constructs_lib.postgres.context import ClusterContext


def certificates(context: ClusterContext, poolers: Sequence[Peer]) -> tuple[PartyCertificate, ...]:
    """Return those of members, poolers and backup jobs.

    Args:
        context: shared by all parts.
        poolers: before the members.
    """
    name, namespace = context.identity.name, context.identity.namespace
    secrets = context.secrets
    return (
        PartyCertificate(
            namespace=namespace,
            secret=secrets.members,
            common_name=f"{name}-members",
            dns_names=("localhost", f"*.{context.members_domain}"),
            is_client=True,
            # Patroni does what anybody says who has a certificate of its authority.
            authority=f"{name}-members-authority",
        ),
        PartyCertificate(
            namespace=namespace,
            secret=secrets.poolers,
            common_name=f"{name}-poolers",
            dns_names=(
                *(context.kubernetes.dns_name(each.name, each.namespace) for each in poolers),
                *(f"{each.name}.{each.namespace}" for each in poolers),
            ),
        ),
        PartyCertificate(
            namespace=namespace,
            secret=secrets.backups,
            common_name=context.backup_client,
            is_client=True,
            # pgBackRest knows its clients by their common names, which any issuer gives to anybody.
            authority=f"{name}-backups-authority",
        ),
    )
