#!/usr/bin/env python3
"""Keeps what Patroni and PostgreSQL know of databases, passwords and certificates as the files.

`watch` writes the passwords that members show to each other, makes databases in a primary, gives
its users rights and passwords, and has certificates read anew, whenever a Secret changes; a cluster
that follows another one takes the lead once its program says so. `alive` tells if it does.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from verifiers import is_of, verifier

PASSWORDS = {
    "monitor": Path("/run/secrets/credentials/monitor"),
    "rewinder": Path("/run/secrets/credentials/rewind"),
    "standby": Path("/run/secrets/credentials/replication"),
}
# Of the poolers: the user that they show, and the one that will be next.
POOLERS = (
    (Path("/run/secrets/pooler/username"), Path("/run/secrets/pooler/password")),
    (Path("/run/secrets/pooler/next-username"), Path("/run/secrets/pooler/next-password")),
)
DATABASES = Path("/etc/databases/databases.json")
SCRIPTS = Path("/scripts")
AUTHORITY = Path("/run/secrets/tls/ca.crt")
CERTIFICATE = Path("/run/secrets/tls/tls.crt")
KEY = Path("/run/secrets/tls/tls.key")
WRITTEN = Path("/run/patroni")
ALIVE = WRITTEN / "alive"
# What a session of this process leaves in logs and statistics: nothing, whatever comes of it.
# A password is there at once: the standby that its commit would wait for may need it to come in.
SESSION = {
    "log_min_duration_sample": "-1",
    "log_min_duration_statement": "-1",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_transaction_sample_rate": "0",
    "pg_stat_statements.track": "none",
    "pgaudit.log": "none",
    "synchronous_commit": "local",
    "track_activities": "off",
}
KEPT = r"""
\getenv role ROLE
SELECT rolpassword FROM pg_authid WHERE rolname = :'role';
"""


def text(file: Path) -> str:
    """Return what is in a file of a Secret."""
    return file.read_text("utf-8", "surrogateescape").rstrip("\n")


def write() -> None:
    """Write the passwords of a member to where libpq looks for them at each connection."""
    lines = [
        f"*:*:*:{role}:" + re.sub(r"([:\\])", r"\\\1", text(PASSWORDS[role])) + "\n"
        for role in ("rewinder", "standby")
    ]
    # Written aside first, so that nobody reads half of it.
    part = WRITTEN / "part"
    part.touch(mode=0o600)
    part.write_text("".join(lines), "utf-8", "surrogateescape")
    part.rename(WRITTEN / "pgpass")


def databases() -> Any:  # noqa: ANN401 - as it is in the file
    """Return the databases of applications, with their users, who are in groups but for owners."""
    known = json.loads(DATABASES.read_text())
    for database in known:
        for login in database["logins"]:
            owns = login["right"] == "owner"
            login["of"] = None if owns else f"{database['name']}_{login['right']}s"
            login["name"] = text(Path(login["username"]))
            login["word"] = text(Path(login["password"]))
            if owns:
                database["owner"] = login["name"]
    return known


def poolers() -> list[dict[str, str]]:
    """Return the users of the poolers, who may ask for verifiers."""
    return [
        {"of": "pgbouncer", "name": text(username), "word": text(password)}
        for username, password in POOLERS
    ]


def digest() -> bytes:
    """Return a digest of all files of the Secrets."""
    found = hashlib.sha256()
    for file in (*PASSWORDS.values(), AUTHORITY, CERTIFICATE, KEY):
        found.update(file.read_bytes() + b"\0")
    found.update(json.dumps([poolers(), databases()]).encode())
    return found.digest()


def ask(script: str, database: str = "postgres", **variables: str) -> str:
    """Return what PostgreSQL answers to a script."""
    options = " ".join(f"-c {name}={value}" for name, value in SESSION.items())
    asked = subprocess.run(
        (
            *("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=terse"),
            *("-h", "/var/run/postgresql", database),
        ),
        input=script,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PGOPTIONS": options, **variables},
        timeout=30,
    )
    if asked.returncode != 0:
        raise RuntimeError(asked.stderr.strip())
    return asked.stdout.strip()


def is_primary() -> bool:
    """Tell whether this member is the primary, which alone changes roles."""
    return ask("SELECT NOT pg_is_in_recovery()") == "t"


def tell() -> None:
    """Make databases, and let in who is in a Secret, each with its rights and its password."""
    # What a new cluster gets last: until it is there, nobody disturbs.
    ask("SELECT pgbouncer.get_auth('')")
    known = databases()
    users = [*poolers(), *(login for database in known for login in database["logins"])]
    let_in = [{"name": each["name"], "of": each["of"]} for each in users]
    ask((SCRIPTS / "let-in.sql").read_text(), LOGINS=json.dumps(let_in))
    made = [{key: each[key] for key in ("name", "owner", "locale")} for each in known]
    ask((SCRIPTS / "create-databases.sql").read_text(), DATABASES=json.dumps(made))
    for database in known:
        script = (SCRIPTS / "open-database.sql").read_text()
        ask(script, database["name"], OWNER=database["owner"])
    passwords = {role: text(file) for role, file in PASSWORDS.items()}
    passwords |= {each["name"]: each["word"] for each in users}
    # Servers older than 16 have no such parameter.
    alter = (SCRIPTS / "set-password.sql").read_text()
    iterations = int(ask("SELECT coalesce(current_setting('scram_iterations', true), '4096')"))
    for role, password in passwords.items():
        if not is_of(ask(KEPT, ROLE=role), password):
            ask(alter, ROLE=role, VERIFIER=verifier(password, os.urandom(16), iterations))
    for database in known:
        names = json.dumps(database["extensions"])
        ask((SCRIPTS / "create-extensions.sql").read_text(), database["name"], EXTENSIONS=names)


def certificate() -> ssl.SSLContext:
    """Return the certificate as it is now, and whom it trusts."""
    context = ssl.create_default_context(cafile=str(AUTHORITY))
    context.load_cert_chain(CERTIFICATE, KEY)
    return context


def patroni(context: ssl.SSLContext, method: str, path: str, data: bytes | None = None) -> bytes:
    """Return what Patroni answers."""
    url = f"https://localhost:8008/{path}"
    request = urllib.request.Request(url, method=method, data=data)
    with urllib.request.urlopen(request, context=context, timeout=10) as answer:
        return bytes(answer.read())


def lead(context: ssl.SSLContext) -> None:
    """Let the cluster follow nobody. What Patroni keeps says what was so when it was made."""
    if "standby_cluster" in json.loads(patroni(context, "GET", "config")):
        patroni(context, "PATCH", "config", json.dumps({"standby_cluster": None}).encode())
        print("the cluster follows nobody any more", flush=True)


def watch() -> None:
    """Look at the files every ten seconds, until it is told to end."""
    # The first process of a container is told of a signal only if it asks for it: without this,
    # the pod would end with the grace that its database has to stop.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    read = digest()
    write()
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
                # It reads its configuration anew, and PostgreSQL with it.
                patroni(old, "POST", "reload", b"")
                read, old = seen, certificate()
                print("reloaded", flush=True)
            if not is_primary():
                # What it told before may be lost with what no standby had of it.
                told = b""
                if "FOLLOWS" not in os.environ:
                    lead(old)
            elif seen != told:
                tell()
                told = seen
                print("users are up to date", flush=True)
        except Exception as error:
            # The next round tries again.
            print(f"not up to date: {error}", file=sys.stderr, flush=True)


def alive() -> None:
    """Fail where `watch` has not come around for two minutes."""
    sys.exit(time.time() - ALIVE.stat().st_mtime > 120)


if __name__ == "__main__":
    {"watch": watch, "alive": alive}[sys.argv[1]]()
