"""Jobs that tell of certificates inside the platform before they end, whoever renews them."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from constructs import Construct

from constructs_lib.facts.certificates import PartyCertificate
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.published import Facts
from constructs_lib.labels import Identity
from constructs_lib.observability.context import StackContext
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.cron_job import cron_job
from constructs_lib.pods.extra_containers import extended
from constructs_lib.pods.overdue_jobs import alert_when_overdue
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.schedule import Schedule
from constructs_lib.pods.secrets import SecretFiles

_SCRIPTS = "/scripts"
_SCHEDULE = Schedule(cron="40 6 * * *", deadline_seconds=300)
# What everybody may see of a certificate, and who signed it.
_PUBLIC = ("tls.crt", "ca.crt")


def check_certificates(
    scope: Construct, context: StackContext, own: Sequence[PartyCertificate]
) -> list[Facts]:
    """Create a CronJob in each namespace with certificates, which reads them and no key.

    It runs once a day, and fails when one ends within a quarter of its lifetime or 30 days,
    whatever is less.

    Args:
        scope: an observability stack.
        context: shared by all parts.
        own: of the parties of the stack itself.

    Returns:
        The certificates of the stack, and the facts of each job.
    """
    told = [*own, *(each for facts in context.watched for each in facts.certificates)]
    by_namespace: dict[str, dict[str, PartyCertificate]] = {}
    for each in told:
        by_namespace.setdefault(each.namespace, {})[each.secret.name] = each
    checks = [
        _check(scope, context, namespace, [*certificates.values()])
        for namespace, certificates in sorted(by_namespace.items())
    ]
    return [Facts(certificates=tuple(own)), *checks]


def _check(
    scope: Construct,
    context: StackContext,
    namespace: str,
    certificates: Sequence[PartyCertificate],
) -> Facts:
    identity = Identity(
        name=f"certificates-{namespace}", namespace=namespace, component="certificate-check"
    )
    script = files(__package__).joinpath("assets", "check-certificates.sh")
    pod = Pod(
        identity=identity,
        importance=Importance.OBSERVABILITY,
        log_format=LogFormat.PLAIN,
        containers=[
            Container(
                name="check",
                # It has bash.
                image=context.images.grafana,
                command=[f"{_SCRIPTS}/check-certificates.sh"],
                args=[f"{_folder(each)}/{key}" for each in certificates for key in _PUBLIC],
                resources=Resources(cpu="10m", memory="32Mi", ephemeral_storage="16Mi"),
                volumes=[
                    ConfigFiles(
                        name="scripts",
                        files={"check-certificates.sh": script.read_text(encoding="utf-8")},
                        mount_path=_SCRIPTS,
                        executable=True,
                    ),
                    *(
                        SecretFiles(secret=each.secret, mount_path=_folder(each), keys=_PUBLIC)
                        for each in certificates
                    ),
                ],
            )
        ],
    )
    pod = extended(pod, context.extra_containers)
    alert = alert_when_overdue(
        identity,
        _SCHEDULE,
        name="CertificateEndsSoon",
        summary=f"A certificate in {namespace} ends soon, or nobody has looked for a day.",
        runbook="certificates",
    )
    made = cron_job(scope, pod, _SCHEDULE, name=identity.name)
    return made.joined(Facts(alerts=(alert,)))


def _folder(certificate: PartyCertificate) -> str:
    return f"/run/certificates/{certificate.secret.name}"
