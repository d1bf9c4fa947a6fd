"""The configuration of Patroni, which runs PostgreSQL and decides who is primary."""

from __future__ import annotations

from typing import Any

from cdk8s import Yaml

from constructs_lib.postgres import paths
from constructs_lib.postgres.context import ClusterContext
from constructs_lib.postgres.extensions import LIBRARIES
from constructs_lib.postgres.ports import PATRONI, POSTGRES

SCOPE_LABEL = "patroni-cluster"
# Who may come in how. The replication user must get in over the socket too:
# a member that cannot read its own timeline never lets itself be promoted.
_HBA = """\
local     all          postgres   peer
local     all          all        scram-sha-256
local     replication  standby    scram-sha-256
hostnossl all          all        all  reject
host      all          postgres   all  reject
hostssl   replication  standby    all  scram-sha-256
hostssl   postgres     rewinder   all  scram-sha-256
hostssl   all          all        all  scram-sha-256
"""


# A standby that waits for a repository that is gone confirms no commit. What
# did not come in time is fetched behind it, and there at the next question.
_GET_LOG = f'{paths.SCRIPTS}/get-log.sh %f "%p"'
# The first PostgreSQL whose initdb can be told a parameter.
_SETS = 16
_TLS = {"certfile": f"{paths.TLS}/tls.crt", "keyfile": f"{paths.TLS}/tls.key"}
_LOGIN = {"sslmode": "verify-full", "sslrootcert": f"{paths.TLS}/ca.crt"}


# Of a standby cluster: its first member has nobody to copy.
_FOLLOWS = {
    "create_replica_methods": ["source", "basebackup"],
    "restore_command": f"{_GET_LOG} {paths.READ_SOURCE}",
}


def patroni_yaml(context: ClusterContext) -> str:
    """Return the configuration of each member. Passwords are in `paths.PASSWORDS`."""
    addresses = context.kubernetes.addresses
    settings: dict[str, Any] = {
        "scope": context.identity.name,
        "kubernetes": {
            "use_endpoints": False,
            "bypass_api_service": False,
            "scope_label": SCOPE_LABEL,
            "labels": context.identity.labels,
            "role_label": "role",
            "leader_label_value": "primary",
            "follower_label_value": "replica",
        },
        "restapi": {
            "listen": addresses.with_port(addresses.wildcard, PATRONI.number),
            **_TLS,
            "cafile": f"{paths.TLS}/ca.crt",
            # The kubelet has no certificate to show; what changes something needs one.
            "verify_client": "optional",
        },
        "ctl": {"insecure": False, "cacert": f"{paths.TLS}/ca.crt", **_TLS},
        "bootstrap": _bootstrap(context),
        "postgresql": _postgresql(context),
    }
    return Yaml.stringify(settings)


def _bootstrap(context: ClusterContext) -> dict[str, Any]:
    server = context.images.server
    return {
        "dcs": {
            **context.failover.settings,
            "postgresql": {
                "use_pg_rewind": True,
                "use_slots": True,
                "parameters": context.sizing.static,
            },
            **({"standby_cluster": _FOLLOWS} if context.bootstrap.follows else {}),
        },
        "initdb": [
            {"encoding": "UTF8"},
            # Of no image's own C library, whose next version may sort in another way.
            {"locale": "C.UTF-8"},
            "data-checksums",
            {"waldir": paths.wal_directory(server.version)},
            # Where a node has huge pages and the container may have none, it would be killed.
            *([{"set": "huge_pages=off"}] if server.version >= _SETS else []),
        ],
        "post_bootstrap": f"{paths.SCRIPTS}/prepare-database.sh",
        **context.bootstrap.settings,
    }


def _postgresql(context: ClusterContext) -> dict[str, Any]:
    server = context.images.server
    return {
        "listen": f"*:{POSTGRES.number}",
        "data_dir": paths.data_directory(server.version),
        "bin_dir": server.bin_directory,
        # No passwords: Patroni would give them to the server in a statement. It names this
        # file to the server, and libpq reads it anew at each connection.
        "pgpass": paths.PASSWORDS,
        "authentication": {
            "superuser": {"username": "postgres"},
            "replication": {"username": "standby", **_LOGIN},
            "rewind": {"username": "rewinder", **_LOGIN},
        },
        "use_unix_socket": True,
        "use_unix_socket_repl": True,
        "create_replica_methods": ["pgbackrest", "basebackup"],
        # From the last backup, and by a copy of a member while there is none.
        "pgbackrest": {
            "command": f"{paths.SCRIPTS}/copy-member.sh",
            "keep_data": True,
            "no_params": True,
        },
        "basebackup": [{"checkpoint": "fast"}, {"waldir": paths.wal_directory(server.version)}],
        **(_OF_SOURCE if context.bootstrap.follows else {}),
        "callbacks": _callbacks(context),
        "pg_hba": _HBA.splitlines(),
        "parameters": _parameters(context),
    }


# From the backups of the cluster that is followed.
_OF_SOURCE = {
    "source": {
        "command": f"{paths.SCRIPTS}/copy-member.sh {paths.READ_SOURCE}",
        "keep_data": True,
        "no_leader": True,
        "no_params": True,
    }
}


def _callbacks(context: ClusterContext) -> dict[str, str]:
    started = {"on_start": f"sh -c 'rm -f {paths.NEVER_STARTED}'"}
    if context.bootstrap.source is None:
        return started
    # A standby cluster that is promoted begins to archive.
    return {**started, "on_role_change": f"{paths.SCRIPTS}/make-stanza.sh"}


def _parameters(context: ClusterContext) -> dict[str, str]:
    own = context.sizing.parameters
    scheduling = [each.name for each in context.databases if "pg_cron" in each.extensions]
    return {
        # Where pg_cron reads its jobs, and can be created.
        **({"cron.database_name": scheduling[0]} if scheduling else {}),
        **own,
        LIBRARIES: ",".join(context.libraries),
        "archive_mode": "on",
        "archive_command": 'pgbackrest --stanza=db archive-push "%p"',
        "restore_command": _GET_LOG,
        "ssl": "on",
        "ssl_ca_file": f"{paths.TLS}/ca.crt",
        "ssl_cert_file": f"{paths.TLS}/tls.crt",
        "ssl_key_file": f"{paths.TLS}/tls.key",
        "unix_socket_directories": paths.SOCKETS,
    }
