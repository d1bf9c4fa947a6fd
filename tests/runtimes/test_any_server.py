"""A server that the library does not know runs in any tier, told in its own words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cdk8s import Chart

from constructs_lib import (
    AnyServer,
    ApiTier,
    ConfigurationError,
    Container,
    Gunicorn,
    Http,
    Lifecycle,
    NextJs,
    SocketTier,
    WebTier,
)
from constructs_lib.facts import Indicator, LogFormat
from constructs_lib.pods import NativePause, PauseCommand, Scratch
from constructs_lib.runtimes import LongerThanFront, NodeServer, Runtime, Signals
from constructs_lib.testing import find, schema_problems
from constructs_lib.tiers import Workload
from tests.tiers.ends import BROKER, CONTAINER, HOST
from tests.tiers.reading import container, env, mounts

PUMA = AnyServer(
    pause=PauseCommand(command=("sleep", "{seconds}")),
    env={"RAILS_BIND": "tcp://{listen}", "STATSD_PORT": "{metrics_port}"},
    args=("--shutdown={drain_seconds}", "--on={address}", "--port={port}"),
    writes=(Scratch(mount_path="/app/tmp/pids", size="8Mi"),),
    signals=Signals(
        indicator=Indicator(
            total="ruby_requests_total", failed='status=~"5.."', histogram="ruby_seconds_bucket"
        ),
        metrics=("ruby_rss",),
        log_format=LogFormat.PLAIN,
    ),
)


def test_it_is_told_in_its_own_words(chart: Chart) -> None:
    lifecycle = Lifecycle(endpoint_removal_seconds=12, drain_seconds=70)
    ApiTier(chart, "api", container=CONTAINER, runtime=PUMA, lifecycle=lifecycle)
    told = env(chart, "api")
    assert told["RAILS_BIND"] == "tcp://0.0.0.0:8080"
    assert told["STATSD_PORT"] == "9090"
    assert not {"GUNICORN_CMD_ARGS", "PYTHONUNBUFFERED", "PROMETHEUS_MULTIPROC_DIR"} & set(told)
    run = container(chart, "api")
    assert run["args"] == ["--shutdown=70", "--on=0.0.0.0", "--port=8080"]
    assert run["lifecycle"]["preStop"]["exec"]["command"] == ["sleep", "12"]
    assert mounts(chart, "api")["/app/tmp/pids"]["emptyDir"]["sizeLimit"] == "8Mi"


@pytest.mark.parametrize(
    "runtime", [PUMA, Gunicorn(), NextJs(), NodeServer()], ids=lambda each: type(each).__name__
)
def test_every_tier_takes_any_runtime(runtime: Runtime, chart: Chart) -> None:
    counted = runtime.signals.exposed
    api = ApiTier(chart, "api", container=CONTAINER, runtime=runtime)
    web = WebTier(chart, "web", container=CONTAINER, runtime=runtime, host=HOST)
    socket = SocketTier(chart, "socket", container=CONTAINER, runtime=runtime, broker=BROKER)
    for tier in (api, web, socket):
        assert set(counted) <= set(tier.facts.metrics[0].names)
        assert tier.facts.logs[0].format == runtime.signals.log_format
        assert tier.facts.indicator == runtime.signals.indicator


def test_its_metrics_replace_those_of_the_tier(chart: Chart) -> None:
    api = ApiTier(chart, "api", container=CONTAINER, runtime=PUMA)
    assert api.facts.metrics[0].names == (
        "ruby_requests_total",
        "ruby_seconds_bucket",
        "ruby_rss",
    )


def test_one_that_counts_nothing_has_no_indicator(chart: Chart) -> None:
    silent = replace(PUMA, signals=Signals(), env={})
    api = ApiTier(
        chart,
        "api",
        container=CONTAINER,
        runtime=silent,
        http=Http(metrics=None),
        service_level=None,
    )
    assert api.facts.indicator is None
    assert not api.facts.metrics


@pytest.mark.parametrize(
    ("http", "signals"),
    [(Http(metrics=None), PUMA.signals), (Http(), Signals())],
)
def test_fails_to_promise_what_nobody_counts(http: Http, signals: Signals, chart: Chart) -> None:
    runtime = replace(PUMA, signals=signals, env={})
    with pytest.raises(ConfigurationError, match=r"service_level of api: .*service_level=None"):
        ApiTier(chart, "api", container=CONTAINER, runtime=runtime, http=http)


def test_fails_to_promise_a_latency_that_nobody_counts(chart: Chart) -> None:
    counted = Indicator(total="ruby_requests_total", failed='status=~"5.."')
    runtime = replace(PUMA, signals=Signals(indicator=counted))
    with pytest.raises(ConfigurationError, match="name a histogram in the indicator of the run"):
        ApiTier(chart, "api", container=CONTAINER, runtime=runtime)


def test_fails_to_name_a_port_that_there_is_not(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"STATSD_PORT.*leave {metrics_port} out"):
        ApiTier(
            chart,
            "api",
            container=CONTAINER,
            runtime=PUMA,
            http=Http(metrics=None),
            service_level=None,
        )


def test_fails_on_arguments_at_two_places(chart: Chart) -> None:
    told = replace(CONTAINER, args=("--verbose",))
    with pytest.raises(ConfigurationError, match=r"say all in AnyServer\.args"):
        ApiTier(chart, "api", container=told, runtime=PUMA)


def test_fails_on_a_name_that_is_nearly_one(chart: Chart) -> None:
    odd = AnyServer(pause=NativePause(), args=("--grace={drain_second}s", "--log={method}"))
    with pytest.raises(ConfigurationError, match=r"write {drain_seconds} in place of"):
        ApiTier(chart, "api", container=CONTAINER, runtime=odd)


def test_fails_on_a_promise_that_nobody_is_told_of() -> None:
    with pytest.raises(ConfigurationError, match=r"keep_alive_seconds: .*tell the server"):
        AnyServer(pause=NativePause(), keep_alive_seconds=LongerThanFront())


def test_fails_on_a_pause_that_ends_at_once() -> None:
    with pytest.raises(ConfigurationError, match=r"PauseCommand\.command: .*say how long"):
        PauseCommand(command=("true",))


@pytest.mark.mission("B90")
def test_the_kubelet_pauses_where_no_program_can(chart: Chart) -> None:
    native = replace(PUMA, pause=NativePause())
    sidecar = Container(image="proxy:1.4.2", name="proxy", pre_stop=("sleep", "3"))
    ApiTier(
        chart,
        "api",
        container=CONTAINER,
        runtime=native,
        workload=Workload(sidecars=[sidecar]),
    )
    deployment = find(chart, "Deployment", "api")
    containers = deployment["spec"]["template"]["spec"]["containers"]
    hooks = [each["lifecycle"]["preStop"] for each in containers]
    assert hooks == [{"sleep": {"seconds": 10}}, {"exec": {"command": ["sleep", "3"]}}]
    assert schema_problems([deployment], "newest") == []
