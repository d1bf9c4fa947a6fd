"""Who shows a certificate may do what its party does, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.authority import Authority
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.postgresql import Files, in_folder, patroni
from tests.configuration.programs.waiting import becomes

ADD_ONS = Path(__file__).parents[2] / "dist" / "add-ons" / "add-ons.k8s.yaml"
STANDBY = '{"standby_cluster": {"host": "203.0.113.66", "restore_command": "touch %s; false"}}'
USERS = {"superuser": "postgres", "replication": "standby", "rewind": "rewinder"}


@pytest.fixture
def parties(system: Debian, folder: Path) -> str:
    """Sign the certificates of all parties, as the add-ons ask for them; return where, inside."""
    authority = Authority(folder=folder / "authority")
    for each in yaml.safe_load_all(ADD_ONS.read_text()):
        if each["kind"] == "Certificate" and not each["spec"].get("isCA"):
            authority.named(each["spec"]["issuerRef"]).signed(each["spec"])
    for made in folder.glob("authority/**/tls.crt"):
        shutil.copytree(made.parent, folder / made.parent.name)
    system.run("chown", "-R", "postgres:postgres", system.inside(folder))
    return system.inside(folder)


@contextmanager
def member(system: Debian, folder: Path, files: Files, parties: str) -> Iterator[tuple[str, Path]]:
    """Run a member that is alone; give the address of Patroni, and the file that it prints to."""
    settings = patroni(files)
    address, postgres, raft = (f"localhost:{free_port()}" for _ in range(3))
    del settings["kubernetes"], settings["bootstrap"]["post_bootstrap"]
    settings["name"] = "postgres-0"
    settings["raft"] = {"data_dir": f"{parties}/raft", "self_addr": raft}
    settings["restapi"] |= {"listen": address, "connect_address": address}
    settings["bootstrap"]["initdb"] = ["data-checksums"]
    settings["postgresql"] |= {
        "listen": postgres.replace("localhost", "127.0.0.1"),
        "connect_address": postgres,
        "data_dir": f"{parties}/data",
        "bin_dir": "/usr/lib/postgresql/18/bin",
        "pgpass": f"{parties}/pgpass",
        "authentication": {key: {"username": user} for key, user in USERS.items()},
        "pg_hba": ["local all all trust", "host all all all trust"],
    }
    settings["postgresql"]["parameters"] |= {
        "archive_command": "true",
        "shared_buffers": "32MB",
        "shared_preload_libraries": "",
        "unix_socket_directories": parties,
    }
    text = yaml.safe_dump(settings).replace("/run/secrets/tls", f"{parties}/postgres-members")
    (folder / "patroni.yaml").write_text(text)
    with system.running("patroni", f"{parties}/patroni.yaml", user="postgres") as log:
        yield address, log


def ask(system: Debian, parties: str, address: str, *request: str, party: str | None = None) -> str:
    """Return what Patroni answers to a party, and the status; 000 for none at all."""
    shown = (
        ()
        if party is None
        else ("--cert", f"{parties}/{party}/tls.crt", "--key", f"{parties}/{party}/tls.key")
    )
    return system.run(
        *("curl", "--silent", "--cacert", f"{parties}/postgres-members/ca.crt", *shown),
        *("--write-out", " %{http_code}", *request, f"https://{address}/config"),
    ).stdout


def test_members_alone_command_patroni(
    system: Debian, folder: Path, files: Files, parties: str
) -> None:
    """Who changes its configuration runs commands in all members."""
    owned = folder / "owned"
    change = ("--request", "PATCH", "--data", STANDBY % f"{parties}/owned")
    others = sorted(
        each.parent.name
        for each in folder.glob("*/tls.crt")
        if each.parent.name != "postgres-members"
    )
    assert {"postgres-backups", "postgres-poolers", "filebeat-tls"} <= {*others}
    with member(system, folder, files, parties) as (address, log):
        assert becomes(lambda: ask(system, parties, address).endswith(" 200"), seconds=120), (
            log.read_text()
        )
        assert ask(system, parties, address, *change).endswith(" 403")
        for party in others:
            refused = ask(system, parties, address, *change, party=party)
            assert refused.strip() == "000", party
        assert not owned.exists()
        assert ask(system, parties, address, *change, party="postgres-members").endswith(" 200")
        assert becomes(owned.exists, seconds=60), log.read_text()


def test_backup_jobs_alone_call_the_backup_server(
    system: Debian, folder: Path, files: Files, parties: str
) -> None:
    """Also among those whose certificates have the same name."""
    port = free_port()
    text = in_folder(
        files["postgres-pgbackrest"]["pgbackrest.conf"],
        parties,
        places={
            "tls-server-address=*": "tls-server-address=127.0.0.1",
            "tls-server-port=8432": f"tls-server-port={port}",
            "/run/secrets/tls": f"{parties}/postgres-members",
            "/run/secrets/backups": f"{parties}/postgres-backups",
        },
    )
    (folder / "member.conf").write_text(text)
    namesake = Authority(folder=folder / "authority")
    namesake.signed({"secretName": "namesake", "commonName": "postgres-backups"})
    shutil.copytree(folder / "authority" / "namesake", folder / "namesake")
    system.run("chown", "-R", "postgres:postgres", parties)

    def called(party: str) -> str:
        own = in_folder(
            files["postgres-backups-pgbackrest"]["pgbackrest.conf"],
            parties,
            # Of the three members, one is here.
            without=("pg2", "pg3"),
            places={
                "postgres-0.postgres-members.app.svc.cluster.local": "localhost",
                "port=8432": f"port={port}",
                "/run/secrets/tls": f"{parties}/{party}",
                "/run/secrets/members": f"{parties}/postgres-members",
            },
        )
        (folder / f"{party}.conf").write_text(own)
        config = f"--config={parties}/{party}.conf"
        return system.run("pgbackrest", config, "--stanza=db", "check", user="postgres").stdout

    with system.running(
        "pgbackrest", f"--config={parties}/member.conf", "server", user="postgres"
    ) as log:
        assert becomes(lambda: "Is the server running" in called("postgres-backups")), (
            log.read_text()
        )
        for party in ("namesake", "postgres-members", "postgres-poolers"):
            assert "alert unknown ca" in called(party), party
