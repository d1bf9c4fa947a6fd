"""The Elastic stack: Logstash, Elasticsearch, Kibana and an exporter."""

from __future__ import annotations

from constructs import Construct

from constructs_lib.facts.certificates import PartyCertificate
from constructs_lib.observability.context import StackContext
from constructs_lib.observability.elk.elasticsearch import Elasticsearch
from constructs_lib.observability.elk.exporter import ElasticsearchExporter
from constructs_lib.observability.elk.kibana import Kibana
from constructs_lib.observability.elk.logstash import Logstash
from constructs_lib.observability.elk.settings import Logs, LogSecrets
from constructs_lib.observability.grafana.data_sources import LogStore
from constructs_lib.observability.part import Part, identity_of
from constructs_lib.pods.service import members_domain


class ElasticStack:
    """The servers that parse, store and show logs.

    Args:
        scope: an observability stack.
        context: shared by all parts.
        logs: retention, storage and Secrets.

    Attributes:
        parts: all of them.
        logstash: that receives them.
        store: the data source of Grafana.
        certificates: of its servers and of Filebeat, which are created outside.
    """

    def __init__(self, scope: Construct, context: StackContext, *, logs: Logs) -> None:
        search = Elasticsearch(scope, context, logs=logs)
        logstash = Logstash(scope, context, logs=logs, elasticsearch=search)
        kibana = Kibana(scope, context, logs=logs, elasticsearch=search)
        exporter = ElasticsearchExporter(scope, context, logs=logs, elasticsearch=search)
        self.parts: tuple[Part, ...] = (search, logstash, kibana, exporter)
        self.logstash = logstash
        self.store = LogStore(endpoint=search.endpoint, secret=logs.secrets.reader)
        self.certificates = _certificates(context, logs.secrets)


def _certificates(context: StackContext, secrets: LogSecrets) -> tuple[PartyCertificate, ...]:
    logging = context.logging
    elasticsearch, logstash, kibana = (
        identity_of(name, logging) for name in ("elasticsearch", "logstash", "kibana")
    )
    return (
        PartyCertificate(
            namespace=logging.name,
            secret=secrets.elasticsearch,
            common_name="elasticsearch",
            dns_names=("localhost", context.dns_name(elasticsearch)),
        ),
        PartyCertificate(
            namespace=logging.name,
            secret=secrets.members,
            common_name="elasticsearch-members",
            dns_names=(f"*.{members_domain(context.cluster, elasticsearch)}",),
            is_client=True,
            # Whoever has a certificate of its authority joins the cluster.
            authority="elasticsearch-members-authority",
        ),
        PartyCertificate(
            namespace=logging.name,
            secret=secrets.logstash,
            common_name="logstash",
            dns_names=(
                context.dns_name(logstash),
                f"*.{members_domain(context.cluster, logstash)}",
            ),
        ),
        PartyCertificate(
            namespace=logging.name,
            secret=secrets.kibana,
            common_name="kibana",
            dns_names=("localhost", context.dns_name(kibana)),
        ),
        PartyCertificate(
            namespace=context.agents.name,
            secret=secrets.filebeat,
            common_name="filebeat",
            is_client=True,
        ),
    )
