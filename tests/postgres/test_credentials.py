"""What a member tells PostgreSQL of passwords: what proves them, and never themselves."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.postgres.assets import credentials, verifiers


def test_the_exchange_of_the_standard_is_proven_by_the_verifier() -> None:
    """That of https://www.rfc-editor.org/rfc/rfc7677#section-3."""
    nonce = r"rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    salt = "W22ZaJ0SNY7soEsUEjb6gQ=="
    exchange = f"n=user,r=rOprNGfwEbeRWgbNEkqO,r={nonce},s={salt},i=4096,c=biws,r={nonce}".encode()
    proof = base64.b64decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
    signature = base64.b64decode("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")

    made = verifiers.verifier("pencil", base64.b64decode(salt), 4096)
    head, keys = made.rsplit("$", 1)
    stored, server = map(base64.b64decode, keys.split(":"))
    assert head == f"SCRAM-SHA-256$4096:{salt}"
    assert hmac.digest(server, exchange, "sha256") == signature
    pad = hmac.digest(stored, exchange, "sha256")
    client = bytes(one ^ other for one, other in zip(proof, pad, strict=True))
    assert hashlib.sha256(client).digest() == stored


def test_a_verifier_of_postgresql_is_known() -> None:
    """One of an empty password, in its own tests (src/test/regress/sql/password.sql)."""
    kept = (
        "SCRAM-SHA-256$4096:hpFyHTUsSWcR7O9P"
        "$LgZFIt6Oqdo27ZFKbZ2nV+vtnYM995pDh9ca6WSi120=:qVV5NeluNfUPkwm7Vqat25RjSPLkGeoZBQs6wVv+um4="
    )
    assert verifiers.is_of(kept, "")
    assert not verifiers.is_of(kept, "another")
    assert not verifiers.is_of("", "")
    assert not verifiers.is_of("md5cc4a4ae9aaa32ef9ac3a7b09f4ca1d50", "")


@pytest.mark.parametrize(
    ("password", "hashed"),
    [
        # https://www.rfc-editor.org/rfc/rfc4013#section-3
        ("I\u00adX", b"IX"),
        ("\u00aa", b"a"),
        ("\u2168", b"IX"),
        ("USER", b"USER"),
        ("a\u00a0b", b"a b"),
        # What the standard refuses is taken as it is.
        ("\u0007", b"\x07"),
        ("\u00e9\u0007", b"\xc3\xa9\x07"),
        ("\u0627\u0031", b"\xd8\xa71"),
        ("\u00ad", b"\xc2\xad"),
        ("\udcff", b"\xff"),
    ],
)
def test_a_password_is_prepared_as_postgresql_does(password: str, hashed: bytes) -> None:
    assert verifiers.prepared(password) == hashed


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Mapping[str, Any]]:
    """Return what psql is called with; it answers that roles have the password 'kept'."""
    calls: list[Mapping[str, Any]] = []

    def run(command: tuple[str, ...], **options: Any) -> subprocess.CompletedProcess[str]:  # noqa: ANN401 - as it is called
        calls.append({"command": command, **options})
        answer = "4096" if "scram_iterations" in options["input"] else kept
        return subprocess.CompletedProcess(command, 0, stdout=answer, stderr="")

    kept = verifiers.verifier("kept", b"salt", 4096)
    monkeypatch.setattr(subprocess, "run", run)
    passwords = {role: tmp_path / file.name for role, file in credentials.PASSWORDS.items()}
    monkeypatch.setattr(credentials, "PASSWORDS", passwords)
    user = {key: str(tmp_path / key) for key in ("username", "password")} | {"right": "owner"}
    shop = {"name": "shop", "locale": "C.UTF-8", "extensions": [], "logins": [user]}
    (tmp_path / "databases.json").write_text(json.dumps([shop]))
    monkeypatch.setattr(credentials, "DATABASES", tmp_path / "databases.json")
    poolers = [[tmp_path / f"pooler-{file.name}" for file in each] for each in credentials.POOLERS]
    monkeypatch.setattr(credentials, "POOLERS", poolers)
    monkeypatch.setattr(credentials, "SCRIPTS", Path(credentials.__file__).parent)
    for name, content in {
        "monitor": "kept",
        "rewind": "s3cret of rewinding",
        "replication": "s3cret of standbys",
        "username": "shop",
        "password": "s3cret of the owner",
        "pooler-username": "pooler",
        "pooler-password": "s3cret of the pooler",
        "pooler-next-username": "pooler-2",
        "pooler-next-password": "s3cret of the next",
    }.items():
        (tmp_path / name).write_text(content)
    return calls


def test_no_statement_has_a_password(asked: list[Mapping[str, Any]]) -> None:
    credentials.tell()
    assert "s3cret" not in str(asked)
    told = {
        call["env"]["ROLE"]: call["env"]["VERIFIER"] for call in asked if "VERIFIER" in call["env"]
    }
    assert {
        role: verifiers.is_of(kept, f"s3cret of {of}")
        for (role, kept), of in zip(
            told.items(),
            ("rewinding", "standbys", "the pooler", "the next", "the owner"),
            strict=True,
        )
    } == dict.fromkeys(("rewinder", "standby", "pooler", "pooler-2", "shop"), True)


def test_each_session_is_silent(asked: list[Mapping[str, Any]]) -> None:
    credentials.tell()
    for call in asked:
        assert "-c log_min_duration_statement=-1" in call["env"]["PGOPTIONS"]
        assert "-c pg_stat_statements.track=none" in call["env"]["PGOPTIONS"]


def test_what_members_show_each_other_is_in_a_file(
    asked: list[Mapping[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "rewind").write_text("with:two\\signs")
    monkeypatch.setattr(credentials, "WRITTEN", tmp_path)
    credentials.write()
    file = tmp_path / "pgpass"
    assert file.read_text() == (
        "*:*:*:rewinder:with\\:two\\\\signs\n*:*:*:standby:s3cret of standbys\n"
    )
    assert file.stat().st_mode & 0o777 == 0o600
    assert not asked
