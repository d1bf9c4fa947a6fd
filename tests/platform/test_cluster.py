"""Another cluster than the usual one is said in one place, and all that is made follows."""

from __future__ import annotations

import json

import pytest

from constructs_lib import Cluster
from constructs_lib.testing import check
from tests.platform.shop import Shop, build, setting

DOMAIN = "k8s.example.net"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return the platform for a cluster with a domain of its own."""
    cluster = Cluster(domain=DOMAIN)
    return build(tmp_path_factory.mktemp("elsewhere"), setting("cluster", cluster))


@pytest.mark.mission("B31")
def test_every_name_is_of_the_domain_of_the_cluster(shop: Shop, elsewhere: Shop) -> None:
    usual, other = json.dumps(shop.objects), json.dumps(elsewhere.objects)
    assert "cluster.local" not in other
    assert other.count(f".svc.{DOMAIN}") == usual.count(".svc.cluster.local") > 0
    check(elsewhere.objects)
