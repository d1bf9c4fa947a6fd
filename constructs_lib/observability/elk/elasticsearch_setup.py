"""The job that sets Elasticsearch up: its lifecycle policy, templates, roles and snapshots."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.published import Facts
from constructs_lib.observability.context import StackContext
from constructs_lib.observability.elk.assets import asset
from constructs_lib.observability.elk.settings import ELASTIC, Logs, LogSnapshots
from constructs_lib.observability.part import Part
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.extra_containers import extended
from constructs_lib.pods.job import job
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.secrets import SecretFiles


def set_up_job(scope: Part, context: StackContext, *, logs: Logs, url: str) -> Facts:
    """Create the job that sends the requests.

    Args:
        scope: Elasticsearch.
        context: shared by all parts.
        logs: retention, snapshots and Secrets.
        url: of Elasticsearch.
    """
    asked = setup_requests(
        retention_days=logs.retention_days, copies=logs.copies, snapshots=logs.snapshots
    )
    secrets = logs.secrets
    container = Container(
        name="set-up",
        image=context.images.elasticsearch,
        resources=Resources(cpu="50m", memory="128Mi", ephemeral_storage="64Mi"),
        command=["/scripts/set-up.sh"],
        env={"URL": url},
        volumes=[
            ConfigFiles(name="requests", files=_files(asked), mount_path="/requests"),
            ConfigFiles(
                name="set-up",
                files={"set-up.sh": asset("set-up.sh")},
                mount_path="/scripts",
                executable=True,
            ),
            SecretFiles(secret=secrets.users, mount_path="/run/secrets/users"),
            SecretFiles(
                secret=secrets.reader,
                mount_path="/run/secrets/reader",
                keys=("username", "password"),
            ),
            secrets.elasticsearch_authority,
        ],
    )
    own = replace(scope.identity, name=f"{scope.identity.name}-set-up")
    pod = Pod(identity=own, containers=[container], hardening=ELASTIC, log_format=LogFormat.PLAIN)
    return job(scope, extended(pod, context.extra_containers), deadline_seconds=7200)


def setup_requests(
    *, retention_days: int, copies: int, snapshots: LogSnapshots | None
) -> dict[str, tuple[str, Any]]:
    """Return path and body of each PUT request, by the name of its file.

    Args:
        retention_days: days after which lines are deleted.
        copies: of each line, on as many servers.
        snapshots: the repository of snapshots; optional.
    """
    asked: dict[str, tuple[str, Any]] = {
        "lifecycle": ("/_ilm/policy/logs-ours", _lifecycle(retention_days)),
        "settings": ("/_component_template/logs-settings-ours", _settings(copies)),
        "mappings": ("/_component_template/logs-mappings-ours", _MAPPINGS),
        "template": ("/_index_template/logs-ours", _TEMPLATE),
        "role-logstash": ("/_security/role/logstash", _LOGSTASH),
        "role-reader": ("/_security/role/reader", _READER),
        "role-exporter": ("/_security/role/exporter", _EXPORTER),
        "role-views": ("/_security/role/views", _VIEWS),
    }
    if snapshots is not None:
        asked["repository"] = (
            "/_snapshot/daily",
            {
                "type": "s3",
                "settings": {
                    "bucket": snapshots.bucket,
                    "endpoint": snapshots.url,
                    "path_style_access": snapshots.has_path_style,
                    "base_path": "elasticsearch",
                },
            },
        )
        asked["snapshots"] = (
            "/_slm/policy/daily",
            {
                "schedule": "0 30 2 * * ?",
                "name": "<daily-{now/d}>",
                "repository": "daily",
                "config": {"indices": ["logs-*"], "include_global_state": True},
                "retention": {
                    "expire_after": f"{snapshots.retention_days}d",
                    "min_count": 5,
                    "max_count": snapshots.retention_days + 5,
                },
            },
        )
    return asked


def _files(asked: Mapping[str, tuple[str, Any]]) -> dict[str, str]:
    """Return the bodies as files, and the list of methods, paths and files."""
    return {
        "requests.txt": "".join(f"PUT {path} {name}.json\n" for name, (path, _) in asked.items()),
        **{f"{name}.json": json.dumps(body, indent=2) + "\n" for name, (_, body) in asked.items()},
    }


def _lifecycle(retention_days: int) -> dict[str, Any]:
    return {
        "policy": {
            "phases": {
                "hot": {
                    "actions": {
                        "rollover": {"max_age": "1d", "max_primary_shard_size": "25gb"},
                        "set_priority": {"priority": 100},
                    }
                },
                "warm": {
                    "min_age": "1d",
                    "actions": {
                        "forcemerge": {"max_num_segments": 1},
                        "readonly": {},
                        "set_priority": {"priority": 50},
                    },
                },
                "delete": {"min_age": f"{retention_days}d", "actions": {"delete": {}}},
            }
        }
    }


def _settings(copies: int) -> dict[str, Any]:
    return {
        "template": {
            "settings": {
                "index.lifecycle.name": "logs-ours",
                "index.number_of_shards": 1,
                "index.number_of_replicas": copies - 1,
                "index.codec": "best_compression",
                "index.refresh_interval": "5s",
                # One service that invents fields must not stop the others: those above are not
                # searchable, but kept.
                "index.mapping.total_fields.limit": 2000,
                "index.mapping.total_fields.ignore_dynamic_beyond_limit": True,
                "index.mapping.ignore_malformed": True,
            }
        }
    }


_MAPPINGS = {
    "template": {
        "mappings": {
            "dynamic_templates": [
                {"numbers": {"path_match": "numbers.*", "mapping": {"type": "double"}}},
                {
                    "strings": {
                        "match_mapping_type": "string",
                        "mapping": {"type": "keyword", "ignore_above": 1024},
                    }
                },
            ],
            "properties": {
                "@timestamp": {"type": "date"},
                "message": {"type": "text"},
                # What applications say in fields of their own: one may call text what
                # another calls a number.
                "app": {"type": "flattened", "ignore_above": 1024},
                "log": {"properties": {"level": {"type": "keyword"}}},
                "service": {"properties": {"name": {"type": "keyword"}}},
                "http": {
                    "properties": {
                        "response": {
                            "properties": {
                                "bytes": {"type": "long"},
                                "milliseconds": {"type": "long"},
                                "status_code": {"type": "short"},
                            }
                        }
                    }
                },
                "tags": {"type": "keyword"},
            },
        }
    }
}
_TEMPLATE = {
    "index_patterns": ["logs-*"],
    "data_stream": {},
    # Above Elastic's own, whose template for logs has 100.
    "priority": 500,
    "composed_of": ["logs-settings-ours", "logs-mappings-ours"],
}
_LOGSTASH = {
    "cluster": ["monitor"],
    "indices": [
        {
            "names": ["logs-*"],
            "privileges": ["auto_configure", "create_doc", "view_index_metadata"],
        }
    ],
}
_READER = {
    "cluster": ["monitor"],
    "indices": [{"names": ["logs-*"], "privileges": ["read", "view_index_metadata"]}],
}
_VIEWS = {
    "applications": [
        {
            "application": "kibana-.kibana",
            "privileges": ["space_all"],
            "resources": ["space:default"],
        }
    ]
}
_EXPORTER = {
    "cluster": ["monitor", "read_slm"],
    "indices": [{"names": ["*"], "privileges": ["monitor"]}],
}
