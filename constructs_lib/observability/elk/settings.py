"""Retention, storage and Secrets of logs."""

from __future__ import annotations

import math
from dataclasses import field
from decimal import Decimal

from constructs_lib import quantities
from constructs_lib.errors import reject
from constructs_lib.facts.buckets import Bucket
from constructs_lib.facts.certificates import TLS_KEYS
from constructs_lib.facts.secrets import SecretRef, check_apart, check_keys
from constructs_lib.observability.elk.audit_log import AuditLog
from constructs_lib.pods.hardening import Hardening, UsualUser
from constructs_lib.pods.placement import Placement, Spread
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.secrets import SecretFiles
from constructs_lib.rules import check_range
from constructs_lib.storage import AnyStorageClass
from constructs_lib.values import Value

# Of all images of Elastic: https://www.elastic.co/docs/deploy-manage/deploy/self-managed
ELASTIC = Hardening(run_as_user=UsualUser(id=1000), run_as_group=UsualUser(id=1000))
_KEYS = {
    "users": ("administrator", "exporter", "kibana", "logstash", "set-up", "views"),
    "reader": ("username", "password", "ca.crt"),
    "elasticsearch": TLS_KEYS,
    "members": TLS_KEYS,
    "logstash": TLS_KEYS,
    "kibana": TLS_KEYS,
    "filebeat": TLS_KEYS,
    "kibana_keys": ("encryption-key", "reporting-key", "security-key"),
}


class LogSecrets(Value):
    """The Secrets of the log store, by reference.

    Args:
        users: passwords of six characters or more, one a key: of ``set-up``, the job that makes
            all other users and may do all that it could allow to them; of ``administrator``, with
            which people begin to make users for people; and of the servers and jobs.
        reader: name and password of a read-only user for Grafana, created by the setup job.
        elasticsearch: the certificate that Elasticsearch shows to clients.
        members: the certificate that servers of Elasticsearch show each other, of an authority
            that signs it alone: who shows one of this authority becomes a member.
        logstash: its certificate; the key in PKCS 8.
        kibana: its certificate.
        filebeat: the certificate with which Filebeat comes to Logstash, in the namespace of
            agents. The authority of both is the same.
        kibana_keys: three encryption keys of 32 characters or more, shared by all replicas.

    `Facts.certificates` of the stack has the names and usages of the five.

    Raises:
        ConfigurationError: a Secret without the keys that are read, or one for two parties.
    """

    users: SecretRef = SecretRef(name="elasticsearch-users", keys=_KEYS["users"])
    reader: SecretRef = SecretRef(name="log-reader", keys=_KEYS["reader"])
    elasticsearch: SecretRef = SecretRef(name="elasticsearch-tls", keys=TLS_KEYS)
    members: SecretRef = SecretRef(name="elasticsearch-members", keys=TLS_KEYS)
    logstash: SecretRef = SecretRef(name="logstash-tls", keys=TLS_KEYS)
    kibana: SecretRef = SecretRef(name="kibana-tls", keys=TLS_KEYS)
    filebeat: SecretRef = SecretRef(name="filebeat-tls", keys=TLS_KEYS)
    kibana_keys: SecretRef = SecretRef(name="kibana-keys", keys=_KEYS["kibana_keys"])

    @property
    def elasticsearch_authority(self) -> SecretFiles:
        """Who signs the certificate of Elasticsearch, for its clients."""
        return SecretFiles(
            secret=self.elasticsearch, mount_path="/run/secrets/elasticsearch", keys=("ca.crt",)
        )

    def __post_init__(self) -> None:
        for name, keys in _KEYS.items():
            check_keys(f"LogSecrets.{name}", getattr(self, name), *keys)
        # That of Filebeat is in the namespace of agents.
        check_apart(
            "LogSecrets", **{name: getattr(self, name) for name in _KEYS if name != "filebeat"}
        )


class LogSnapshots(Bucket):
    """Daily snapshots of the logs in a bucket of S3 or of a compatible store.

    Args:
        bucket: its name.
        endpoint: the host name of the store.
        port: of the endpoint, or `TargetPort()`; a Service may have another than its pods.
        addressing: whether the bucket stands in host names or in paths, or `ByEndpoint()`.
        secret: the keys to it in ``access-key`` and ``secret-key``; where no public
            authority signed the certificate of the store, those that may have in ``ca.crt``.
        target: the addresses of the endpoint.
        retention_days: days after which snapshots are deleted.

    Raises:
        ConfigurationError: a field that cannot work.
    """

    secret: SecretRef = field()
    retention_days: int = 90

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range("LogSnapshots.retention_days", self.retention_days, 1, 3650)


class Logs(Value):
    """Settings of Elasticsearch, Logstash, Kibana and Filebeat.

    Three servers of Elasticsearch store each line twice, so that the loss of a node loses
    none. A single server stores each once, and the loss of its volume loses all. Volumes
    may be filled to four fifths; the expected amount of the retention must fit into that.

    Args:
        storage: the StorageClass of the volumes.
        servers: of Elasticsearch: one, or at least three, since two have no quorum when one fails.
        size: of the volume of each server, such as ``100Gi``.
        retention_days: for which each line is kept at least, and a day more at most.
        daily_bytes: the expected amount a day, such as ``5Gi``.
        resources: of each Elasticsearch server; half of the memory is its heap.
        placement: of the Elasticsearch servers; by default no two are on one node.
        snapshots: daily snapshots; None, the default, takes none.
        audit_log: of the API server, where nodes of the control plane are nodes of the cluster;
            None for none.
        secrets: the Secrets of the log store.

    Raises:
        ConfigurationError: a number out of range, or days that the volumes
            cannot hold.
    """

    storage: AnyStorageClass
    servers: int = 3
    size: str = "100Gi"
    retention_days: int = 14
    daily_bytes: str = "5Gi"
    resources: Resources = Resources(cpu="1", cpu_limit=None, memory="4Gi", ephemeral_storage="1Gi")
    placement: Placement = Placement(nodes=Spread.REQUIRED)
    snapshots: LogSnapshots | None = None
    audit_log: AuditLog | None = None
    secrets: LogSecrets = LogSecrets()

    def __post_init__(self) -> None:
        check_range("Logs.servers", self.servers, 1, 100)
        if self.servers == 2:
            reject("Logs.servers", 2, "use 1, or at least 3: the loss of either of two stops both")
        check_range("Logs.retention_days", self.retention_days, 1, 3650)
        self.storage.check_claim("Logs.size", self.size)
        room = self.servers * quantities.parse_bytes(self.size, "Logs.size") * 8 / 10
        daily = self.copies * quantities.parse_bytes(self.daily_bytes, "Logs.daily_bytes")
        # They are deleted by the day: the oldest is there until its last line is old enough.
        if daily * (self.retention_days + 1) > room:
            self._refuse_days(int(room / daily) - 1, daily)
        # What Elastic gives the servers of its own example:
        # https://github.com/elastic/elasticsearch/blob/main/docs/reference/setup/install/docker/.env
        if self.resources.amounts().memory < 2**30:
            reject("Logs.resources", self.resources.memory, "give Elasticsearch at least '1Gi'")
        if self.resources.amounts().ephemeral_storage < 2**30:
            reject(
                "Logs.resources",
                self.resources.ephemeral_storage,
                "give Elasticsearch at least '1Gi' of local disk: its logs and temporary files "
                "may take half of it",
            )

    @property
    def copies(self) -> int:
        """Copies of each line, primary included."""
        return min(self.servers, 2)

    def _refuse_days(self, most: int, daily: Decimal) -> None:
        """Say for how many days there is room, or how much the bytes of one need."""
        if most < 1:
            reject(
                "Logs.size",
                self.size,
                f"use at least {math.ceil(2 * daily * 10 / 8 / self.servers / 2**30)}Gi: a day of "
                f"{self.daily_bytes} and one that begins, each line {self.copies} times, leave a "
                "fifth of it",
            )
        else:
            reject(
                "Logs.retention_days",
                self.retention_days,
                f"use at most {most}: so many days of {self.daily_bytes}, each line "
                f"{self.copies} times, leave a fifth of {self.servers} volumes of {self.size}",
            )
