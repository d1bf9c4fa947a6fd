"""A websocket service whose replicas talk over Redis, with sticky sessions for Socket.IO."""

from dataclasses import replace

from cdk8s import App, Chart

from constructs_lib import (
    BrokerEndpoint,
    Container,
    Host,
    NginxIngress,
    Port,
    PublicHost,
    SocketTier,
    Tls,
)
from constructs_lib.facts import Neighbour
from constructs_lib.tiers import WEBSOCKET_ROUTE
from constructs_lib.traffic import WEBSOCKET_POLICY, SessionCookie


def build(app: App) -> Chart:
    """Build the example."""
    chart = Chart(app, "chat", namespace="shop")
    host = Host(name="chat.example.com", tls=Tls(secret_name="chat-tls"), renderer=NginxIngress())
    redis = Neighbour(
        name="redis",
        namespace="redis",
        selector={"app.kubernetes.io/name": "redis"},
        ports=(Port(name="redis", number=6379),),
    )
    policy = replace(WEBSOCKET_POLICY, session_cookie=SessionCookie(name="chat"))
    socket = SocketTier(
        chart,
        "chat",
        container=Container(image="registry.example.com/shop/chat:0.9.1"),
        broker=BrokerEndpoint(
            host="redis.redis.svc.cluster.local", port=6379, target=redis, target_port="redis"
        ),
        host=host,
        routes=(replace(WEBSOCKET_ROUTE, policy=policy),),
    )
    PublicHost(chart, "host", host=host, constructs=[socket])
    return chart


if __name__ == "__main__":
    app = App()
    build(app)
    app.synth()
