"""The alert path on the loopback: every Prometheus and Alertmanager of the platform.

They run with the arguments, files and mounts that are written for them. Changed are
only folders, addresses and times: a minute of the platform is a second here. Jobs
that ask Kubernetes for their targets are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.configuration.programs.debian import Debian
from tests.configuration.programs.ports import free_port

Objects = Sequence[Mapping[str, Any]]
ROUTING_KEY = "key-of-the-pager"
_DOMAIN = "monitoring.svc.cluster.local"
_SECONDS = {"s": 1, "m": 60, "h": 3600}
# Shorter than that, a busy machine misses scrapes.
_SCRAPES = re.compile(r"(scrape_interval|scrape_timeout|evaluation_interval): \S+")
_TIMES = re.compile(r"(for|group_wait|group_interval|repeat_interval): (\d+)([smh])\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Alerting:
    """Where the programs answer.

    Args:
        prometheuses: the address of each Prometheus.
        alertmanagers: the address of each Alertmanager.
    """

    prometheuses: Sequence[str]
    alertmanagers: Sequence[str]


@contextmanager
def alerting(system: Debian, folder: Path, objects: Objects, outside: str) -> Iterator[Alerting]:
    """Run all until the end of the block.

    Args:
        system: where they run.
        folder: of their files, inside of it.
        objects: of the platform.
        outside: the address of the probe and of all receivers.
    """
    prometheus, alertmanager = (
        _one(objects, "StatefulSet", name)["spec"] for name in ("prometheus", "alertmanager")
    )
    prometheuses, alertmanagers, gossips = (
        [f"127.0.0.1:{free_port()}" for _ in range(workload["replicas"])]
        for workload in (prometheus, alertmanager, alertmanager)
    )
    inside = system.inside(folder)
    changes = {"/etc/": f"{inside}/etc/", f"blackbox.{_DOMAIN}:9115": outside}
    for number, (web, gossip) in enumerate(zip(alertmanagers, gossips, strict=True)):
        member = f"alertmanager-{number}.alertmanager-members.{_DOMAIN}"
        changes |= {f"{member}:9093": web, f"{member}:9094": gossip}
    for workload in (prometheus, alertmanager):
        _mount(folder, objects, workload["template"]["spec"], changes, outside)
    with ExitStack() as running:
        for number, (web, gossip) in enumerate(zip(alertmanagers, gossips, strict=True)):
            own = {
                "=/alertmanager": f"={inside}/alertmanager-{number}",
                "0.0.0.0:9094": gossip,
                "$(POD_IP):9094": gossip,
            }
            command = (
                *("prometheus-alertmanager", *_arguments(alertmanager, changes | own)),
                f"--web.listen-address={web}",
                "--cluster.peer-timeout=2s",  # how long the next one waits for who told
            )
            running.enter_context(system.running(*command))
        for number, web in enumerate(prometheuses):
            own = {
                "=/prometheus": f"={inside}/prometheus-{number}",
                "--config.auto-reload-": "--config.auto-reload-",
                # Prometheus 3.5 has it as a feature.
                "--config.auto-reload": "--enable-feature=auto-reload-config",
            }
            command = (
                *("prometheus", *_arguments(prometheus, changes | own)),
                f"--web.listen-address={web}",
                "--rules.alert.resend-delay=3s",  # the first is sent before it knows to whom
            )
            name = {"POD_NAME": f"prometheus-{number}"}
            running.enter_context(system.running(*command, env=name))
        yield Alerting(prometheuses=prometheuses, alertmanagers=alertmanagers)


def _one(objects: Objects, kind: str, name: str) -> Mapping[str, Any]:
    (found,) = (
        each for each in objects if each["kind"] == kind and each["metadata"]["name"] == name
    )
    return found


def _arguments(workload: Mapping[str, Any], changes: Mapping[str, str]) -> list[str]:
    arguments = workload["template"]["spec"]["containers"][0]["args"]
    return [_changed(argument, changes) for argument in arguments]


def _changed(text: str, changes: Mapping[str, str]) -> str:
    pattern = "|".join(re.escape(old) for old in changes)
    return re.sub(pattern, lambda match: changes[match[0]], text)


def _mount(
    folder: Path, objects: Objects, pod: Mapping[str, Any], changes: Mapping[str, str], outside: str
) -> None:
    """Write what the volumes of a pod hold to where it mounts them."""
    mounts = {each["name"]: each["mountPath"] for each in pod["containers"][0]["volumeMounts"]}
    for volume in pod["volumes"]:
        path = folder / mounts[volume["name"]].removeprefix("/")
        path.mkdir(parents=True)
        match volume:
            case {"configMap": {"name": name}}:
                for file, text in _one(objects, "ConfigMap", name)["data"].items():
                    (path / file).write_text(_changed(_adapted(text, outside), changes))
            case {"secret": {"secretName": name, "items": [{"path": file}]}}:
                secret = ROUTING_KEY if file == "routing-key" else f"http://{outside}/{name}"
                (path / file).write_text(secret)


def _adapted(text: str, outside: str) -> str:
    """Return a file without what asks Kubernetes, with the pager outside and short times."""
    if text.startswith("{{"):
        return text
    settings = yaml.safe_load(text)
    if "scrape_configs" in settings:
        settings["scrape_configs"] = [
            job for job in settings["scrape_configs"] if "static_configs" in job
        ]
    for receiver in settings.get("receivers", []):
        for pager in receiver.get("pagerduty_configs", []):
            pager["url"] = f"http://{outside}/pagerduty"
    text = _SCRAPES.sub(r"\1: 2s", yaml.safe_dump(settings, width=1000))
    return _TIMES.sub(
        lambda match: f"{match[1]}: {int(match[2]) * _SECONDS[match[3]] * 1000 // 60}ms", text
    )
