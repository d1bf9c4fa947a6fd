"""The jobs of a cluster back it up, read its repository and restore from it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.configuration.programs.debian import Debian
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.postgresql import Files, ask, in_folder, own_parameters, server


@pytest.mark.mission("B82")
@pytest.mark.mission("B123")
@pytest.mark.mission("B125")
def test_backup_verification_and_drill(
    system: Debian, folder: Path, certificate: Path, owned: Path, files: Files
) -> None:
    """A member is backed up over TLS; a repository with a wrong byte in it is found out."""
    assert certificate.parent == owned
    inside, backup_port = system.inside(folder), free_port()
    archive = f'pgbackrest --config={inside}/member.conf --stanza=db archive-push "%p"'
    parameters = own_parameters(system, folder, files)
    parameters |= {"shared_buffers": "128MB", "archive_command": archive}
    with server(system, folder, parameters) as (data, port):
        places = {
            "pg1-path=/pgdata/pg18": f"pg1-path={system.inside(data)}",
            "pg1-port=5432": f"pg1-port={port}",
            "/var/run/postgresql": inside,
            "/run/secrets/tls": f"{inside}/tls",
            "port=8432": f"port={backup_port}",
        }
        member = {
            **places,
            "/run/secrets/backups": f"{inside}/tls",
            "tls-server-auth=postgres-backups": "tls-server-auth=postgres",
            "/pgwal/spool": f"{inside}/spool",
        }
        text = files["postgres-pgbackrest"]["pgbackrest.conf"]
        text = in_folder(text, inside, without=("link-map",), places=member)
        (folder / "member.conf").write_text(text)
        # Of the three members, one is here.
        jobs = {
            **places,
            "/run/secrets/members": f"{inside}/tls",
            "postgres-0.postgres-members.app.svc.cluster.local": "localhost",
        }
        text = files["postgres-backups-pgbackrest"]["pgbackrest.conf"]
        text = in_folder(text, inside, without=("pg2", "pg3"), places=jobs)
        (folder / "pgbackrest.conf").write_text(text.replace("/lock", "/lock-of-jobs"))
        text = files["postgres-checks-pgbackrest"]["drill.conf"]
        text = in_folder(text, inside, places={"/drill": f"{inside}/drill"})
        (folder / "drill.conf").write_text(text)

        ask(system, port, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        listening = ("pgbackrest", f"--config={inside}/member.conf", "server")
        with system.running(*listening, user="postgres"):
            made = job(system, folder, files, "back-up.sh", "full")
            assert made.returncode == 0, made.stdout
        assert "backup command end: completed successfully" in made.stdout
        read = job(system, folder, files, "verify-repository.sh")
        assert read.returncode == 0, read.stdout
        drilled = job(system, folder, files, "drill-restore.sh")
        assert drilled.returncode == 0, drilled.stdout
        assert "restored: " in drilled.stdout

    bundle = next((folder / "repository" / "backup" / "db").glob("*/bundle/1"))
    content = bytearray(bundle.read_bytes())
    content[len(content) // 2] ^= 0xFF
    bundle.write_bytes(bytes(content))
    assert job(system, folder, files, "verify-repository.sh").returncode != 0
    (folder / "drill").rename(folder / "drill-before")
    assert job(system, folder, files, "drill-restore.sh").returncode != 0


def job(
    system: Debian, folder: Path, files: Files, name: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run a script of the jobs, with its places inside of the folder of the test."""
    path, inside = folder / name, system.inside(folder)
    party = "backups" if name == "back-up.sh" else "checks"
    text = files[f"postgres-{party}-scripts"][name]
    text = text.replace("/etc/pgbackrest", inside).replace("=/drill", f"={inside}/drill")
    path.write_text(text)
    path.chmod(0o755)
    env = {
        "LIBRARIES": "pg_stat_statements",
        "PGBACKREST_CONFIG": f"{inside}/pgbackrest.conf",
        "RECOVERY_SECONDS": "60",
        "REPOSITORIES": "1",
    }
    return system.run(system.inside(path), *arguments, user="postgres", env=env)
