"""What looks like a secret can be said to be public, and a refusal says what was seen."""

from __future__ import annotations

import pytest
from cdk8s import Chart

from constructs_lib import ApiTier, ConfigFiles, ConfigurationError, Container, Public
from constructs_lib.testing import problems

IMAGE = "registry.example.com/shop/web:1.4.2"


def test_what_looks_like_a_secret_can_be_said_to_be_public(chart: Chart) -> None:
    """To the library, and to whoever checks the manifests."""
    public = Container(
        image=IMAGE,
        env={"IDEMPOTENCY_TOKEN": Public("request-header"), "MAPS_API_KEY": Public("browser-key")},
        args=(Public("--docs=https://user:password@example.com"),),
        volumes=[
            ConfigFiles(
                name="help",
                files={"help.txt": Public("such as redis://:word@redis"), "other": "text"},
                mount_path="/etc/help",
            )
        ],
    )
    ApiTier(chart, "api", container=public)
    found = [each for each in problems(chart) if "holds a secret" in each.message]
    assert found == []
    manifests = chart.to_json()
    (told,) = [each for each in manifests if each["kind"] == "Deployment"]
    (container,) = told["spec"]["template"]["spec"]["containers"]
    (key,) = [each for each in container["env"] if each["name"] == "MAPS_API_KEY"]
    key["value"] = "another-key"
    (message,) = [each.message for each in problems(manifests) if "secret" in each.message]
    assert message == "MAPS_API_KEY of app holds a secret"


@pytest.mark.mission("B62")
def test_a_refusal_says_what_was_seen_and_where() -> None:
    text = "a = 1\nb = 2\nurl = 'redis://:hunter2@redis'\n"
    with pytest.raises(ConfigurationError, match="there is a password in a URL in line 3; Public"):
        ConfigFiles(name="cache", files={"settings.py": text}, mount_path="/etc/a")
    with pytest.raises(ConfigurationError, match="a variable with the name of a secret; Public"):
        Container(image=IMAGE, env={"IDEMPOTENCY_TOKEN": "request-header"})
