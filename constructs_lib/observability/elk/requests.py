"""What Elasticsearch is told once: how long indices live, what is in them, and who may do what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from constructs_lib.observability.elk.settings import LogSnapshots


def requests(
    *, retention_days: int, copies: int, snapshots: LogSnapshots | None
) -> dict[str, tuple[str, Any]]:
    """Return path and body of each request, by the name of its file; all are PUT.

    Args:
        retention_days: how long lines are searched.
        copies: how many servers hold each line.
        snapshots: where copies go.
    """
    asked: dict[str, tuple[str, Any]] = {
        "lifecycle": ("/_ilm/policy/logs-ours", _lifecycle(retention_days)),
        "settings": ("/_component_template/logs-settings-ours", _settings(copies)),
        "mappings": ("/_component_template/logs-mappings-ours", _MAPPINGS),
        "template": ("/_index_template/logs-ours", _TEMPLATE),
        "role-logstash": ("/_security/role/logstash", _LOGSTASH),
        "role-reader": ("/_security/role/reader", _READER),
        "role-exporter": ("/_security/role/exporter", _EXPORTER),
    }
    if snapshots is not None:
        asked["repository"] = (
            "/_snapshot/daily",
            {
                "type": "s3",
                "settings": {
                    "bucket": snapshots.bucket,
                    "endpoint": snapshots.endpoint,
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


def files(asked: Mapping[str, tuple[str, Any]]) -> dict[str, str]:
    """Return the requests as files, and the list that says which is sent where."""
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
                {
                    "strings": {
                        "match_mapping_type": "string",
                        "mapping": {"type": "keyword", "ignore_above": 1024},
                    }
                }
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
_EXPORTER = {
    "cluster": ["monitor", "read_slm"],
    "indices": [{"names": ["*"], "privileges": ["monitor"]}],
}
