"""The paths that nginx is given mean to it what they mean to Kubernetes."""

from __future__ import annotations

import pytest
from cdk8s import App, Chart
from hypothesis import strategies as st

from constructs_lib import Container, Host, NginxIngress, Route, Tls, WebTier
from constructs_lib.testing import find_all, manifests
from tests.properties.outcomes import try_examples

# Words that begin alike, so that a prefix of one may be meant for another.
WORDS = st.sampled_from(("tea", "teapot", "tea.cup", "tea-", "cup"))
PATHS = st.lists(WORDS, max_size=3).map(lambda words: "/" + "/".join(words))
REQUESTS = PATHS | st.builds("{}{}".format, PATHS, st.sampled_from(("/", "s", "?cup")))


@pytest.mark.mission("B39")
def test_nginx_sends_each_request_where_kubernetes_would() -> None:
    def example(data: st.DataObject) -> None:
        paths = data.draw(st.lists(PATHS, min_size=1, max_size=6, unique=True))
        owners = {path: f"r{number}" for number, path in enumerate(paths)}
        host = Host(
            name="shop.example.com", tls=Tls(secret_name="shop-tls"), renderer=NginxIngress()
        )
        chart = Chart(App(), "web", namespace="app")
        WebTier(
            chart,
            "web",
            container=Container(image="web:1.4.2"),
            host=host,
            routes=[Route(name=name, paths=(path,)) for path, name in owners.items()],
        )
        locations = [
            (path["pathType"], path["path"], ingress["metadata"]["name"].removeprefix("web-"))
            for ingress in find_all(manifests(chart), "Ingress")
            for path in ingress["spec"]["rules"][0]["http"]["paths"]
        ]
        for request in data.draw(st.lists(REQUESTS, min_size=20, max_size=20)):
            path = request.partition("?")[0].replace("//", "/")
            assert of_nginx(locations, path) == of_kubernetes(owners, path), path

    try_examples(example)


def of_nginx(locations: list[tuple[str, str, str]], path: str) -> str | None:
    """Return the owner by https://nginx.org/en/docs/http/ngx_http_core_module.html#location."""
    for kind, location, owner in locations:
        if kind == "Exact" and path == location:
            return owner
    prefixes = [(location, owner) for kind, location, owner in locations if kind == "Prefix"]
    fitting = [(len(location), owner) for location, owner in prefixes if path.startswith(location)]
    return max(fitting)[1] if fitting else None


def of_kubernetes(owners: dict[str, str], path: str) -> str | None:
    """Return the owner by https://kubernetes.io/docs/concepts/services-networking/ingress/#examples."""
    asked = path.strip("/").split("/")
    fitting = []
    for prefix, owner in owners.items():
        words = [word for word in prefix.split("/") if word]
        if asked[: len(words)] == words:
            fitting.append((len(words), owner))
    return max(fitting)[1] if fitting else None
