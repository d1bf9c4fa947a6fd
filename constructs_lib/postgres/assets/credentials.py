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
# Only the primary changes roles. One that is not there yet gets its password when it is made.
ALTER = r"""
SELECT NOT pg_is_in_recovery() AS is_primary \gset
\if :is_primary
\getenv role ROLE
\getenv secret SECRET
SELECT format('ALTER ROLE %I PASSWORD %L', rolname, :'secret')
    FROM pg_roles WHERE rolname = :'role' \gexec
\endif
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


def alter_roles() -> None:
    """Give the roles their passwords, where this member is the primary."""
    passwords = {role: text(CREDENTIALS / name) for role, name in ROLES.items()}
    passwords[text(OWNER / "username")] = text(OWNER / "password")
    for role, secret in passwords.items():
        subprocess.run(
            ("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", "/var/run/postgresql", "postgres"),
            input=ALTER,
            text=True,
            check=True,
            env={**os.environ, "ROLE": role, "SECRET": secret},
            timeout=30,
        )


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
    known = digest()
    # Patroni still has the old certificate and authority when it is told of the new ones.
    old = certificate()
    while True:
        ALIVE.touch()
        time.sleep(10)
        try:
            seen = digest()
            if seen != known:
                alter_roles()
                write()
                reload(old)
                known, old = seen, certificate()
                print("reloaded", flush=True)
        except Exception as error:
            # The next round tries again.
            print(f"not reloaded: {error}", file=sys.stderr, flush=True)


def alive() -> None:
    """Fail where `watch` has not come around for two minutes."""
    sys.exit(time.time() - ALIVE.stat().st_mtime > 120)


if __name__ == "__main__":
    {"write": write, "watch": watch, "alive": alive}[sys.argv[1]]()
