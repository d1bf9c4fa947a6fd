"""Each value of a workload refuses what cannot work, and says what would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from constructs_lib import (
    Autoscaling,
    BlueGreen,
    Canary,
    Color,
    ConfigFiles,
    ConfigurationError,
    Container,
    DisruptionBudget,
    Http,
    Lifecycle,
    Metrics,
    Namespace,
    Placement,
    Probes,
    Replicas,
    Resources,
    RollingUpdate,
    SecretEnv,
    SecretFiles,
    SecretRef,
    StorageClass,
)
from constructs_lib.facts import PodMetric
from constructs_lib.pods import (
    Burst,
    ExecCheck,
    GentleClose,
    Hardening,
    HttpCheck,
    HttpsCheck,
    Scratch,
    Spread,
    Toleration,
)
from constructs_lib.rollouts import CookieMatch, HeaderMatch, ScalingPace

IMAGE = "registry.example.com/shop/web:1.4.2"
URL = "redis://:hunter2@redis"
SECRET = SecretRef(name="web-key", keys=("key",))
ZONE = "topology.kubernetes.io/zone"
HOST = "kubernetes.io/hostname"
PACE = {"stabilization_seconds": 0, "pods": 1, "percent": None, "period_seconds": 60}

REFUSED: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
    (Resources, {"cpu": "a lot"}, "Resources.cpu: got 'a lot'; write a Kubernetes quantity"),
    (Resources, {"cpu": "0"}, "above zero"),
    (Resources, {"cpu": "0.0005"}, "Resources.cpu"),
    (Resources, {"memory": "100m"}, "write whole bytes"),
    (Resources, {"memory": "1"}, "Resources.memory: got '1'; use at least '12Mi'"),
    (Resources, {"cpu": "2", "cpu_limit": "1"}, "Resources.cpu_limit: got '1'; use at least"),
    (Burst, {"times": 0}, "from 1 to 100"),
    (Autoscaling, {"min_replicas": 5, "max_replicas": 2}, "Autoscaling.min_replicas: got 5"),
    (Autoscaling, {"cpu_percent": 0}, "Autoscaling.cpu_percent: got 0"),
    (Autoscaling, {"cpu_percent": None, "memory_percent": None}, "follow at least one metric"),
    (Autoscaling, {"pod_metrics": (PodMetric(name="a", average=1),) * 2}, "only once"),
    (PodMetric, {"name": "open connections", "average": 1}, "PodMetric.name"),
    (Replicas, {"count": 2.5}, "Replicas.count: got 2.5; give a whole number"),
    (Replicas, {"count": 0}, "Replicas.count: got 0; use a whole number from 1 to 1000"),
    (ScalingPace, {**PACE, "period_seconds": 1801}, "from 1 to 1800"),
    (DisruptionBudget, {"max_unavailable": 0}, "DisruptionBudget.max_unavailable: got 0"),
    (
        Probes,
        {"timeout_seconds": 11},
        "Probes.timeout_seconds: got 11; use at most the 10 of period_seconds",
    ),
    (HttpCheck, {"path": "healthz"}, "HttpCheck.path"),
    (HttpCheck, {"path": "/a$b"}, "HttpCheck.path"),
    (HttpCheck, {"path": "/a/../b"}, "HttpCheck.path: got '/a/../b'; use a path such as"),
    (HttpCheck, {"path": "/a", "headers": {"Ho st": "a"}}, "HttpCheck.headers: got 'Ho st'"),
    (HttpCheck, {"path": "/a", "headers": {"Host": "a\nb: c"}}, "use a line without control"),
    (HttpCheck, {"path": "/a?token=hunter2"}, "HttpCheck.path: got '(hidden)'"),
    (
        HttpCheck,
        {"path": "/a", "headers": {"Authorization": "Basic aHVudGVyMg=="}},
        "HttpCheck.headers['Authorization']: got '(hidden)'",
    ),
    (Scratch, {"mount_path": "/a\n"}, "Scratch.mount_path: got '/a\\n'"),
    (HttpsCheck, {"path": "/a", "headers": {"X-Api-Key": "hunter2"}}, "HttpsCheck.headers['X-A"),
    (Lifecycle, {"endpoint_removal_seconds": 0}, "Lifecycle.endpoint_removal_seconds: got 0"),
    (GentleClose, {"seconds": 0}, "GentleClose.seconds: got 0"),
    (ExecCheck, {"command": ()}, "name a program"),
    (ExecCheck, {"command": "true"}, "ExecCheck.command: got 'true'; give a tuple"),
    (Metrics, {"names": "jobs"}, "Metrics.names: got 'jobs'; give a tuple"),
    (Hardening, {"run_as_user": 0}, "Hardening.run_as_user: got 0"),
    (Placement, {"node_selector": {"disk type": "ssd"}}, "Placement.node_selector"),
    (Placement, {"min_zones": 3}, "Placement.min_zones: got 3; say zones=Spread.REQUIRED"),
    (Placement, {"zones": Spread.REQUIRED, "min_zones": 0}, "Placement.min_zones: got 0"),
    (
        Placement,
        {"zones": Spread.REQUIRED, "min_zones": 2, "node_selector": {ZONE: "zone-a"}},
        "Placement.node_selector: got 'topology.kubernetes.io/zone'; leave it out",
    ),
    (Placement, {"min_nodes": 3}, "Placement.min_nodes: got 3; say nodes=Spread.REQUIRED"),
    (Placement, {"nodes": Spread.REQUIRED, "min_nodes": 0}, "Placement.min_nodes: got 0"),
    (
        Placement,
        {"nodes": Spread.REQUIRED, "min_nodes": 2, "node_selector": {HOST: "node-1"}},
        "Placement.node_selector: got 'kubernetes.io/hostname'; leave it out: min_nodes asks",
    ),
    (Toleration, {"key": None, "value": "gpu"}, "Toleration.value: got 'gpu'; name the key"),
    (Toleration, {"key": "gpu", "effect": "Never"}, "use one of NoSchedule"),
    (Lifecycle, {"drain_seconds": 0}, "Lifecycle.drain_seconds: got 0"),
    (RollingUpdate, {"max_surge_percent": 0}, "RollingUpdate.max_unavailable: got 0"),
    (Metrics, {"port": 80}, "Metrics.port: got 80; use a whole number from 1024 to 65535"),
    (Container, {"image": "web"}, "pin it by digest"),
    (Container, {"image": "web:1.4.2+7"}, "with '_' for the '+' of a build"),
    (
        Container,
        {"image": f"web@sha256:{'0' * 64}", "version_variable": "VERSION"},
        "Container.version_variable: got 'VERSION'; name the tag of web@sha256",
    ),
    (Container, {"image": "web:latest"}, "pin it by digest"),
    (Container, {"image": "web:1"}, "pin it by digest"),
    (Container, {"image": "Web:1.0.0"}, "registry.example.com"),
    (Http, {"port": 80}, "Http.port: got 80"),
    (Container, {"image": IMAGE, "env": {"1": "x"}}, "Container.env"),
    (Container, {"image": IMAGE, "env": {"A": "x" * 2**17}}, "Container.env: got '131074 bytes'"),
    (Namespace, {"name": "kube-system"}, "got 'kube-system'; use one of your own"),
    (Namespace, {"name": "default"}, "use one of your own"),
    (Scratch, {"mount_path": "tmp"}, "Scratch.mount_path: got 'tmp'"),
    (
        Container,
        {
            "image": IMAGE,
            "volumes": [Scratch(mount_path="/a"), SecretFiles(secret=SECRET, mount_path="/a")],
        },
        "Container.volumes: got '/a'",
    ),
    (SecretRef, {"name": "not a name!", "keys": ("a",)}, "SecretRef.name"),
    (SecretRef, {"name": "a", "keys": "key"}, "SecretRef.keys: got 'key'; give a tuple"),
    (SecretRef, {"name": "a", "keys": ()}, "name the keys that are read"),
    (SecretEnv, {"name": "KEY", "secret": SECRET, "key": "other"}, "use one of key"),
    (SecretEnv, {"name": "KEY", "secret": "hunter2", "key": "key"}, "give SecretRef"),
    (SecretFiles, {"secret": "hunter2", "mount_path": "/run/a"}, "give SecretRef"),
    (
        SecretFiles,
        {"secret": SECRET, "mount_path": "/run/a", "mode": 440},
        "SecretFiles.mode: got 440; write it in octal, such as 0o440",
    ),
    (ConfigFiles, {"name": "a", "files": {}, "mount_path": "/etc/a"}, "at least one file"),
    (
        ConfigFiles,
        {"name": "a", "files": {"a": "x" * 200_001}, "mount_path": "/etc/a"},
        "ConfigFiles.files",
    ),
    (BlueGreen, {"active": Color.BLUE, "green": "web:main"}, "BlueGreen.green: got 'web:main'"),
    (
        BlueGreen,
        {"active": Color.BLUE, "green": IMAGE, "idle_replicas": 0, "preview_host": "p.example.com"},
        "give the idle color at least one replica",
    ),
    (Canary, {"image": IMAGE, "steps": (50, 5)}, "let each step be above the last"),
    (Canary, {"image": IMAGE, "steps": (5, 101)}, "from 1 to 100"),
    (Canary, {"image": IMAGE, "step": 5}, "Canary.step: got 5; use a whole number from 0 to 4"),
    (
        Canary,
        {"image": IMAGE, "matches": [HeaderMatch(name=name, value="1") for name in ("X-A", "x-a")]},
        "Canary.matches: got HeaderMatch(name='x-a', value='1'); name each only once",
    ),
    (HeaderMatch, {"name": "X Canary", "value": "1"}, "HeaderMatch.name: got 'X Canary'"),
    (CookieMatch, {"name": "canary", "value": "a;b"}, "CookieMatch.value: got 'a;b'"),
]


@pytest.mark.mission("B136")
@pytest.mark.parametrize(
    ("kind", "arguments", "says"),
    REFUSED,
    ids=[f"{kind.__name__}-{number}" for number, (kind, _, _) in enumerate(REFUSED)],
)
def test_fails(kind: Callable[..., Any], arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        kind(**arguments)
    assert says in str(refused.value)


@pytest.mark.mission("B62")
@pytest.mark.parametrize(
    "env",
    [
        {"DATABASE_PASSWORD": "hunter2"},
        {"API_TOKEN": "hunter2"},
        {"DATABASE_URL": "postgres://shop:hunter2@db/shop"},
        {"MAIL_PASS": "hunter2"},
        {"SESSION_JWT_KEY": "hunter2"},
        {"GITHUB": f"ghp_{'hunter2' * 6}"},
        {"PAYMENTS": f"sk_live_{'hunter2' * 3}"},
        {"CLOUD": "AKIAHUNTER2HUNTER2HU"},
        {"PEM": "-----BEGIN RSA PRIVATE KEY-----hunter2"},
        {"DATABASE": "host=db user=web password=hunter2"},
        {"DATABASE": "Server=db;User Id=web;Pwd=hunter2;"},
        {"DATABASE_PASSWORD": "$hunter2!"},
        {"DATABASE_PASSWORD": "(hunter2"},
        {"DATABASE_URL": "postgres://shop:hun$ter2hunter2@db/shop"},
        {"NEXT_PUBLIC_CI": f"ghp_{'hunter2' * 6}"},
        {"SESSION": "eyJhbGciOiJIUzI1NiJ9.eyJodW50ZXIyIjoyfQ.hunter2hunter2"},
    ],
)
def test_fails_on_a_secret_without_repeating_it(env: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="SecretEnv") as refused:
        Container(image=IMAGE, env=env)
    assert "hunter2" not in str(refused.value).lower()


@pytest.mark.parametrize(
    "env",
    [
        {"SORT_KEY": "price", "PUBLIC_KEY_URL": "https://example.com/key", "PWD": "/app"},
        {"NEXT_PUBLIC_CDN": "https://cdn.example.com:443/@scope/package"},
        {"DATABASE_URL": "postgres://shop:$(DATABASE_PASSWORD)@db/shop"},
        {"COMPASS": "north", "KEYS": "a,b"},
        {"DATABASE": "host=db user=web passfile=/run/secrets/database/password"},
        {"DATABASE": "host=db password=$(DATABASE_WORD)", "NOTE": "no password=1 here"},
        {"LOGIN_WITHOUT_PASSWORD": "true", "ALLOW_EMPTY_PASSWORD": "Yes", "REQUIRE_TOKEN": "off"},
        {"MAP_API_KEY": "", "VERIFY_TOKEN": " ", "OTP_SECRET": "30", "REFRESH_TOKEN": "15m"},
        {"NEXT_PUBLIC_MAP_TOKEN": "pk.eyJ1IjoiYSJ9", "VITE_SEARCH_API_KEY": "ab12cd34ef56"},
        {"NEXT_PUBLIC_MAPS": "AIza" + "x" * 35, "CSRF_TOKEN": "X-Shop-Csrf"},
        {"JWT_PRIVATE_KEY": "/run/secrets/jwt/private.pem", "SMTP_PASSWORD": "{{ .Values.mail }}"},
        {"A": "redis://:{env('REDIS_PASSWORD')}@redis", "B": "http://user:%PASS%@host"},
        {"A": "redis://:#{ENV['P']}@redis", "B": "mysql://u:<password>@db", "C": "mq://u:***@mq"},
        {"SIGNING_KEY": "${SIGNING_KEY}", "JWT_SECRET": "<%= ENV.fetch('JWT') %>"},
    ],
)
def test_what_only_resembles_a_secret_is_taken(env: dict[str, str]) -> None:
    assert Container(image=IMAGE, env=env).env == env


@pytest.mark.mission("B62")
def test_fails_on_a_secret_in_a_file() -> None:
    with pytest.raises(ConfigurationError, match="SecretFiles") as refused:
        ConfigFiles(name="cache", files={"url": "redis://:hunter2@redis"}, mount_path="/etc/a")
    assert "hunter2" not in str(refused.value)


@pytest.mark.mission("B62")
@pytest.mark.parametrize(
    ("kind", "arguments", "field"),
    [
        (ExecCheck, {"command": ("check", URL)}, "ExecCheck.command"),
        (
            Container,
            {"image": IMAGE, "args": [URL]},
            "Container.args",
        ),
        (
            StorageClass,
            {"name": "a", "provisioner": "example.com", "parameters": {"endpoint": URL}},
            "StorageClass.parameters['endpoint']",
        ),
    ],
)
def test_fails_on_a_secret_anywhere(
    kind: Callable[..., Any], arguments: dict[str, Any], field: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        kind(**arguments)
    assert str(refused.value).startswith(f"{field}: got '(hidden)'; keep it in a Secret")


@pytest.mark.mission("B62")
def test_fails_on_a_secret_in_place_of_its_name() -> None:
    with pytest.raises(ConfigurationError, match="write the name of a Secret") as refused:
        SecretRef(name="hunter 2!", keys=("password",))
    assert "hunter" not in str(refused.value)


def test_a_file_that_holds_a_secret_may_be_named() -> None:
    Container(image=IMAGE, env={"DATABASE_PASSWORD_FILE": "/run/secrets/database/password"})


@pytest.mark.parametrize(
    "tag",
    [
        *("1.4.2", "v1.4.2", "1.4.2-alpine", "version-1.4.2", "20261125", "2026.11", "2026.1-slim"),
        *("3f2a9bc", "sha-3f2a9bc", "main-3f2a9bc", "release.2026-11-25T00-52-20Z".upper()),
        *("1.2.3_build5", "17.0.9_9-jre", "g3f2a9bc", "build-512", "r12345", "nightly-20261125"),
    ],
)
def test_tags_that_do_not_move(tag: str) -> None:
    Container(image=f"registry.example.com:5000/shop/web:{tag}")


@pytest.mark.parametrize(
    "tag",
    [
        *("latest", "main", "1.4", "v1", "16-alpine", "bookworm-slim", "11"),
        *("1.4.2-SNAPSHOT", "1.4.2-latest", "latest-1.4.2", "1.4.2-dev", "v1.2.3-dirty"),
    ],
)
def test_fails_on_tags_that_move(tag: str) -> None:
    with pytest.raises(ConfigurationError, match="use a tag that does not move"):
        Container(image=f"registry.example.com:5000/shop/web:{tag}")


def test_a_digest_pins_any_tag() -> None:
    Container(image=f"shop/web:latest@sha256:{'0' * 64}")
