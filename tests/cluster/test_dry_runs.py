"""The API server takes what is made of add-ons, and of random settings; it keeps none of it."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from cdk8s import App, Chart
from hypothesis import HealthCheck, Phase, configuration, given, settings
from hypothesis import strategies as st

from constructs_lib import ConfigurationError, PublicHost
from constructs_lib.testing import manifests
from environments import DEV, PRODUCTION, Settings
from tests.cluster.kubectl import Object, kubectl, run
from tests.cluster.mark import mark
from tests.cluster.platform import namespaces
from tests.configuration.programs.golang import GoProgram
from tests.platform.shop import ROOT, Shop, build
from tests.properties.test_platforms import IDS, TIERS, arguments_of_tier, hosts_of

# What hypothesis remembers stays out of the checkout.
configuration.set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "hypothesis")

_CONFIGURATIONS = 500
_OURS = sorted((ROOT / "crds").glob("*.yaml"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Released:
    """Definitions as an add-on releases them.

    Args:
        module: the Go module that has them.
        version: its version.
        folder: where they are in it.
    """

    module: str
    version: str
    folder: str

    def definitions(self) -> Iterator[Object]:
        """Yield them."""
        module = GoProgram(name="definitions", module=self.module, version=self.version)
        for path in sorted((module.source() / self.folder).glob("*.yaml")):
            for each in yaml.safe_load_all(path.read_text()):
                if each and each["kind"] == "CustomResourceDefinition":
                    yield each


_RELEASED = (
    Released(
        module="github.com/cert-manager/cert-manager", version="v1.19.1", folder="deploy/crds"
    ),
    Released(
        module="github.com/external-secrets/external-secrets",
        version="v1.3.2",
        folder="config/crds/bases",
    ),
    Released(
        module="github.com/kubernetes-csi/external-snapshotter/client/v8",
        version="v8.7.0",
        folder="config/crd",
    ),
)


@pytest.fixture(scope="module")
def definitions() -> Iterator[dict[str, Object]]:
    """Apply the definitions that `crds/` is a part of; give them by name, and delete them."""
    ours = {each["metadata"]["name"] for each in _ours()}
    found = {
        each["metadata"]["name"]: each
        for released in _RELEASED
        for each in released.definitions()
        if each["metadata"]["name"] in ours
    }
    given = yaml.safe_dump_all(found.values())
    kubectl("apply", "--server-side", "-f", "-", given=given)
    kubectl("wait", "--for=condition=Established", "crd", *found, "--timeout=60s")
    yield found
    kubectl("delete", "crd", *found)


@pytest.fixture
def namespace() -> Iterator[str]:
    """Give an empty namespace, whose quota nothing meets."""
    name = "random"
    mark([name])
    kubectl("create", "namespace", name)
    yield name
    kubectl("delete", "namespace", name)


def test_ours_are_parts_of_what_is_released(definitions: dict[str, Object]) -> None:
    assert len(_OURS) == len(_RELEASED)
    beyond = [
        f"{name}: {path}"
        for ours in _ours()
        for name in [ours["metadata"]["name"]]
        for path in _beyond(_schemas(ours), _schemas(definitions[name]))
    ]
    assert beyond == []


@pytest.mark.usefixtures("definitions")
@pytest.mark.parametrize("environment", [PRODUCTION, DEV], ids=["production", "dev"])
def test_add_ons(environment: Settings, tmp_path: Path) -> None:
    shop = build(tmp_path, environment)
    _with_namespaces(shop)
    done = _try(shop.add_ons)
    assert (done.returncode, done.stderr) == (0, "")


def test_random_settings(namespace: str, figure: dict[str, object]) -> None:
    configurations = _configurations(namespace)
    served = set(kubectl("api-versions").split())
    tried, refused = 0, []
    for drawn in configurations:
        known = [each for each in drawn if each["apiVersion"] in served]
        tried += len(known)
        done = _try(known)
        if done.returncode != 0 or done.stderr:
            refused.append(done.stderr)
    figure.update(what="random settings", configurations=len(configurations), objects=tried)
    assert refused == []
    assert len(configurations) >= _CONFIGURATIONS


def _configurations(namespace: str) -> list[list[Object]]:
    """Return what is made of random settings of tiers; the library refuses most of them."""
    made: list[list[Object]] = []

    @settings(
        max_examples=4 * _CONFIGURATIONS,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def draw(data: st.DataObject) -> None:
        app = App()
        chart = Chart(app, "tier", namespace=namespace)
        kind = data.draw(st.sampled_from(TIERS))
        try:
            chosen = data.draw(arguments_of_tier(kind))
            tier = kind(chart, data.draw(IDS), **chosen)
            for number, host in enumerate(hosts_of(chosen)):
                PublicHost(chart, f"host-{number}", host=host, constructs=[tier])
            made.append(list(manifests(app)))
        except ConfigurationError:
            return

    draw()
    return made


def _ours() -> list[Object]:
    return [each for path in _OURS for each in yaml.safe_load_all(path.read_text())]


def _schemas(definition: Object) -> dict[str, Any]:
    """Return the schema of each version of a definition."""
    return {
        each["name"]: each["schema"]["openAPIV3Schema"] for each in definition["spec"]["versions"]
    }


def _beyond(ours: object, theirs: object, path: str = "") -> Iterator[str]:
    """Yield what a schema allows or names that another does not."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key, value in ours.items():
            if key == "required":
                # Who asks for more than they do allows less.
                continue
            if key not in theirs and not _is_stricter(key):
                yield f"{path}.{key}"
            elif key in theirs:
                yield from _beyond(value, theirs[key], f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        yield from (f"{path}: {each}" for each in ours if each not in theirs)
    elif not path.endswith(".description") and ours != theirs:
        yield f"{path}: {ours}, there {theirs}"


def _is_stricter(key: str) -> bool:
    return key in {"description", "enum", "maximum", "minimum", "minLength", "maxLength", "pattern"}


def _with_namespaces(shop: Shop) -> None:
    mark(namespaces(shop.core))
    found = [each for each in shop.core if each["kind"] == "Namespace"]
    kubectl("apply", "--server-side", "-f", "-", given=yaml.safe_dump_all(found))


def _try(objects: Sequence[Object]) -> subprocess.CompletedProcess[str]:
    words = ("apply", "--server-side", "--dry-run=server", "--force-conflicts", "-f", "-")
    # In JSON: there is no text that YAML reads as a number here, and not there.
    given = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    return run(*words, given=given, patience=300)
