"""Commands of kubectl, taken apart: what they name, and what they ask the API server for."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

_VALUED = {
    "-L": "labels",
    "-c": "container",
    "-f": "file",
    "-l": "selector",
    "-n": "namespace",
    "-o": "output",
    "-p": "patch",
}
_SWITCHES = {
    "--server-side",
    *("-A", "-it", "--containers", "--follow", "--ignore-not-found", "--list", "--prefix"),
    *("--previous", "--prune", "--show-managed-fields"),
}
_OPTIONS = {
    "--as",
    "--as-group",
    "--cascade",
    "--from",
    "--image",
    "--profile",
    "--replicas",
    "--since",
    "--sort-by",
    "--tail",
    "--target",
}

_SHORT = {
    "hpa": "horizontalpodautoscaler",
    "pvc": "persistentvolumeclaim",
    "pdb": "poddisruptionbudget",
}
_KINDS = {
    "": [
        "ConfigMap",
        "Event",
        "LimitRange",
        "PersistentVolumeClaim",
        "Pod",
        "ResourceQuota",
        "Secret",
        "Service",
        "ServiceAccount",
    ],
    "apps": ["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"],
    "autoscaling": ["HorizontalPodAutoscaler"],
    "batch": ["CronJob", "Job"],
    "cert-manager.io": ["Certificate", "CertificateRequest"],
    "discovery.k8s.io": ["EndpointSlice"],
    "external-secrets.io": ["ExternalSecret"],
    "networking.k8s.io": ["Ingress", "NetworkPolicy"],
    "policy": ["PodDisruptionBudget"],
    "snapshot.storage.k8s.io": ["VolumeSnapshot"],
    "storage.k8s.io": ["StorageClass"],
}


class Kind(NamedTuple):
    """What an object is, as manifests and as roles say it."""

    group: str
    name: str
    resource: str


class Need(NamedTuple):
    """A request to the API server; without a name it is for all objects of the namespace."""

    group: str
    resource: str
    verb: str
    name: str = ""


# Beside what a command names.
_BESIDES = {
    "debug": (Need("", "pods/ephemeralcontainers", "patch"), Need("", "pods/attach", "create")),
    "describe": (Need("", "events", "list"),),
    "exec": (),
    "get": (),
    "logs": (Need("", "pods", "list"), Need("", "pods/log", "get")),
    "port-forward": (Need("", "pods", "list"), Need("", "pods/portforward", "create")),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """A command of kubectl.

    Args:
        verb: its first word.
        words: the other words that are no options.
        options: by their long names.
    """

    verb: str
    words: tuple[str, ...]
    options: Mapping[str, str]

    @property
    def namespace(self) -> str:
        """Where it works; empty for the whole cluster."""
        return self.options.get("namespace", "")

    def objects(self) -> Iterator[tuple[Kind, str]]:
        """Return what it names, and kinds of which it wants all with an empty name."""
        words = self.words[1:] if self.verb == "rollout" else self.words
        if self.verb in {"auth", "apply", "create", "drain", "replace"} or not words:
            return
        if self.verb in {"debug", "exec", "logs", "port-forward"} and "/" not in words[0]:
            yield kind("pod"), words[0]
        elif "/" in words[0]:
            for word in words:
                written, given, name = word.partition("/")
                if given:
                    yield kind(written), name
        else:
            yield from ((kind(words[0]), name) for name in words[1:] or [""])


def kind(written: str) -> Kind:
    """Return the kind that is written in the singular, the plural, or short."""
    written = _SHORT.get(written, written)
    for group, names in _KINDS.items():
        for name in names:
            if written in {name.lower(), resource := _plural(name.lower())}:
                return Kind(group, name, resource)
    raise AssertionError(f"kubectl knows no {written}, or say here what it is")


def parse(line: str) -> Command:
    """Take a line apart, up to its first pipe or to what runs in a pod."""
    own = line.partition(" | ")[0].partition(" -- ")[0]
    words = iter(shlex.split(own, comments=True)[1:])
    positional, options = [], {}
    for word in words:
        name, given, value = word.partition("=")
        if word in _VALUED:
            options[_VALUED[word]] = next(words)
        elif given and name in _OPTIONS:
            options[name.removeprefix("--")] = value
        elif word.startswith("-"):
            assert word in _SWITCHES, f"say here what {word} is"
            options[word.lstrip("-")] = ""
        else:
            positional.append(word)
    return Command(verb=positional[0], words=tuple(positional[1:]), options=options)


def needs(command: Command) -> Iterator[Need]:
    """Return what a command asks the API server for."""
    if command.verb == "create":
        assert command.words[0] == "job", "say here what it needs"
        yield from (Need("batch", "cronjobs", "get"), Need("batch", "jobs", "create"))
    for what, name in command.objects():
        read = Need(what.group, what.resource, "get" if name else "list", name)
        if command.verb == "top":
            yield read._replace(group="metrics.k8s.io")
            continue
        yield read
        if command.verb == "exec":
            yield Need("", "pods/exec", "create", name)
        elif command.verb == "rollout":
            yield from _rollout(command.words[0], what, name)
        elif command.verb == "scale":
            yield Need(what.group, f"{what.resource}/scale", "patch", name)
        elif command.verb in {"delete", "patch"}:
            yield read._replace(verb=command.verb)
        else:
            yield from _BESIDES[command.verb]


def _rollout(what_to_do: str, what: Kind, name: str) -> Iterator[Need]:
    history = "replicasets" if what.name == "Deployment" else "controllerrevisions"
    if what_to_do == "status":
        yield from (Need(what.group, what.resource, verb) for verb in ("list", "watch"))
    if what_to_do in {"history", "undo"}:
        yield Need("apps", history, "list")
    if what_to_do in {"restart", "undo"}:
        yield Need(what.group, what.resource, "patch", name)


def _plural(name: str) -> str:
    if name.endswith("y"):
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith("s") else f"{name}s"
