"""Another cluster than the usual one is said in one place, and all that is made follows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

import pytest

from constructs_lib import AddressFamily, Cluster
from constructs_lib.testing import can_reach, check, find, find_all, schema_problems
from tests.platform.families import of_family
from tests.platform.shop import Shop, build, setting

DOMAIN = "k8s.example.net"
# What takes connections of IPv4 only, as programs write it, and what would be read as no address.
IPV4_ONLY = re.compile(
    r"0\.0\.0\.0(?!/)|bind \*|tls-server-address=\*|(?<!\[)\$\((?:POD|HOST)_IP\):"
)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return the platform for a cluster with a domain of its own."""
    cluster = Cluster(domain=DOMAIN)
    return build(tmp_path_factory.mktemp("elsewhere"), setting("cluster", cluster))


@pytest.fixture(scope="module", params=[AddressFamily.IPV6, AddressFamily.DUAL])
def with_ipv6(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[AddressFamily, Shop]:
    """Return the platform for a cluster with addresses of IPv6, and the family of these."""
    family: AddressFamily = request.param
    return family, build(tmp_path_factory.mktemp(family.name), of_family(family))


@pytest.mark.mission("B31")
def test_every_name_is_of_the_domain_of_the_cluster(shop: Shop, elsewhere: Shop) -> None:
    usual, other = json.dumps(shop.objects), json.dumps(elsewhere.objects)
    assert "cluster.local" not in other
    assert other.count(f".svc.{DOMAIN}") == usual.count(".svc.cluster.local") > 0
    check(elsewhere.objects)


def test_nobody_listens_on_ipv4_alone(shop: Shop, with_ipv6: tuple[AddressFamily, Shop]) -> None:
    _, made = with_ipv6
    assert set(_ipv4_only(shop)) == {
        "0.0.0.0",  # noqa: S104 - what is looked for
        "bind *",
        "tls-server-address=*",
        "$(POD_IP):",
        "$(HOST_IP):",
    }
    assert _ipv4_only(made) == []


def test_servers_listen_on_all_addresses(with_ipv6: tuple[AddressFamily, Shop]) -> None:
    _, made = with_ipv6
    assert "--bind=[::]:8080 " in _env(made, "api")["GUNICORN_CMD_ARGS"]
    assert _env(made, "web")["HOSTNAME"] == "::"
    files = {each["metadata"]["name"]: each["data"] for each in find_all(made.core, "ConfigMap")}
    told = {
        "postgres-patroni/patroni.yaml": 'listen: "[::]:8008"',
        "postgres-pgbackrest/pgbackrest.conf": "tls-server-address=::",
        "postgres-rw-router/haproxy.cfg": "bind :::8404 v4v6",
        "postgres-ro-router/haproxy.cfg": "bind :::8404 v4v6",
        "elasticsearch-settings/elasticsearch.yml": 'network.host: "::"',
        "logstash-settings/logstash.yml": 'api.http.host: "::"',
        "kibana-settings/kibana.yml": 'server.host: "::"',
        "filebeat-settings/filebeat.yml": "http.host: http://[::]:5066",
    }
    for place, line in told.items():
        name, file = place.split("/")
        assert line in files[name][file], place
    alertmanager = _args(find(made.core, "StatefulSet", "alertmanager"))
    assert "--cluster.listen-address=[::]:9094" in alertmanager
    assert "--cluster.advertise-address=[$(POD_IP)]:9094" in alertmanager
    agent = _args(find(made.core, "DaemonSet", "node-exporter"))
    assert "--web.listen-address=[$(HOST_IP)]:9100" in agent


def test_services_have_the_addresses_of_their_pods(
    shop: Shop, with_ipv6: tuple[AddressFamily, Shop]
) -> None:
    family, made = with_ipv6
    written = {
        AddressFamily.IPV6: {"ipFamilies": ["IPv6"], "ipFamilyPolicy": "SingleStack"},
        AddressFamily.DUAL: {"ipFamilyPolicy": "PreferDualStack"},
    }
    assert len(find_all(made.core, "Service")) == len(find_all(shop.core, "Service"))
    for service in find_all(made.core, "Service"):
        assert _families(service) == written[family], service["metadata"]["name"]
    assert not any(_families(service) for service in find_all(shop.core, "Service"))


def test_it_fits_together(with_ipv6: tuple[AddressFamily, Shop]) -> None:
    family, made = with_ipv6
    check(made.objects)
    assert schema_problems(made.core) == []
    outside = {AddressFamily.IPV6: "2001:db8::1", AddressFamily.DUAL: "198.51.100.1"}
    assert can_reach(made.core, "app/api", ip_address(outside[family]), 443)


def _ipv4_only(made: Shop) -> list[str]:
    texts = (text for each in made.objects for text in _texts(each))
    return [found for text in texts for found in IPV4_ONLY.findall(text)]


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


def _args(workload: Mapping[str, Any]) -> list[str]:
    args: list[str] = workload["spec"]["template"]["spec"]["containers"][0]["args"]
    return args


def _env(made: Shop, name: str) -> dict[str, str]:
    (container,) = find(made.core, "Deployment", name)["spec"]["template"]["spec"]["containers"]
    return {each["name"]: each.get("value", "") for each in container["env"]}


def _families(service: Mapping[str, Any]) -> dict[str, object]:
    return {key: value for key, value in service["spec"].items() if key.startswith("ipFamil")}
