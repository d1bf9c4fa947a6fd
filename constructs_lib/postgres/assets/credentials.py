#!/usr/bin/env python3
"""Keeps what Patroni and PostgreSQL know of passwords and certificates as new as the files.

`write` makes the part of Patroni's configuration that holds passwords. `watch`
makes it again whenever a mounted Secret changes, tells the primary about new
passwords, and lets Patroni and PostgreSQL read everything anew. `alive` tells
whether it still does.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import ssl
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

CREDENTIALS = Path("/run/secrets/credentials")
OWNER = Path("/run/secrets/owner")
TLS = Path("/run/secrets/tls")
GIVEN = Path("/etc/patroni/patroni.yaml")
WRITTEN = Path("/run/patroni")
ALIVE = WRITTEN / "alive"
ROLES = {
    "monitor": "monitor",
    "pgbouncer": "pooler",
    "rewinder": "rewind",
    "standby": "replication",
}
# A role that is not there yet gets its password when it is made.
ALTER = r"""
\getenv role ROLE
\getenv secret SECRET
SELECT format('ALTER ROLE %I PASSWORD %L', rolname, :'secret')
    FROM pg_roles WHERE rolname = :'role' \gexec
"""


def text(file: Path) -> str:
    """Return what is in a file of a Secret."""
    return file.read_text().rstrip("\n")


def write() -> None:
    """Write Patroni's configuration: what is given, and the passwords."""
    login = {"sslmode": "verify-full", "sslrootcert": str(TLS / "ca.crt")}
    authentication = {
        "superuser": {"username": "postgres", "password": text(CREDENTIALS / "superuser")},
        "replication": {
            "username": "standby",
            "password": text(CREDENTIALS / "replication"),
            **login,
        },
        "rewind": {"username": "rewinder", "password": text(CREDENTIALS / "rewind"), **login},
    }
    shutil.copyfile(GIVEN, WRITTEN / "10-patroni.yaml")
    # JSON is YAML; written aside first, so that nobody reads half of it.
    part = WRITTEN / "part"
    part.touch(mode=0o600)
    part.write_text(json.dumps({"postgresql": {"authentication": authentication}}))
    part.rename(WRITTEN / "20-authentication.yaml")


def digest() -> bytes:
    """Return a digest of all files of the Secrets."""
    found = hashlib.sha256()
    for directory in (CREDENTIALS, OWNER, TLS):
        for file in sorted(directory.iterdir()):
            if file.is_file():
                found.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return found.digest()


def ask(script: str, **variables: str) -> str:
    """Return what PostgreSQL answers to a script."""
    return subprocess.run(
        ("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", "/var/run/postgresql", "postgres"),
        input=script,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **variables},
        timeout=30,
    ).stdout.strip()


def is_primary() -> bool:
    """Tell whether this member is the primary, which alone changes roles."""
    return ask("SELECT NOT pg_is_in_recovery()") == "t"


def alter_roles() -> None:
    """Give the roles their passwords."""
    passwords = {role: text(CREDENTIALS / name) for role, name in ROLES.items()}
    passwords[text(OWNER / "username")] = text(OWNER / "password")
    for role, secret in passwords.items():
        ask(ALTER, ROLE=role, SECRET=secret)


def certificate() -> ssl.SSLContext:
    """Return the certificate as it is now, and whom it trusts."""
    context = ssl.create_default_context(cafile=str(TLS / "ca.crt"))
    context.load_cert_chain(TLS / "tls.crt", TLS / "tls.key")
    return context


def reload(context: ssl.SSLContext) -> None:
    """Let Patroni read its configuration anew, and PostgreSQL with it."""
    request = urllib.request.Request("https://localhost:8008/reload", method="POST", data=b"")
    urllib.request.urlopen(request, context=context, timeout=10).close()


def watch() -> None:
    """Look at the files every ten seconds, for ever."""
    read = digest()
    # Nobody knows what a primary before this one made of a change.
    told = b""
    # Patroni still has the old certificate and authority when it is told of the new ones.
    old = certificate()
    while True:
        ALIVE.touch()
        time.sleep(10)
        try:
            seen = digest()
            if seen != read:
                write()
                reload(old)
                read, old = seen, certificate()
                print("reloaded", flush=True)
            if seen != told and is_primary():
                alter_roles()
                told = seen
        except Exception as error:
            # The next round tries again.
            print(f"not up to date: {error}", file=sys.stderr, flush=True)


def alive() -> None:
    """Fail where `watch` has not come around for two minutes."""
    sys.exit(time.time() - ALIVE.stat().st_mtime > 120)


if __name__ == "__main__":
    {"write": write, "watch": watch, "alive": alive}[sys.argv[1]]()
