"""What the tiers of these tests run, and whom they talk to."""

from __future__ import annotations

from constructs_lib import (
    BrokerEndpoint,
    Container,
    DatabaseEndpoint,
    Host,
    HttpEndpoint,
    NginxIngress,
    Outside,
    Port,
    Route,
    SecretRef,
    Tls,
)
from constructs_lib.facts import Peer
from constructs_lib.labels import Identity
from constructs_lib.rollouts import Backend
from constructs_lib.traffic import ServedRoute

IMAGE = "registry.example.com/shop/app:1.4.2@sha256:" + "4f" * 32
CONTAINER = Container(image=IMAGE)
HOST = Host(name="shop.example.com", tls=Tls(secret_name="shop-tls"), renderer=NginxIngress())
SERVED = ServedRoute(
    host=HOST,
    identity=Identity(name="web", namespace="app", component="web"),
    route=Route(),
    tracks=(Backend(name="stable", service="web", namespace="app"),),
)
POSTGRES = Outside(
    name="postgres", cidrs=("10.20.0.0/24",), ports=(Port(name="postgres", number=5432),)
)
REDIS = Outside(name="redis", cidrs=("10.20.1.0/24",), ports=(Port(name="redis", number=6379),))
API_SERVER = Outside(
    name="api-server", cidrs=("10.0.0.1/32",), ports=(Port(name="https", number=6443),)
)
DATABASE = DatabaseEndpoint(
    host="postgres.example.com",
    database="shop",
    secret=SecretRef(name="api-database", keys=("username", "password")),
    connections=200,
    target=POSTGRES,
)
BROKER = BrokerEndpoint(host="redis.example.com", port=6379, target=REDIS, target_port="redis")
CATALOGUE = HttpEndpoint(
    host="catalogue.app.svc.cluster.local",
    port=80,
    target=Peer(
        name="catalogue",
        namespace="app",
        selector={"app.kubernetes.io/name": "catalogue"},
        ports=(Port(name="http", number=8000),),
    ),
    target_port="http",
)
