"""As many tiers in one app as the command line says, web and API in pairs."""

from __future__ import annotations

import sys

from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    Container,
    Host,
    Namespace,
    NginxIngress,
    PublicHost,
    Route,
    SecurityBaseline,
    Tls,
    WebTier,
)
from constructs_lib.facts import Publisher
from environments import Images
from main import PART_OF

app = App()
images = Images()
host = Host(name="shop.example.com", tls=Tls(secret_name="shop-tls"), renderer=NginxIngress())
tiers: list[Publisher] = []
for pair in range(int(sys.argv[1]) // 2):
    chart = Chart(app, f"pair-{pair}", namespace="app", labels=PART_OF)
    api = ApiTier(
        chart,
        f"api-{pair}",
        container=Container(image=images.api),
        host=host,
        routes=[Route(paths=(f"/api/{pair}",))],
    )
    web = WebTier(
        chart,
        f"web-{pair}",
        container=Container(image=images.web),
        host=host,
        routes=[Route(paths=(f"/web/{pair}",))],
        upstreams={"API_URL": api.endpoint},
    )
    tiers += [api, web]
public_host = PublicHost(
    Chart(app, "host", namespace="app", labels=PART_OF), "host", host=host, constructs=tiers
)
SecurityBaseline(
    Chart(app, "cluster", labels=PART_OF),
    "baseline",
    namespaces=[Namespace(name="app")],
    constructs=[*tiers, public_host],
)
app.synth()
