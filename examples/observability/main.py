"""A stack that watches an API for its promise, and for an alert on a metric of its own."""

from dataclasses import replace

from cdk8s import App, Chart

from constructs_lib import (
    Alerting,
    ApiTier,
    Container,
    Dashboards,
    GrafanaVolume,
    Http,
    Logs,
    Metrics,
    MetricsStore,
    Namespace,
    ObservabilityStack,
    Outside,
    PagerDuty,
    PodSecurity,
    Port,
    SecretRef,
    SecurityBaseline,
    ServiceLevel,
    StorageClass,
)
from constructs_lib.facts import AlertRule, Severity
from constructs_lib.observability import Email, Webhook

HTTPS = Port(name="https", number=443)


def build(app: App) -> Chart:
    """Build the example, and return the chart of its baseline."""
    fast = StorageClass(name="fast", provisioner="ebs.csi.aws.com")
    bulk = StorageClass(
        name="bulk", provisioner="ebs.csi.aws.com", parameters={"type": "gp3", "throughput": "250"}
    )
    internet = Outside(
        name="internet",
        cidrs=("0.0.0.0/0",),
        # Private, shared and link-local addresses, and those of the metadata of the cloud.
        excluded=(
            *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
            *("100.64.0.0/10", "169.254.0.0/16"),
        ),
        ports=(HTTPS,),
    )
    relay = Outside(
        name="mail-relay",
        cidrs=("10.20.0.25/32",),
        ports=(Port(name="submission", number=587),),
    )
    orders = ApiTier(
        Chart(app, "20-orders", namespace="shop"),
        "orders",
        container=Container(image="registry.example.com/shop/orders:2.0.3"),
        http=Http(metrics=Metrics(names=("orders_waiting",))),
        service_level=ServiceLevel(
            availability_percent=99.5, latency_seconds=0.25, latency_percent=95
        ),
    )
    orders_wait = AlertRule(
        name="OrdersWait",
        expression='sum(orders_waiting{namespace="shop",app="orders"}) > 1000',
        for_seconds=900,
        severity=Severity.TICKET,
        summary="{{ $value }} orders wait for their payment.",
        runbook="orders",
    )
    monitoring, logging = Namespace(name="monitoring"), Namespace(name="logging")
    agents = Namespace(name="node-agents", pod_security=PodSecurity.PRIVILEGED)
    stack = ObservabilityStack(
        Chart(app, "60-observability"),
        "observability",
        watches=[replace(orders.facts, alerts=(*orders.facts.alerts, orders_wait))],
        monitoring=monitoring,
        logging=logging,
        agents=agents,
        metrics=MetricsStore(storage=fast, size="400Gi", retention_days=90, series=150_000),
        alerting=Alerting(
            page=PagerDuty(secret=SecretRef(name="pager", keys=("routing-key",)), target=internet),
            ticket=Email(
                secret=SecretRef(name="mail-relay", keys=("password",)),
                target=relay,
                host="mail.example.com",
                username="alerts",
                sender="alerts@example.com",
                to=["shop-team@example.com"],
            ),
            heartbeat=Webhook(
                secret=SecretRef(name="dead-mans-switch", keys=("url",)), target=internet
            ),
            runbooks="https://git.example.com/shop/runbooks",
        ),
        dashboards=Dashboards(
            admin=SecretRef(name="grafana", keys=("password", "secret-key")),
            storage=GrafanaVolume(storage_class=fast),
        ),
        logs=Logs(storage=bulk),
        api_server=Outside(name="api-server", cidrs=("10.0.0.0/28",), ports=(HTTPS,)),
        nodes=("10.0.0.0/16",),
    )
    cluster = Chart(app, "00-cluster")
    SecurityBaseline(
        cluster,
        "baseline",
        namespaces=[Namespace(name="shop"), monitoring, logging, agents],
        storage=[fast, bulk],
        constructs=[orders, stack],
    )
    return cluster


if __name__ == "__main__":
    app = App()
    build(app)
    app.synth()
