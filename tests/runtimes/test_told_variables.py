"""What a runtime says itself can be said otherwise or is added to; nothing is lost in silence."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest
from cdk8s import Chart

from constructs_lib import (
    ApiTier,
    ConfigurationError,
    Container,
    Gunicorn,
    NextJs,
    SecretEnv,
    SecretRef,
    WebTier,
)
from constructs_lib.runtimes import NodeServer, Runtime, TagOfImage
from tests.tiers.ends import CATALOGUE, CONTAINER, DATABASE, HOST, IMAGE
from tests.tiers.reading import env, mounts


@pytest.mark.mission("B105")
@pytest.mark.parametrize("runtime", [NextJs(), NodeServer()])
@pytest.mark.parametrize(
    ("own", "told"),
    [
        ("--require /otel.js", "--max-old-space-size=384 --require /otel.js"),
        ("--max-old-space-size=300 --trace-gc", "--max-old-space-size=300 --trace-gc"),
        ("--max_old_space_size=300", "--max_old_space_size=300"),
    ],
)
def test_options_of_node_keep_the_size_of_the_heap(
    runtime: Runtime, own: str, told: str, chart: Chart
) -> None:
    traced = replace(CONTAINER, env={"NODE_OPTIONS": own})
    WebTier(chart, "web", container=traced, host=HOST, runtime=runtime)
    assert env(chart, "web")["NODE_OPTIONS"] == told


@pytest.mark.parametrize("runtime", [NextJs(), NodeServer()])
@pytest.mark.parametrize("own", ["--max-old-space-size=4096", "--max_old_space_size 500"])
def test_fails_with_a_heap_that_does_not_fit(runtime: Runtime, own: str, chart: Chart) -> None:
    greedy = replace(CONTAINER, env={"NODE_OPTIONS": own})
    said = r"use at most 462, or more memory than '512Mi': the kernel kills Node"
    with pytest.raises(ConfigurationError, match=said):
        WebTier(chart, "web", container=greedy, host=HOST, runtime=runtime)


def test_fails_with_options_of_node_that_nobody_can_add_to(chart: Chart) -> None:
    secret = SecretRef(name="options", keys=("node",))
    hidden = SecretEnv(name="NODE_OPTIONS", secret=secret, key="node")
    with pytest.raises(ConfigurationError, match="NODE_OPTIONS'; leave it out: the heap's size"):
        WebTier(chart, "web", container=replace(CONTAINER, secret_env=[hidden]), host=HOST)


def test_gunicorn_takes_further_arguments(chart: Chart) -> None:
    logged = Gunicorn(access_log=False, arguments=("--access-logfile=/dev/stderr", "--preload"))
    ApiTier(chart, "api", container=CONTAINER, runtime=logged)
    told = env(chart, "api")["GUNICORN_CMD_ARGS"]
    assert told.endswith(" --access-logfile=/dev/stderr --preload")
    assert told.count("--access-log") == 1


def test_gunicorn_takes_an_argument_with_blanks(chart: Chart) -> None:
    logged = Gunicorn(access_log=False, arguments=("--access-logformat=%(h)s %(r)s",))
    ApiTier(chart, "api", container=CONTAINER, runtime=logged)
    told = env(chart, "api")["GUNICORN_CMD_ARGS"]
    assert shlex.split(told)[-1] == "--access-logformat=%(h)s %(r)s"


@pytest.mark.parametrize("argument", ["--bind=[::]:80", "--max-requests=5", "--access-logfile=-"])
def test_fails_with_an_argument_that_a_field_says(argument: str, chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"Gunicorn\.arguments: .*say it in a field"):
        ApiTier(chart, "api", container=CONTAINER, runtime=Gunicorn(arguments=(argument,)))


@pytest.mark.parametrize("argument", ["access-logfile=-", "--access-logfile -"])
def test_fails_with_what_is_no_argument(argument: str) -> None:
    with pytest.raises(ConfigurationError, match="write each as '--name' or '--name=value'"):
        Gunicorn(arguments=(argument,))


@pytest.mark.parametrize(
    ("variable", "says"),
    [
        ("GUNICORN_CMD_ARGS", r"Gunicorn\.arguments says it"),
        ("WEB_CONCURRENCY", r"Gunicorn\.workers says it"),
    ],
)
def test_a_refusal_says_where_it_is_said(variable: str, says: str, chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=says):
        ApiTier(chart, "api", container=replace(CONTAINER, env={variable: "2"}))


def test_metrics_of_workers_are_where_the_container_says(chart: Chart) -> None:
    told = replace(CONTAINER, env={"PROMETHEUS_MULTIPROC_DIR": "/run/counters"})
    ApiTier(chart, "api", container=told)
    assert "/run/counters" in mounts(chart, "api")
    assert "/run/prometheus" not in mounts(chart, "api")


@pytest.mark.mission("B5")
@pytest.mark.parametrize(
    ("said", "told"), [(None, None), (TagOfImage(), "1-4-2"), ("build-17", "build-17")]
)
def test_a_deployment_id_is_told_where_it_is_said(
    said: TagOfImage | str | None, told: str | None, chart: Chart
) -> None:
    WebTier(chart, "web", container=CONTAINER, host=HOST, runtime=NextJs(deployment_id=said))
    assert env(chart, "web").get("NEXT_DEPLOYMENT_ID") == told


@pytest.mark.mission("B5")
def test_fails_with_what_next_js_builds_in(chart: Chart) -> None:
    says = "NEXT_PUBLIC_API'; build the image with it: Next.js puts it into the files for browsers"
    told = Container(image=IMAGE, env={"NEXT_PUBLIC_API": "https://api.example.com"})
    with pytest.raises(ConfigurationError, match=says):
        WebTier(chart, "a", container=told, host=HOST)
    with pytest.raises(ConfigurationError, match=says):
        WebTier(
            chart, "b", container=CONTAINER, host=HOST, upstreams={"NEXT_PUBLIC_API": CATALOGUE}
        )
    database = DATABASE.read_as({"NEXT_PUBLIC_API": "{host}"})
    with pytest.raises(ConfigurationError, match=says):
        WebTier(chart, "c", container=CONTAINER, host=HOST, database=database)


def test_an_image_may_read_such_variables_when_it_starts(chart: Chart) -> None:
    told = Container(image=IMAGE, env={"NEXT_PUBLIC_API": "https://api.example.com"})
    replaced = NextJs(public_variables=("NEXT_PUBLIC_API",))
    WebTier(chart, "web", container=told, host=HOST, runtime=replaced)
    assert env(chart, "web")["NEXT_PUBLIC_API"] == "https://api.example.com"
    ApiTier(chart, "api", container=told, runtime=NodeServer())
