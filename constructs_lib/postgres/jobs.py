"""The CronJobs of a cluster, by parties: who backs up, who reads backups, who maintains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from constructs import Construct

from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.network import Call, Peer, Port
from constructs_lib.facts.published import Facts
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.cron_job import cron_job
from constructs_lib.pods.extra_containers import extended
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.schedule import Schedule
from constructs_lib.pods.service_account import service_account
from constructs_lib.postgres.context import ClusterContext
from constructs_lib.postgres.job_containers import of_backups, of_checks, of_maintenance
from constructs_lib.postgres.ports import BACKUP, POSTGRES
from constructs_lib.postgres.repository import called
from constructs_lib.values import Value


class _Party(Value):
    """Jobs with one identity: what one of them may reach, each of them may.

    Args:
        name: of the identity, behind that of the cluster.
        runs: the container of each job, and when it runs.
        ports: of members that they call.
        stores: whether they reach the repositories.
    """

    name: str
    runs: Sequence[tuple[Container, Schedule]]
    ports: Sequence[Port] = ()
    stores: bool = False


def attach_jobs(scope: Construct, context: ClusterContext, *, members: Peer) -> Facts:
    """Create the CronJobs, and return their facts.

    Args:
        scope: the cluster.
        context: shared by all parts.
        members: those of the cluster.
    """
    parties = (
        _Party(name="backups", runs=[*of_backups(context)], ports=[BACKUP], stores=True),
        _Party(name="checks", runs=[*of_checks(context)], stores=True),
        _Party(name="maintenance", runs=[*of_maintenance(context)], ports=[POSTGRES]),
    )
    return Facts().joined(*(_attach(scope, context, party, members) for party in parties))


def _attach(scope: Construct, context: ClusterContext, party: _Party, members: Peer) -> Facts:
    identity = replace(
        context.identity, name=f"{context.identity.name}-{party.name}", component="database-jobs"
    )
    scope = NamedConstruct(scope, identity.name)
    annotations = context.account_annotations if party.stores else {}
    service_account(scope, identity, None, annotations=annotations)
    server = context.images.server
    runs = [
        (
            Pod(
                identity=identity,
                importance=Importance.DATABASE,
                log_format=LogFormat.POSTGRES,
                serves=identity,
                containers=[container],
                hardening=server.hardening,
            ),
            schedule,
        )
        for container, schedule in party.runs
    ]
    runs = [(extended(pod, context.extra_containers), schedule) for pod, schedule in runs]
    shared: list[ConfigFiles] = []
    for pod, _ in runs:
        shared += [files for files in pod.config_files if files not in shared]
    for files in shared:
        files.attach(scope, identity)
    parts = [
        cron_job(
            scope,
            pod,
            schedule,
            name=f"{context.identity.name}-{pod.main.name}",
            # There is no primary yet that they could back up, and nothing of it in a repository.
            suspended=context.bootstrap.follows,
        )
        for pod, schedule in runs
    ]
    source = runs[0][0].peer
    ends = called(context.backup.repositories) if party.stores else []
    counted = Footprint(namespace=identity.namespace, objects={"configmaps": len(shared)})
    told = Facts(
        footprints=(counted,),
        calls=(
            *(Call(source=source, target=members, port=port.name) for port in party.ports),
            *(Call(source=source, target=end, port=p.name) for end in ends for p in end.ports),
        ),
    )
    return told.joined(*parts)
