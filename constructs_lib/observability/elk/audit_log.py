"""The audit log of the API server: where it is, and how its lines are read."""

from __future__ import annotations

from typing import Any

from constructs_lib.facts.logs import LogFormat
from constructs_lib.observability.elk.plugins import plugin
from constructs_lib.pods.volumes import HostDirectory
from constructs_lib.rules import check_mount_path
from constructs_lib.values import Value

# What accounts of pods may not do, which they try in no healthy platform, and who is nobody.
AUDIT = LogFormat(name="audit", refusals=(r"^system:serviceaccount:.* 403$", " 401$"))
_MOUNTED = "/var/log/audit-of-kubernetes"
# https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/
FIELDS = {
    "[app][stageTimestamp]": "logged",
    "[app][verb]": "[event][action]",
    "[app][user][username]": "[user][name]",
    "[app][requestURI]": "[url][original]",
    "[app][responseStatus][code]": "[http][response][status_code]",
    "[app][sourceIPs][0]": "[source][address]",
    "[app][userAgent]": "[user_agent][original]",
    "[app][auditID]": "[http][request][id]",
}
_MESSAGE = (
    *("[user][name]", "[event][action]", "[url][original]"),
    "[http][response][status_code]",
)


class AuditLog(Value):
    """The audit log that the API server writes on nodes of the control plane.

    Each call is then a line with ``service.name: kube-apiserver``, ``user.name``, ``event.action``
    for its verb, ``url.original``, ``http.response.status_code``, and the rest of it below ``app``.
    Whoever sees dashboards sees them too. Calls that accounts of pods may not make, and those of
    nobody, are counted by the alert ``SignInsAreRefused``.

    Args:
        directory: of ``--audit-log-path`` on these nodes, with nothing but its files, which end
            in ``.log``. Where there is none, as on other nodes, nothing is read.

    Raises:
        ConfigurationError: a path that nothing can be mounted from.
    """

    directory: str

    def __post_init__(self) -> None:
        check_mount_path("AuditLog.directory", self.directory)

    @property
    def volume(self) -> HostDirectory:
        """Its directory, as Filebeat has it."""
        return HostDirectory(name="audit", path=self.directory, mount_path=_MOUNTED)

    @property
    def input(self) -> dict[str, Any]:
        """The input of Filebeat, which knows a file by its first kilobyte: ids differ in it."""
        fields = {"name": "kube-apiserver", "log_format": AUDIT.name}
        return {
            "type": "filestream",
            "id": "audit",
            "paths": [f"{_MOUNTED}/*.log"],
            "processors": [{"add_fields": {"target": "service", "fields": fields}}],
        }


def audit_steps() -> list[str]:
    """Return what is done with a line."""
    return [
        plugin("json", source="message", target="app", tag_on_failure=["_auditfailure"]),
        plugin("mutate", rename=FIELDS),
        plugin("mutate", replace={"text": " ".join(f"%{{{field}}}" for field in _MESSAGE)}),
    ]
