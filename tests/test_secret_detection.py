"""What looks like a secret can be said to be public, and a refusal says what was seen."""

from __future__ import annotations

import pytest
from cdk8s import Chart

from constructs_lib import ApiTier, ConfigFiles, ConfigurationError, Container, Public
from constructs_lib.pods import ExecCheck
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


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("app.env", "PORT=1\nDB_PASSWORD=hunter2"),
        (".env", "export SECRET_KEY_BASE=0123456789abcdef0123456789abcdef0123456789abcdef"),
        ("app.yaml", "database:\n  password: hunter2"),
        ("app.yml", "client_secret: 'hunter2'"),
        ("app.json", '{"user": "a", "password": "hunter2"}'),
        ("app.properties", "spring.datasource.password=hunter2"),
        ("redis.conf", "requirepass: hunter2"),
        ("notify.txt", "https://hooks.slack.com/services/T0000/B0000/abcdefghijklmnopqrstuvwx"),
    ],
)
def test_settings_in_files_are_secrets_by_their_names(file: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match="SecretFiles"):
        ConfigFiles(name="a", files={file: text}, mount_path="/etc/a")
    data = {
        "kind": "ConfigMap",
        "apiVersion": "v1",
        "metadata": {"name": "a"},
        "data": {file: text},
    }
    assert any("holds a secret" in each.message for each in problems([data]))


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("app.env", "DB_PASSWORD=${DB_PASSWORD}\nDB_PASSWORD_FILE=/run/secrets/a/password"),
        ("app.yaml", "password: ''\ntoken: null\nsecret:\n  name: shop\ntokens: 5"),
        ("app.ini", "admin_password = $__file{/run/secrets/a/password}"),
        ("logstash.conf", 'password => "${ELASTICSEARCH_PASSWORD}"'),
        ("settings.py", "PASSWORD = read('/run/secrets/a/password')\ntoken = request.token"),
        ("app.json", '{"password": {"file": "/run/secrets/a"}, "token": true}'),
    ],
)
def test_settings_that_lead_to_a_secret_are_none(file: str, text: str) -> None:
    ConfigFiles(name="a", files={file: text}, mount_path="/etc/a")


@pytest.mark.parametrize(
    "text",
    [
        "file:///run/secrets/shop/password",
        "file:/run/secrets/shop/password",
        "env://SHOP_PASSWORD",
        "op://vault/shop/password",
        "vault:secret/data/shop#password",
        "arn:aws:secretsmanager:eu-central-1:111122223333:secret:shop-AbCdEf",
    ],
)
def test_where_a_secret_is_read_is_none(text: str) -> None:
    Container(image=IMAGE, env={"SHOP_PASSWORD": text})
    with pytest.raises(ConfigurationError, match=r"with the name of a secret"):
        Container(image=IMAGE, env={"SHOP_PASSWORD": text.replace("/", "").replace("aws:", "")})


@pytest.mark.parametrize(
    "args",
    [
        ("--password=hunter2",),
        ("--requirepass", "hunter2"),
        ("-a", "--api-key", "hunter2"),
    ],
)
def test_options_are_secrets_by_their_names(args: tuple[str, ...]) -> None:
    with pytest.raises(ConfigurationError, match=f"there is a value of {args[-2:][0][:9]}"):
        Container(image=IMAGE, args=args)
    Container(image=IMAGE, args=(*args[:-1], Public(args[-1])))


@pytest.mark.parametrize(
    "args", [("--password-file=/run/a",), ("--password", "--verbose"), ("--token=$(TOKEN)",)]
)
def test_options_that_lead_to_a_secret_are_none(args: tuple[str, ...]) -> None:
    Container(image=IMAGE, args=args)


@pytest.mark.parametrize(
    "command",
    [
        ("sh", "-c", "PGPASSWORD=hunter2 psql"),
        ("sh", "-c", "export TOKEN='hunter2'; app"),
        ("sh", "-c", "app --api-key hunter2"),
        ("sh", "-c", "curl -s -u 'admin:hunter2' https://a"),
        ("sh", "-c", "mysqldump -phunter2 shop"),
        ("curl", "-u", "admin:hunter2", "https://a"),
        ("curl", "--user=admin:hunter2"),
        ("env", "DB_PASSWORD=hunter2", "app"),
        ("redis-cli", "-a", "hunter2", "ping"),
        ("sshpass", "-p", "hunter2", "ssh"),
    ],
)
def test_what_a_shell_is_told_is_a_secret(command: tuple[str, ...]) -> None:
    for refused in (
        lambda: Container(image=IMAGE, command=command),
        lambda: Container(image=IMAGE, pre_stop=command),
        lambda: ExecCheck(command=command),
        lambda: ConfigFiles(name="a", files={"a.sh": " ".join(command)}, mount_path="/etc/a"),
    ):
        with pytest.raises(ConfigurationError, match=r"there is a (value|password) of"):
            refused()
    Container(image=IMAGE, command=[Public(word) for word in command])


@pytest.mark.parametrize(
    "command",
    [
        ("sh", "-c", "PGPASSWORD=$(cat /run/secrets/a/password) psql"),
        ("sh", "-c", "TOKEN=`cat /run/secrets/a/token` app; PASSWORD= app"),
        ("sh", "-c", "read -r PASSWORD < /run/secrets/a/password; export PASSWORD"),
        ("sh", "-c", "app --password --verbose --token /run/secrets/a/token"),
        ("sh", "-c", 'curl --user "admin:$(cat /run/secrets/a)" https://a'),
        ("curl", "-u", "admin:$PASSWORD", "https://a"),
        ("mysql", "-uroot", "-p", "-P", "3306"),
        ("redis-cli", "-a", "$REDIS_PASSWORD", "ping"),
        ("sh", "-c", "redis-cli -h localhost ping; ls -a /data"),
    ],
)
def test_what_a_shell_makes_itself_is_none(command: tuple[str, ...]) -> None:
    Container(image=IMAGE, command=command)
    ConfigFiles(name="a", files={"a.sh": " ".join(command)}, mount_path="/etc/a")
