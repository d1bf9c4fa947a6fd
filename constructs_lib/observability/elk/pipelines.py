"""The two pipelines of Logstash: of all lines, and of those that Elasticsearch rejected."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.facts.logs import LogFormat
from constructs_lib.observability.elk.parsing import parsing
from constructs_lib.observability.elk.plugins import pipeline, plugin

BEATS_PORT = 5044
TLS = "/usr/share/logstash/certs"


def main_pipeline(formats: Sequence[LogFormat], *, elasticsearch: str) -> str:
    """Return the main pipeline, which parses all lines.

    Args:
        formats: of all whose lines are read.
        elasticsearch: the URL of the output.
    """
    return pipeline(
        source=plugin(
            "beats",
            port=BEATS_PORT,
            ssl_enabled=True,
            ssl_certificate=f"{TLS}/tls.crt",
            ssl_key=f"{TLS}/tls.key",
            ssl_client_authentication="required",
            ssl_certificate_authorities=[f"{TLS}/ca.crt"],
        ),
        steps=parsing(formats),
        target=_elasticsearch(elasticsearch, "app"),
    )


def rejected_pipeline(*, elasticsearch: str) -> str:
    """Return the pipeline of the dead letter queue: rejected lines are stored as text.

    Args:
        elasticsearch: the URL of the output.
    """
    return pipeline(
        source=plugin(
            "dead_letter_queue",
            path="/usr/share/logstash/data/dead_letter_queue",
            pipeline_id="main",
            commit_offsets=True,
            clean_consumed=True,
        ),
        steps=[
            # What did not fit the index is no field any more, whichever it was.
            plugin(
                "prune",
                whitelist_names=["^@timestamp$", "^message$", "^service$", "^tags$"],
            ),
            plugin(
                "mutate",
                add_tag=["_rejectedfailure"],
                add_field={"[error][message]": "%{[@metadata][dead_letter_queue][reason]}"},
            ),
        ],
        target=_elasticsearch(elasticsearch, "rejected"),
    )


def _elasticsearch(address: str, dataset: str) -> str:
    return plugin(
        "elasticsearch",
        hosts=[address],
        user="logstash",
        password="${ELASTICSEARCH_PASSWORD}",
        ssl_certificate_authorities=["/run/secrets/elasticsearch/ca.crt"],
        data_stream=True,
        data_stream_type="logs",
        data_stream_dataset=dataset,
        data_stream_namespace="default",
    )
