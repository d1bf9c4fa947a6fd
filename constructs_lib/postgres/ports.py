"""The ports of a PostgreSQL cluster, which configuration, Services and policies agree on."""

from __future__ import annotations

from constructs_lib.facts.network import Port

POSTGRES = Port(name="postgres", number=5432)
PATRONI = Port(name="patroni", number=8008)
BACKUP = Port(name="backup", number=8432)
METRICS = Port(name="metrics", number=9187)

POOLER = Port(name="postgres", number=6432)
ROUTER_METRICS = Port(name="router-metrics", number=8404)
POOLER_METRICS = Port(name="pooler-metrics", number=9127)
