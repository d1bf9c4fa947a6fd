"""The changes that CONTRIBUTING shows apply, stay as small as it says, and do what they are for."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

from tests.repository.offenders import no_offenders

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "contributing"

BEGIN = """
from dataclasses import replace
from cdk8s import App, Chart
from constructs_lib import *
from constructs_lib.facts import *
from constructs_lib.pods import *
from constructs_lib.traffic import *
from constructs_lib.testing import find, find_all
app = App()
chart = lambda id: Chart(app, id, namespace="app")
image = Container(image="registry.example.com/shop/api:2.0.3")
"""
# Which change, how many files of the library it may touch, and a program that shows it.
CHANGES = {
    "an-option-for-all-pods": (
        1,
        """
PodDefaults(runtime_class="gvisor").attach(app)
api = chart("api")
ApiTier(api, "api", container=image)
pod = find(api, "Deployment", "api")["spec"]["template"]["spec"]
assert pod["runtimeClassName"] == "gvisor"
""",
    ),
    "a-response-header": (
        4,
        """
controller = Neighbour(name="gateway", namespace="gateway", selector={"app": "gateway"})
gateway = GatewayApi(gateway_class="any", namespace="app", controller=controller)
policy = replace(
    PORTABLE_POLICY,
    response_headers={"X-A": "b"},
    hidden_response_headers=("X-Powered-By", "X-Runtime"),
)
for renderer, kind in (
    (VirtualServer(), "VirtualServer"), (gateway, "HTTPRoute"), (NginxIngress(), "Ingress")
):
    host = Host(name=f"{kind.lower()}.example.com", tls=Tls(secret_name="tls"), renderer=renderer)
    api = ApiTier(
        chart(kind), kind.lower(), container=image, host=host, routes=[Route(policy=policy)]
    )
    PublicHost(chart(f"{kind}-host"), "host", host=host, constructs=[api])
    made = [*find_all(chart(f"{kind}-other").node.root, kind)]
    assert all(name in str(made) for name in ("X-A", "X-Powered-By")), kind
    if kind != "Ingress":
        assert "Strict-Transport-Security" in str(made), kind
server, = find_all(app, "VirtualServer")
headers = server["spec"]["routes"][0]["action"]["proxy"]["responseHeaders"]
assert [each["name"] for each in headers["add"]] == ["Strict-Transport-Security", "X-A"]
assert headers["hide"] == ["Strict-Transport-Security", "X-A", "X-Powered-By", "X-Runtime"]
for route in find_all(app, "HTTPRoute"):
    filters = [each for rule in route["spec"]["rules"] for each in rule.get("filters", ())]
    kinds = [each["type"] for each in filters]
    assert kinds.count("ResponseHeaderModifier") <= 1
hidden = [
    ingress["metadata"]["annotations"].get("nginx.org/proxy-hide-headers")
    for ingress in find_all(app, "Ingress")
]
assert "X-Powered-By,X-Runtime" in hidden
""",
    ),
    "a-metric-an-alert-and-a-panel": (
        2,
        """
socket = SocketTier(chart("socket"), "socket", container=image, scaling=Replicas(count=1))
assert "websocket_messages_dropped_total" in socket.facts.metrics[0].names
assert "WebsocketMessagesDropped" in [alert.name for alert in socket.facts.alerts]
from constructs_lib.observability.grafana.tier_dashboard import tier_dashboard
panels = tier_dashboard(socket.peer, socket.facts.indicator)
assert "Messages dropped" in str(panels)
""",
    ),
    "a-tier": (
        1,
        """
from constructs_lib.tiers.graphql import GraphQlTier
host = Host(name="shop.example.com", tls=Tls(secret_name="tls"), renderer=NginxIngress())
graph = GraphQlTier(
    chart("graph"),
    "graph",
    container=image,
    host=host,
    service_level=ServiceLevel(latency_seconds=None),
    scaling=Replicas(count=3),
)
doors = PublicHost(chart("host"), "host", host=host, constructs=[graph])
assert "/graphql" in str(find_all(app.node.find_child("graph"), "Ingress"))
assert graph.endpoint.url == "http://graph.app.svc.cluster.local:80"
for argument in ("scope", "container", "routes", "upstreams", "lifecycle", "service_level"):
    assert f"    {argument}: " in GraphQlTier.__doc__, argument
SecurityBaseline(
    Chart(app, "ground"), "ground", namespaces=[Namespace(name="app")], constructs=[graph, doors]
)
from constructs_lib.testing import check
check(app)
""",
    ),
    "a-default": (
        1,
        """
api = chart("api")
ApiTier(api, "api", container=image, scaling=Replicas(count=3))
rollout = find(api, "Deployment", "api")["spec"]["strategy"]["rollingUpdate"]
assert rollout["maxSurge"] == "50%"
""",
    ),
}


def test_changes_are_as_small_as_they_are_shown(tmp_path: Path) -> None:
    def is_small_and_works(change: str) -> None:
        _try(change, tmp_path / change)

    no_offenders(CHANGES, is_small_and_works)


def _try(change: str, folder: Path) -> None:
    most, program = CHANGES[change]
    diff = (EXAMPLES / f"{change}.diff").read_text()
    touched = re.findall(r"^\+\+\+ b/(\S+)$", diff, re.MULTILINE)
    assert touched, "touches nothing"
    assert all(path.startswith("constructs_lib/") for path in touched)
    assert len(touched) <= most, f"touches {len(touched)} files, at most {most}"
    added = re.findall(r"^@@ -0,0 \+1,(\d+) @@$", diff, re.MULTILINE)
    assert all(int(lines) <= 60 for lines in added), f"a new file of {added} lines"
    copytree(
        ROOT / "constructs_lib", folder / "constructs_lib", ignore=ignore_patterns("__pycache__")
    )
    applied = subprocess.run(
        ["git", "apply"], cwd=folder, input=diff, capture_output=True, text=True, check=False
    )
    moved = f"write {change}.diff anew where its lines moved: {applied.stderr}"
    assert applied.returncode == 0, moved
    run = subprocess.run(
        [sys.executable, "-c", BEGIN + program],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": str(Path(sys.executable).parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr.rstrip().rpartition("\n")[2]


def test_all_of_them_are_shown() -> None:
    shown = (ROOT / "CONTRIBUTING.md").read_text()
    assert {path.stem for path in EXAMPLES.glob("*.diff")} == CHANGES.keys()
    for change, (most, _) in CHANGES.items():
        assert re.search(rf"\| {most} \| .*docs/contributing/{change}\.diff", shown), change
