"""What is measured becomes a message: metric, rule, alert, route, receiver, notification."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.configuration.programs.alerting import ROUTING_KEY, alerting
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.outside import Outside, outside

Objects = Sequence[Mapping[str, Any]]
SILENCED = re.compile(
    r'^alertmanager_notifications_suppressed_total\{reason="silence"\} [1-9]', re.MULTILINE
)


def until(condition: Callable[[], object]) -> None:
    """Wait until something holds; what does not answer yet does not hold."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail("this did not come true within a minute")


def read(address: str, path: str) -> str:
    with urllib.request.urlopen(f"http://{address}{path}", timeout=10) as answer:
        text: str = answer.read().decode()
        return text


def together(alertmanager: str, members: int) -> bool:
    cluster = json.loads(read(alertmanager, "/api/v2/status"))["cluster"]
    return cluster["status"] == "ready" and len(cluster["peers"]) == members


def fires(prometheus: str) -> bool:
    alerts = json.loads(read(prometheus, "/api/v1/alerts"))["data"]["alerts"]
    return ("BlackboxProbeFailed", "firing") in {
        (alert["labels"]["alertname"], alert["state"]) for alert in alerts
    }


def pages(world: Outside) -> list[Any]:
    """Return what the pager heard of the site; there is no database, and it hears of that too."""
    heard = world.heard["/pagerduty"]
    return [page for page in heard if "BlackboxProbeFailed" in page["payload"]["summary"]]


@pytest.mark.mission("B68")
@pytest.mark.mission("B72")
@pytest.mark.mission("B128")
def test_the_pager_hears_once(system: Debian, folder: Path, objects: Objects) -> None:
    with outside() as world, alerting(system, folder, objects, world.address) as path:
        first, *_, last = path.alertmanagers
        until(lambda: all(together(each, 3) for each in path.alertmanagers))
        until(lambda: world.heard["/dead-mans-switch"])

        world.works = False
        until(lambda: pages(world) and all(fires(each) for each in path.prometheuses))
        world.works = True
        until(lambda: pages(world)[1:])

        silenced = system.run(
            *("amtool", f"--alertmanager.url=http://{first}", "silence", "add"),
            *("alertname=BlackboxProbeFailed", "--author=test", "--comment=known", "--duration=1h"),
        )
        world.works = False
        until(lambda: all(SILENCED.search(read(each, "/metrics")) for each in path.alertmanagers))
        down, up = pages(world)
        assert (down["event_action"], up["event_action"]) == ("trigger", "resolve")
        assert down["dedup_key"] == up["dedup_key"]
        assert down["routing_key"] == ROUTING_KEY
        assert down["payload"]["custom_details"]["num_firing"] == 1
        assert "https://shop.example.com does not answer" in str(down)

        silence = silenced.stdout.strip()
        system.run("amtool", f"--alertmanager.url=http://{last}", "silence", "expire", silence)
        until(lambda: pages(world)[2:])


def apart(objects: Objects) -> Objects:
    """Return Alertmanagers that do not know each other, and alerts that name their Prometheus."""
    changed: Objects = json.loads(json.dumps(objects).replace("regex: replica", "regex: nothing"))
    for each in changed:
        if each["kind"] == "StatefulSet" and each["metadata"]["name"] == "alertmanager":
            (container,) = each["spec"]["template"]["spec"]["containers"]
            container["args"] = [
                argument for argument in container["args"] if "--cluster.peer" not in argument
            ]
    return changed


def test_apart_they_tell_three_times_of_two_alerts(
    system: Debian, folder: Path, objects: Objects
) -> None:
    with outside() as world, alerting(system, folder, apart(objects), world.address) as path:
        until(lambda: all(together(each, 1) for each in path.alertmanagers))
        world.works = False
        until(lambda: len(pages(world)) >= 3)
        until(lambda: pages(world)[-1]["payload"]["custom_details"]["num_firing"] == 2)
