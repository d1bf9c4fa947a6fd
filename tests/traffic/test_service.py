"""A Service says what is spoken on it, so that no gateway or mesh has to guess."""

from __future__ import annotations

import pytest
from cdk8s import Chart

from constructs_lib import ApiTier, Replicas, SocketTier
from constructs_lib.testing import find
from tests.tiers.ends import CONTAINER


@pytest.mark.mission("B108")
@pytest.mark.parametrize(
    ("kind", "protocol"), [(ApiTier, "http"), (SocketTier, "kubernetes.io/ws")]
)
def test_the_protocol_is_said(
    kind: type[ApiTier | SocketTier], protocol: str, chart: Chart
) -> None:
    kind(chart, "shop", container=CONTAINER, scaling=Replicas(count=1))
    (port,) = find(chart, "Service", "shop")["spec"]["ports"]
    assert port["appProtocol"] == protocol
