"""VolumeSnapshots on a schedule, with a retention."""

from __future__ import annotations

from collections.abc import Mapping

from cdk8s import ApiObject
from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.network import Outside
from constructs_lib.facts.published import Facts
from constructs_lib.facts.rbac import KubernetesPermissions, PolicyRule, Verb
from constructs_lib.labels import Identity
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.operations.images import KUBECTL
from constructs_lib.operations.scripts import SCRIPTS, scripts
from constructs_lib.pods.api_token import ApiToken
from constructs_lib.pods.container import Container
from constructs_lib.pods.cron_job import cron_job
from constructs_lib.pods.extra_containers import ExtraContainers
from constructs_lib.pods.overdue_jobs import alert_when_overdue
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.schedule import Schedule
from constructs_lib.pods.volumes import Scratch
from constructs_lib.rules import check_label_key, check_label_value, check_range
from constructs_lib.storage import ReclaimPolicy, SnapshotClass

_RULES = (
    PolicyRule(resources=("persistentvolumeclaims",), verbs=(Verb.LIST,)),
    PolicyRule(
        api_group="snapshot.storage.k8s.io",
        resources=("volumesnapshots",),
        verbs=(Verb.CREATE, Verb.DELETE, Verb.GET, Verb.LIST, Verb.WATCH),
    ),
)


class VolumeSnapshots(NamedConstruct):
    """A CronJob that takes VolumeSnapshots in a namespace, and keeps the newest of each claim.

    An old snapshot is deleted only once the new one of its claim is ready to use, so that a
    failing storage deletes none. A snapshot is in the storage of its volume: it protects
    from deletion and corruption, not from the loss of the storage. Give it to the
    observability stack to watch, which alerts when there is no new one.

    Snapshots are crash-consistent, so they are for software that starts from that, as
    Grafana does. Not for a `PostgresCluster`: its data and its WAL are two volumes, whose
    snapshots are not of one moment, and it has backups of its own. So only claims with the
    labels are included.

    Needs the CSI snapshot controller in the cluster; without it each run fails.

    Args:
        scope: a chart in the namespace of the claims.
        id: the name of the job.
        claims: the labels of the claims. Those of a StatefulSet have the labels of its
            selector, also of members that are added later.
        snapshot_class: such as of `SnapshotClasses`, of the same CSI driver as the volumes.
        api_server: the addresses of the API server.
        schedule: of the job, with the deadline until all are ready; each night by default,
            within an hour.
        keep: the number of ready snapshots of each claim.
        image: with ``bash``, ``jq`` and ``kubectl``.
        extra_containers: sidecars and init containers of the job.

    Attributes:
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: no label, a number out of range, or a class with the
            deletion policy Retain.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        claims: Mapping[str, str],
        snapshot_class: SnapshotClass,
        api_server: Outside,
        schedule: Schedule = Schedule(cron="30 1 * * *"),
        keep: int = 7,
        image: str = KUBECTL,
        extra_containers: ExtraContainers = ExtraContainers(),
    ) -> None:
        super().__init__(scope, id)
        identity = Identity.of(scope, id, component="volume-snapshots")
        check_range("VolumeSnapshots.keep", keep, 1, 1000)
        if snapshot_class.deletion_policy != ReclaimPolicy.DELETE:
            raise ConfigurationError(
                "SnapshotClass.deletion_policy",
                snapshot_class.deletion_policy.value,
                "use ReclaimPolicy.DELETE, or what makes way would stay in the storage for ever",
            )
        env = {
            "CLAIMS": _selector(claims),
            "HOME": "/tmp",  # noqa: S108 - where kubectl remembers which resources there are
            "KEEP": str(keep),
            "NAME": identity.name,
            "NAMESPACE": identity.namespace,
            "SNAPSHOT_CLASS": snapshot_class.name,
            # The rest is for what it says of those that are not ready by then.
            "WAIT_SECONDS": str(schedule.deadline_seconds * 9 // 10),
        }
        pod = Pod(
            identity=identity,
            containers=[_container(image, env)],
            log_format=LogFormat.PLAIN,
            permissions=KubernetesPermissions(rules=_RULES, api_server=api_server),
        )
        job = cron_job(self, extra_containers.joined_to(pod), schedule, name=id)
        told = Facts(
            alerts=(
                alert_when_overdue(
                    identity,
                    schedule,
                    name="VolumeSnapshotsTooOld",
                    summary="Snapshots of volumes were due and have not been taken.",
                    runbook="volume-snapshots",
                ),
            ),
        )
        self.facts = job.joined(told)

    @property
    def cron_job(self) -> ApiObject:
        """The CronJob."""
        return self.objects["CronJob"]


def _container(image: str, env: Mapping[str, str]) -> Container:
    return Container(
        name="snapshots",
        image=image,
        command=[f"{SCRIPTS}/take-snapshots.sh"],
        resources=Resources(cpu="100m", memory="128Mi", ephemeral_storage="64Mi"),
        env=env,
        volumes=[
            ApiToken(),
            scripts("take-snapshots.sh", "expired.jq"),
            Scratch(mount_path="/tmp", size="64Mi"),  # noqa: S108
        ],
    )


def _selector(claims: Mapping[str, str]) -> str:
    if not claims:
        raise ConfigurationError(
            "VolumeSnapshots.claims",
            dict(claims),
            "name at least one label; none would mean all claims, those of databases too",
        )
    for key, value in claims.items():
        check_label_key("VolumeSnapshots.claims", key)
        check_label_value(f"VolumeSnapshots.claims[{key!r}]", value)
    return ",".join(f"{key}={claims[key]}" for key in sorted(claims))
