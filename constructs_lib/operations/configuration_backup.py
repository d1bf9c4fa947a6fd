"""Backups of the live configuration of a cluster.

It has a room of its own, because it is neither a part of the platform that
serves, nor of what watches it, nor of the ground it stands on: it reads them all.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from cdk8s import ApiObject
from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.buckets import AUTHORITY, S3Bucket
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.network import Outside
from constructs_lib.facts.published import Facts
from constructs_lib.facts.rbac import KubernetesPermissions, PolicyRule, Verb
from constructs_lib.facts.secrets import SecretRef
from constructs_lib.labels import Identity
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.namespaces import Namespace
from constructs_lib.operations.images import KUBECTL
from constructs_lib.operations.scripts import SCRIPTS, scripts
from constructs_lib.pods.api_token import ApiToken
from constructs_lib.pods.aws_role import as_role
from constructs_lib.pods.container import Container
from constructs_lib.pods.cron_job import cron_job
from constructs_lib.pods.extra_containers import ExtraContainers
from constructs_lib.pods.overdue_jobs import alert_when_overdue
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.rbac import namespaced_role
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.schedule import Schedule
from constructs_lib.pods.secrets import SecretFiles
from constructs_lib.pods.volumes import Scratch
from constructs_lib.rules import check_distinct, check_range, check_subdomain

# What somebody writes, by API group. Not what others are made of (pods, replica sets,
# jobs), nor claims, which name the disks of this cluster; and never Secrets.
_CONFIGURATION = {
    "": ("configmaps", "limitranges", "resourcequotas", "serviceaccounts", "services"),
    "apps": ("daemonsets", "deployments", "statefulsets"),
    "autoscaling": ("horizontalpodautoscalers",),
    "batch": ("cronjobs",),
    "networking.k8s.io": ("ingresses", "networkpolicies"),
    "policy": ("poddisruptionbudgets",),
    "rbac.authorization.k8s.io": ("rolebindings", "roles"),
}
_KEYS = "/run/secrets/bucket"


class ConfigurationBackup(NamedConstruct):
    """A CronJob that copies the objects of namespaces to a bucket, to be applied again.

    A copy has a file for each namespace, without Secrets, status, and objects that the
    cluster or controllers create. Git has the desired state; a copy has the live one. Give
    it to the observability stack to watch, which alerts when there is no new copy.

    Args:
        scope: a chart in one of the namespaces.
        id: the name of the job.
        namespaces: whose objects are copied; its own is among them.
        bucket: of the copies. The key needs read and write access below `path` only: nothing
            is listed or deleted.
        api_server: the addresses of the API server.
        custom_resources: that are copied too, such as ``certificates.cert-manager.io``; the
            cluster must have their CRDs.
        schedule: of the job; each night by default.
        retention_days: days of which the last copy is kept. A copy is overwritten by that of
            so many days later, so that a failing job deletes none.
        image: with ``bash``, ``curl`` 8, ``jq`` and ``kubectl``.
        extra_containers: sidecars and init containers of the job.

    Attributes:
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: a number out of range, a resource without its group,
            or namespaces without its own.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        namespaces: Sequence[Namespace],
        bucket: S3Bucket,
        api_server: Outside,
        custom_resources: Sequence[str] = (),
        schedule: Schedule = Schedule(cron="30 2 * * *", deadline_seconds=900),
        retention_days: int = 30,
        image: str = KUBECTL,
        extra_containers: ExtraContainers = ExtraContainers(),
    ) -> None:
        super().__init__(scope, id)
        identity = Identity.of(scope, id, component="configuration-backup")
        places = [namespace.name for namespace in namespaces]
        check_distinct("ConfigurationBackup.namespaces", places)
        if identity.namespace not in places:
            raise ConfigurationError(
                "ConfigurationBackup.namespaces",
                places,
                f"include {identity.namespace!r}, which it runs in",
            )
        check_distinct("ConfigurationBackup.custom_resources", custom_resources)
        check_range("ConfigurationBackup.retention_days", retention_days, 1, 3650)
        rules = _rules(custom_resources)
        resources = (*itertools.chain(*_CONFIGURATION.values()), *custom_resources)
        env = {
            **_told_of(bucket),
            "HOME": "/tmp",  # noqa: S108 - where kubectl remembers which resources there are
            "NAMESPACES": " ".join(places),
            "RESOURCES": ",".join(resources),
            "RETENTION_DAYS": str(retention_days),
        }
        pod = Pod(
            identity=identity,
            containers=[
                as_role(_container(image, bucket.secret, dict(sorted(env.items()))), bucket.role)
            ],
            log_format=LogFormat.PLAIN,
            permissions=KubernetesPermissions(rules=rules, api_server=api_server),
        )
        job = cron_job(self, extra_containers.joined_to(pod), schedule, name=id)
        for place in places:
            if place != identity.namespace:
                namespaced_role(self, identity, place, rules)
        told = Facts(
            calls=bucket.calls_by(pod.peer),
            alerts=(
                alert_when_overdue(
                    identity,
                    schedule,
                    name="ConfigurationBackupTooOld",
                    summary="A copy of the configuration was due and has not been made.",
                    runbook="configuration-backup",
                ),
            ),
        )
        self.facts = job.joined(told)

    @property
    def cron_job(self) -> ApiObject:
        """The CronJob."""
        return self.objects["CronJob"]


def _told_of(bucket: S3Bucket) -> dict[str, str]:
    """Return the variables about the bucket."""
    env = {"BUCKET_URL": f"{bucket.bucket_url}{bucket.path}", "REGION": bucket.region}
    if bucket.authority is not None:
        env["CURL_CA_BUNDLE"] = f"{_KEYS}/{AUTHORITY}"
    if bucket.role is not None:
        env["TOKEN_SERVICE"] = f"https://sts.{bucket.region}.amazonaws.com"
    return env


def _container(image: str, keys: SecretRef | None, env: Mapping[str, str]) -> Container:
    return Container(
        name="backup",
        image=image,
        command=[f"{SCRIPTS}/back-up.sh"],
        resources=Resources(cpu="100m", memory="256Mi", ephemeral_storage="256Mi"),
        env=env,
        volumes=[
            ApiToken(),
            scripts("back-up.sh", "restorable.jq"),
            *([SecretFiles(secret=keys, mount_path=_KEYS)] if keys else []),
            Scratch(mount_path="/tmp", size="256Mi"),  # noqa: S108
        ],
    )


def _rules(custom_resources: Sequence[str]) -> tuple[PolicyRule, ...]:
    return (
        *(
            PolicyRule(api_group=group, resources=names, verbs=(Verb.LIST,))
            for group, names in _CONFIGURATION.items()
        ),
        *(_custom(resource) for resource in custom_resources),
    )


def _custom(resource: str) -> PolicyRule:
    check_subdomain("ConfigurationBackup.custom_resources", resource)
    plural, _, group = resource.partition(".")
    if not group:
        raise ConfigurationError(
            "ConfigurationBackup.custom_resources",
            resource,
            "name its group too, such as 'certificates.cert-manager.io'",
        )
    return PolicyRule(api_group=group, resources=(plural,), verbs=(Verb.LIST,))
