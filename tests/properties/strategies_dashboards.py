"""What people write into the fields of the dashboards, by class and field."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from constructs_lib import DatabaseEndpoint, Port, Resources, SecretRef
from constructs_lib.facts import DashboardFolder
from tests.properties.strategies_database import FAST, OBJECT_STORE
from tests.properties.strategies_types import Strategy

_URLS = st.sampled_from(("https://id.example.com/token", "http://localhost:3000"))
_WORDS = st.from_regex(r"[a-z]{3,6}", fullmatch=True)


def _groups(prefix: str) -> Strategy:
    return st.lists(_WORDS.map(f"{prefix}-{{}}".format), unique=True, max_size=2).map(tuple)


_DATABASE = DatabaseEndpoint(
    host="db.example.com",
    database="grafana",
    secret=SecretRef(name="grafana-database", keys=("username", "password", "ca.crt")),
    connections=20,
    target=replace(OBJECT_STORE, name="database", ports=(Port(name="postgres", number=5432),)),
)

DASHBOARDS: dict[str, Strategy] = {
    "DashboardTeam.folders": st.lists(st.sampled_from(DashboardFolder), unique=True).map(tuple),
    "Dashboards.data_sources": st.just(()),
    "Dashboards.traces": st.none(),
    "Dashboards.own": st.just(()),
    "DataSource.kind": st.just("loki"),
    "DataSource.name": st.just("loki"),
    "DataSource.secret": st.just(SecretRef(name="loki", keys=("password",))),
    "DataSource.secure": st.just({"basicAuthPassword": "password"}),
    "DataSource.settings": st.just({"maxLines": 500}),
    "DataSource.target": st.just(OBJECT_STORE),
    "DataSource.url": st.just("https://loki.example.com"),
    "DataSource.user": st.none() | st.just("shop"),
    "JsonDashboard.folder": st.just("edge"),
    "JsonDashboard.model": st.just('{"title": "Envoy", "panels": []}'),
    "JsonDashboard.uid": st.just("envoy"),
    "DashboardTeam.members": st.sampled_from(((), ("ada@example.com", "eve@example.com"))),
    "DashboardTeam.name": _WORDS,
    "Dashboards.admin": st.just(SecretRef(name="admin", keys=("password", "secret-key"))),
    "Dashboards.resources": st.builds(
        Resources, cpu=st.just("100m"), memory=st.sampled_from(("512Mi", "1Gi"))
    ),
    "GrafanaDatabase.database": st.just(_DATABASE),
    "GrafanaDatabase.replicas": st.integers(2, 5),
    "GrafanaVolume.tier": st.just(FAST),
    "GrafanaVolume.size": st.sampled_from(("1Gi", "2Gi")),
    "SingleSignOn.admins": _groups("admin"),
    "SingleSignOn.authorization_url": _URLS,
    "SingleSignOn.client_id": _WORDS,
    "SingleSignOn.editors": _groups("editor"),
    "SingleSignOn.groups_claim": _WORDS,
    "SingleSignOn.name": _WORDS,
    "SingleSignOn.provider": st.just(OBJECT_STORE),
    "SingleSignOn.secret": st.just(SecretRef(name="sign-on", keys=("client-secret",))),
    "SingleSignOn.token_url": _URLS,
    "SingleSignOn.user_info_url": _URLS,
    "SingleSignOn.viewers": _groups("viewer"),
}
