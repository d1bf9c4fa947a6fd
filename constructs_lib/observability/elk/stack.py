"""The Elastic stack: Logstash, Elasticsearch, Kibana and an exporter."""

from __future__ import annotations

from constructs import Construct

from constructs_lib.observability.context import StackContext
from constructs_lib.observability.elk.elasticsearch import Elasticsearch
from constructs_lib.observability.elk.exporter import ElasticsearchExporter
from constructs_lib.observability.elk.kibana import Kibana
from constructs_lib.observability.elk.logstash import Logstash
from constructs_lib.observability.elk.settings import Logs
from constructs_lib.observability.grafana.data_sources import LogStore
from constructs_lib.observability.part import Part
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
        dns_names: that its certificate must include.
    """

    def __init__(self, scope: Construct, context: StackContext, *, logs: Logs) -> None:
        search = Elasticsearch(scope, context, logs=logs)
        logstash = Logstash(scope, context, logs=logs, elasticsearch=search)
        kibana = Kibana(scope, context, logs=logs, elasticsearch=search)
        exporter = ElasticsearchExporter(scope, context, logs=logs, elasticsearch=search)
        self.parts: tuple[Part, ...] = (search, logstash, kibana, exporter)
        self.logstash = logstash
        self.store = LogStore(endpoint=search.endpoint, secret=logs.secrets.reader)
        self.dns_names = (
            "localhost",
            search.endpoint.host,
            f"*.{members_domain(context.cluster, search.identity)}",
            context.dns_name(logstash.identity),
            context.dns_name(kibana.identity),
        )
