"""What is around the platform in the cluster: plain manifests, and the images that they run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from tests.authority import Authority
from tests.cluster.images import CONTOUR, SOURCES, reference
from tests.cluster.kubectl import Object, kubectl, rolled_out

_FOLDER = Path(__file__).with_name("surroundings")
# What Contour releases of itself, beside what the file of the same name says.
_RELEASED = (
    "gateway/00-crds.yaml",
    "contour/00-common.yaml",
    "contour/01-crds.yaml",
    "contour/02-job-certgen.yaml",
    "contour/02-rbac.yaml",
    "contour/02-role-contour.yaml",
    "contour/02-service-contour.yaml",
    "contour/02-service-envoy.yaml",
    "contour/03-contour.yaml",
    "contour/03-envoy.yaml",
)
_RELEASED_IMAGES = {
    "ghcr.io/projectcontour/contour": "contour",
    "docker.io/envoyproxy/envoy": "envoy",
}


def apply(authority: Authority, *names: str) -> None:
    """Apply these files, and wait until what they say runs.

    Args:
        authority: signs the certificates that are asked for.
        names: of files, without their ending.
    """
    for found in (_manifests(authority, name) for name in names):
        definitions = [each for each in found if each["kind"] == "CustomResourceDefinition"]
        if definitions:
            _apply(definitions)
            kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
        _apply([each for each in found if each not in definitions])
        for each in found:
            if each["kind"] in {"DaemonSet", "Deployment", "StatefulSet"}:
                place = each["metadata"]
                workload = f"{each['kind']}/{place['name']}"
                rolled_out(workload, namespace=place["namespace"])


def _apply(manifests: Sequence[Object]) -> None:
    kubectl("apply", "--server-side", "-f", "-", given=yaml.safe_dump_all(manifests))


def _manifests(authority: Authority, name: str) -> list[Object]:
    """Return the manifests of a file; what they run is built."""
    found = list(_read(name))
    for container in (container for each in found for container in _containers(each)):
        container["image"] = reference(container["image"])
        for probe in ("livenessProbe", "readinessProbe"):
            # A busy machine is no reason to start Contour anew.
            container.get(probe, {}).setdefault("timeoutSeconds", 5)
    return [_signed(each, authority) if each["kind"] == "Certificate" else each for each in found]


def images(*names: str) -> set[str]:
    """Return the names of the suite's images that these files run."""
    found = (each for name in names for each in _read(name))
    return {container["image"] for each in found for container in _containers(each)}


def names() -> list[str]:
    """Return the names of all these files."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def namespaces() -> list[str]:
    """Return the namespaces that all these files are about."""
    found = (each for name in names() for each in _read(name))
    return [each["metadata"]["name"] for each in found if each["kind"] == "Namespace"]


def secret(name: str, key: str) -> str:
    """Return a value of the Secret of this name."""
    (found,) = (
        each
        for file in names()
        for each in own(file)
        if (each["kind"], each["metadata"]["name"]) == ("Secret", name)
    )
    value: str = found["stringData"][key]
    return value


def _read(name: str) -> Iterator[Object]:
    """Yield the manifests of a file, after those that are released elsewhere."""
    if name == "contour":
        for path in _RELEASED:
            text = (CONTOUR.source() / "examples" / path).read_text()
            yield from filter(None, yaml.safe_load_all(text))
    yield from own(name)


def own(name: str) -> Iterator[Object]:
    """Yield the manifests of a file of the suite's own."""
    yield from yaml.safe_load_all((_FOLDER / f"{name}.yaml").read_text())


def _containers(manifest: Object) -> Iterator[Object]:
    """Yield the containers of a workload; the image is one of the suite's, by its name."""
    pod = manifest.get("spec", {}).get("template", {}).get("spec", {})
    for container in (*pod.get("initContainers", ()), *pod.get("containers", ())):
        repository = container["image"].partition(":")[0]
        container["image"] = _RELEASED_IMAGES.get(repository, repository)
        assert container["image"] in SOURCES, container
        yield container


def _signed(certificate: Object, authority: Authority) -> Object:
    """Return the Secret that a Certificate asks for."""
    folder = authority.signed(certificate["spec"])
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": certificate["spec"]["secretName"],
            "namespace": certificate["metadata"]["namespace"],
        },
        "stringData": {path.name: path.read_text() for path in sorted(folder.iterdir())},
    }
