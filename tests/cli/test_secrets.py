"""`constructs-lib secrets` lists Secrets and writes the lines that create them."""

from __future__ import annotations

import base64
import shlex
from pathlib import Path

import pytest

from constructs_lib.cli.__main__ import main
from constructs_lib.cli.secrets import random_value

DIST = Path(__file__).parents[2] / "dist"

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: app}
spec:
  template:
    spec:
      imagePullSecrets: [{name: registry}]
      containers:
        - name: app
          envFrom: [{secretRef: {name: settings}}]
      volumes:
        - name: mail
          secret:
            secretName: mail
            items: [{key: password, path: password}, {key: ca.crt, path: ca.crt}]
        - name: provided
          csi:
            driver: secrets-store.csi.k8s.io
            volumeAttributes: {secretProviderClass: vault-mail}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: app}
spec: {tls: [{secretName: shop-tls}]}
---
apiVersion: k8s.nginx.org/v1
kind: Policy
metadata: {name: known, namespace: app}
spec: {ingressMTLS: {clientCertSecret: partners}}
"""


@pytest.fixture
def web(tmp_path: Path) -> str:
    (tmp_path / "add-ons").mkdir()
    (tmp_path / "add-ons" / "other.yaml").write_text(WEB.replace("app", "elsewhere"))
    (tmp_path / "notes.txt").write_text("nothing to read")
    (tmp_path / "web.yaml").write_text(WEB)
    return str(tmp_path)


def test_list(web: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["secrets", "list", web])
    assert capsys.readouterr().out == (
        "NAMESPACE  NAME        KIND                            KEYS               READERS\n"
        "app        mail        Opaque                          ca.crt,password    Deployment/web\n"
        "app        partners    nginx.org/ca                    ca.crt             Policy/known\n"
        "app        registry    kubernetes.io/dockerconfigjson  .dockerconfigjson  Deployment/web\n"
        "app        settings    Opaque                          -                  Deployment/web\n"
        "app        shop-tls    kubernetes.io/tls               tls.crt,tls.key    Ingress/shop\n"
        "app        vault-mail  SecretProviderClass             -                  Deployment/web\n"
    )


def test_create(
    web: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("constructs_lib.cli.secrets.random_value", lambda: "R4ndom=")
    main(["secrets", "create", web])
    assert capsys.readouterr().out.splitlines() == [
        (
            "kubectl create secret generic mail --from-file=ca.crt=path/to/ca.crt"
            " --from-literal=password=R4ndom= --namespace=app"
        ),
        (
            "kubectl create secret generic partners --type=nginx.org/ca"
            " --from-file=ca.crt=path/to/ca.crt --namespace=app"
        ),
        (
            "kubectl create secret docker-registry registry"
            " --from-file=.dockerconfigjson=path/to/config.json --namespace=app"
        ),
        (
            "# kubectl create secret generic settings --namespace=app"
            "  # Deployment/web takes all keys: add them"
        ),
        (
            "kubectl create secret tls shop-tls --cert=path/to/tls.crt --key=path/to/tls.key"
            " --namespace=app"
        ),
        "# vault-mail: its files come from the Secrets Store CSI driver",
    ]


def test_create_quotes_for_the_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "mail; touch hacked"
    (tmp_path / "web.yaml").write_text(WEB.replace("secretName: mail", f"secretName: {hostile}"))
    main(["secrets", "create", str(tmp_path)])
    first = capsys.readouterr().out.splitlines()[0]
    assert shlex.split(first)[4] == hostile


def test_a_secret_of_several_namespaces_is_the_same_in_each(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As is the one that Elasticsearch lets Grafana in with."""
    main(["secrets", "create", str(DIST)])
    created = [shlex.split(line) for line in capsys.readouterr().out.splitlines()]
    logging, monitoring = (words for words in created if words[4] == "log-reader")
    # Whoever makes the user needs no authority to trust; Grafana does.
    assert set(monitoring) - set(logging) == {"--from-file=ca.crt=path/to/ca.crt", monitoring[-1]}
    assert set(logging) - set(monitoring) == {logging[-1]}
    assert any("-literal=password=" in word for word in logging)
    values = [word for words in created for word in words if "-literal=password=" in word]
    assert len(set(values)) == len(values) - 1


def test_values_are_random_and_fit_passwords_keys_and_urls() -> None:
    values = {random_value() for _ in range(50)}
    assert len(values) == 50
    for value in values:
        assert len(base64.b64decode(value, validate=True)) == 32
        assert value.rstrip("=").isalnum()


def test_the_reference_platform(capsys: pytest.CaptureFixture[str]) -> None:
    main(["secrets", "list", str(DIST)])
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert ["app", "socket-broker", "Opaque", "password", "Deployment/socket"] in rows
    assert rows == sorted(rows, key=lambda row: row[:2])


def test_files_are_read_like_folders(web: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["secrets", "list", f"{web}/web.yaml"])
    of_file = capsys.readouterr().out
    main(["secrets", "list", web])
    assert capsys.readouterr().out == of_file


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "name a manifest or a folder that holds some"),
        ("- just a list", "let each document be a manifest"),
        ("a: *missing", "write valid YAML"),
    ],
)
def test_fails_on_what_is_no_manifest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, message: str
) -> None:
    path = tmp_path / "web.yaml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SystemExit) as end:
        main(["secrets", "list", str(path)])
    assert end.value.code == 2
    assert message in capsys.readouterr().err


def test_fails_on_an_empty_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["secrets", "create", str(tmp_path)])
    assert "name a manifest or a folder that holds some" in capsys.readouterr().err
