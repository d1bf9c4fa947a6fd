"""Random clusters, stacks and jobs are refused, or consistent and whole with their baseline."""

from __future__ import annotations

import pytest
from cdk8s import App, Chart
from hypothesis import strategies as st

from constructs_lib import (
    ApiTier,
    Container,
    Host,
    Migration,
    Namespace,
    NginxIngress,
    ObservabilityStack,
    OneOffJob,
    PodSecurity,
    PostgresCluster,
    PublicHost,
    ScheduledJob,
    SecurityBaseline,
    Tls,
    VolumeSnapshots,
)
from tests.properties.outcomes import try_examples
from tests.properties.soundness import check_sound
from tests.properties.strategies import arguments
from tests.properties.strategies_database import BULK, FAST, SCRATCH, STANDARD
from tests.properties.strategies_plain import NAMES

TIERS = (FAST, BULK, SCRATCH, STANDARD)
PUBLIC = Host(name="api.example.com", tls=Tls(secret_name="api-tls"), renderer=NginxIngress())


def test_a_cluster_is_refused_or_consistent() -> None:
    def example(data: st.DataObject) -> None:
        app = App()
        odd = data.draw(st.sampled_from((0, 0, 1)))
        chosen = data.draw(arguments(PostgresCluster, odd=odd))
        postgres = PostgresCluster(Chart(app, "a", namespace="app"), data.draw(NAMES), **chosen)
        SecurityBaseline(
            Chart(app, "b"),
            "baseline",
            namespaces=[Namespace(name="app")],
            storage=TIERS,
            constructs=[postgres],
        )
        check_sound(app)

    try_examples(example, share=0.1)


def test_a_stack_is_refused_or_consistent() -> None:
    def example(data: st.DataObject) -> None:
        app = App()
        namespaces = {
            "monitoring": Namespace(name="monitoring"),
            "logging": Namespace(name="logging"),
            "agents": Namespace(name="agents", pod_security=PodSecurity.PRIVILEGED),
        }
        api = ApiTier(
            Chart(app, "a", namespace="app"),
            "api",
            container=Container(image="api:1.4.2"),
            host=PUBLIC,
        )
        hosts = [
            PublicHost(Chart(app, "p", namespace="app"), "host", host=PUBLIC, constructs=[api])
        ]
        odd = data.draw(st.sampled_from((0, 0, 1)))
        chosen = data.draw(arguments(ObservabilityStack, odd=odd))
        chosen |= {**namespaces, "watches": [api]}
        stack = ObservabilityStack(Chart(app, "o"), "observability", **chosen)
        host = chosen["dashboards"].host
        if host is not None:
            chart = Chart(app, "h", namespace="monitoring")
            hosts.append(PublicHost(chart, "host", host=host, constructs=[stack]))
        SecurityBaseline(
            Chart(app, "b"),
            "baseline",
            namespaces=[Namespace(name="app"), *namespaces.values()],
            storage=TIERS,
            constructs=[api, stack, *hosts],
        )
        check_sound(app)

    try_examples(example, share=0.1)


@pytest.mark.parametrize(
    "kind", [Migration, OneOffJob, ScheduledJob], ids=lambda kind: kind.__name__
)
def test_a_job_is_refused_or_consistent(
    kind: type[Migration | OneOffJob | ScheduledJob],
) -> None:
    def example(data: st.DataObject) -> None:
        app = App()
        chosen = data.draw(arguments(kind, odd=data.draw(st.sampled_from((0, 0, 1)))))
        job = kind(Chart(app, "a", namespace="app"), data.draw(NAMES), **chosen)
        SecurityBaseline(
            Chart(app, "b"),
            "baseline",
            namespaces=[Namespace(name="app")],
            storage=TIERS,
            constructs=[job],
        )
        check_sound(app)

    try_examples(example, share=0.2)


def test_a_job_of_snapshots_is_refused_or_consistent() -> None:
    def example(data: st.DataObject) -> None:
        app = App()
        odd = data.draw(st.sampled_from((0, 0, 1)))
        chosen = data.draw(arguments(VolumeSnapshots, odd=odd))
        snapshots = VolumeSnapshots(Chart(app, "a", namespace="app"), data.draw(NAMES), **chosen)
        SecurityBaseline(
            Chart(app, "b"),
            "baseline",
            namespaces=[Namespace(name="app")],
            constructs=[snapshots],
        )
        check_sound(app)

    try_examples(example, share=0.1)
