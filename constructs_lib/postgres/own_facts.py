"""The facts of a cluster: calls, metrics, alerts and dashboard."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.facts.alerts import AlertRule
from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.network import Call, Peer
from constructs_lib.facts.published import Facts
from constructs_lib.postgres import metrics
from constructs_lib.postgres.alerts import alerts
from constructs_lib.postgres.backup_alerts import backup_alerts
from constructs_lib.postgres.certificates import certificates
from constructs_lib.postgres.context import ClusterContext
from constructs_lib.postgres.dashboard import dashboard
from constructs_lib.postgres.ports import PATRONI, POSTGRES
from constructs_lib.postgres.repository import called
from constructs_lib.postgres.standby_cluster_alerts import standby_cluster_alerts


def own_facts(context: ClusterContext, *, members: Peer, poolers: Sequence[Peer]) -> Facts:
    """Return the facts of the cluster as a whole.

    Args:
        context: shared by all parts.
        members: those of the cluster.
        poolers: before it.
    """
    identity = context.identity
    told: Sequence[AlertRule] = alerts(identity, members=context.members, poolers=poolers)
    if context.bootstrap.follows:
        told = standby_cluster_alerts(identity, told)
    else:
        told = (*told, *backup_alerts(identity, context.backup))
    return Facts(
        # But for those to the API server, and those of jobs and clients.
        calls=(
            *(
                Call(source=source, target=members, port=port.name)
                for source in (members, *poolers)
                for port in (POSTGRES, PATRONI)
            ),
            *(
                Call(source=members, target=end, port=port.name)
                for end in called(context.repositories)
                for port in end.ports
            ),
        ),
        footprints=(
            Footprint(namespace=identity.namespace, objects={"configmaps": len(context.locks)}),
        ),
        certificates=certificates(context, poolers),
        metrics=metrics.endpoints(members, poolers),
        alerts=tuple(told),
        dashboards=(dashboard(members, count=context.members, poolers=poolers),),
    )
