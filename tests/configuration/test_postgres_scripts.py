"""The scripts of the members and poolers do what they say, with the real programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from constructs_lib.cluster import AddressFamily
from constructs_lib.postgres import (
    AtRestorePoint,
    AtTime,
    AtTransaction,
    EndOfBackup,
    Latest,
    RestoredDatabase,
)
from constructs_lib.postgres.backrest import member_configurations
from constructs_lib.postgres.recovery_targets import Target
from tests.configuration.programs.certificate import served, sign
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.mounted import OWNER, logins, password_scripts, secrets, written
from tests.configuration.programs.pooler import started
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.postgresql import (
    Files,
    ask,
    in_folder,
    local_repository,
    own_parameters,
    server,
)
from tests.configuration.programs.waiting import becomes
from tests.postgres.ends import BACKUP, SOURCE


@pytest.mark.mission("B64")
def test_the_pooler_reads_a_new_password_and_certificate(
    system: Debian, folder: Path, certificate: Path, files: Files
) -> None:
    inside, port = system.inside(folder), free_port()
    secrets(folder, "pooler", username="pooler", password='first"')

    def lets_in(password: str) -> bool:
        login = f"host=127.0.0.1 port={port} user=pgbouncer dbname=pgbouncer sslmode=require"
        return (
            system.run("psql", login, "-c", "SHOW VERSION", env={"PGPASSWORD": password}).returncode
            == 0
        )

    with started(system, folder, files, port=port, primary=free_port()) as log:
        assert becomes(lambda: lets_in('first"')), log.read_text()
        before = served(port, "-starttls", "postgres")
        sign(certificate)
        secrets(folder, "pooler", username="pooler-2", password="second")
        system.run("chown", "-R", "postgres:postgres", inside)
        assert becomes(lambda: served(port, "-starttls", "postgres") not in {"", before})
        # Who looks at it from beside it began with it, and is still let in.
        assert lets_in('first"'), log.read_text()
        assert not lets_in("second")
        assert '"pooler-2" "second"' in (folder / "run" / "users.txt").read_text()


@pytest.mark.mission("B64")
def test_the_backup_server_reads_a_renewed_certificate(
    system: Debian, folder: Path, certificate: Path, files: Files
) -> None:
    inside, port = system.inside(folder), free_port()
    places = {"/run/secrets/tls": f"{inside}/tls", "/run/secrets/backups": f"{inside}/tls"}
    written(
        folder / "pgbackrest.conf",
        files["postgres-pgbackrest"]["pgbackrest.conf"],
        {
            **places,
            "tls-server-port=8432": f"tls-server-port={port}",
            "tls-server-address=*": "tls-server-address=127.0.0.1",
            "/tmp/pgbackrest": f"{inside}/lock",  # noqa: S108
        },
    )
    script = written(
        folder / "start-backup-server.sh",
        files["postgres-scripts"]["start-backup-server.sh"],
        {**places, "sleep 10": "sleep 1"},
    )
    system.run("chown", "-R", "postgres:postgres", inside)
    certificate.joinpath("tls.key").chmod(0o600)
    env = {
        "PGBACKREST_CONFIG": f"{inside}/pgbackrest.conf",
        "PGBACKREST_REPO1_S3_KEY": "a",
        "PGBACKREST_REPO1_S3_KEY_SECRET": "b",
        "PGBACKREST_REPO1_CIPHER_PASS": "c",
    }
    with system.running(system.inside(script), user="postgres", env=env) as log:
        assert becomes(lambda: served(port) != ""), log.read_text()
        before = served(port)
        sign(certificate)
        certificate.joinpath("tls.key").chmod(0o600)
        system.run("chown", "-R", "postgres:postgres", inside)
        assert becomes(lambda: served(port) not in {"", before}), log.read_text()


@pytest.mark.mission("B104")
def test_the_database_is_prepared_and_takes_the_passwords_of_a_new_cluster(
    system: Debian, folder: Path, certificate: Path, owned: Path, files: Files
) -> None:
    assert certificate.parent == owned
    inside = system.inside(owned)
    parameters = {
        "unix_socket_directories": inside,
        "shared_preload_libraries": "pg_stat_statements",
    }
    script, keep = password_scripts(system, folder, files)

    def kept(port: int) -> set[str]:
        asked = "SELECT rolname, rolpassword FROM pg_authid WHERE rolcanlogin AND NOT rolsuper"
        return set(ask(system, port, asked).splitlines())

    with server(system, folder, parameters) as (_, port):
        found = [{"monitor|", "rewinder|", "standby|"}]
        for password in ("first {}", "second' {}"):
            keys = ("monitor", "replication", "rewind")
            secrets(folder, "credentials", **dict.fromkeys(keys, password))
            logins(folder, password.format)
            env = {"PGPORT": str(port)}
            ran = system.run(
                *(script, f"postgres://postgres@127.0.0.1:{port}/postgres"),
                user="postgres",
                env=env,
            )
            assert ran.returncode == 0, ran.stdout
            with system.running(keep, "watch", user="postgres", env=env) as said:
                assert becomes(lambda: not found[-1] & kept(port)), said.read_text()
            found.append(kept(port))
        asked = "SET ROLE pgbouncer; SELECT username FROM pgbouncer.get_auth('{}')"
        assert ask(system, port, asked.format(OWNER)) == OWNER
        assert ask(system, port, asked.format("postgres")) == ""
        owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'shop'"
        assert ask(system, port, owner) == OWNER


@pytest.mark.mission("B84")
@pytest.mark.mission("B85")
def test_a_point_in_time_comes_out_of_the_repository_of_another_cluster(
    system: Debian, folder: Path, certificate: Path, owned: Path, files: Files
) -> None:
    assert certificate.parent == owned
    inside = system.inside(folder)
    written(
        folder / "read-source.sh",
        files["postgres-scripts"]["read-source.sh"],
        {"/etc/pgbackrest/source.conf": f"{inside}/source.conf"},
    )
    parameters = own_parameters(system, folder, files) | {
        "shared_buffers": "128MB",
        "archive_command": (f'pgbackrest --config={inside}/old.conf --stanza=db archive-push "%p"'),
    }
    config = {"PGBACKREST_CONFIG": f"{inside}/old.conf"}
    with server(system, folder, parameters, f"--waldir={inside}/wal") as (data, port):
        old = local_repository(files, system.inside(data), inside, port)
        (folder / "old.conf").write_text(old)
        for arguments in (["stanza-create"], ["--type=full", "backup"]):
            made = system.run("pgbackrest", "--stanza=db", *arguments, user="postgres", env=config)
            assert made.returncode == 0, made.stdout
        ask(system, port, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        moment = ask(system, port, "SELECT pg_sleep(1), clock_timestamp()").strip("|")
        ask(system, port, "SELECT pg_sleep(1)")
        xid = ask(system, port, "INSERT INTO kept VALUES (0) RETURNING pg_current_xact_id()")
        ask(system, port, "INSERT INTO kept VALUES (0)")
        ask(system, port, "SELECT pg_create_restore_point('before the release')")
        ask(system, port, "DROP TABLE kept")
        last = ask(system, port, "SELECT pg_walfile_name(pg_switch_wal())")
        archived = "SELECT last_archived_wal FROM pg_stat_archiver"
        assert becomes(lambda: ask(system, port, archived) >= last)

    def found(target: Target) -> str:
        """Return how many rows a new cluster has that is restored to a target."""
        name, port = f"new-{type(target).__name__}", free_port()
        new = folder / name
        places = {
            "/pgdata/pg18": system.inside(new),
            "/pgwal/pg18": f"{inside}/{name}-wal",
            "/pgwal/source": f"{inside}/{name}-source",
        }
        configurations = member_configurations(
            BACKUP, version=18, source=SOURCE, addresses=AddressFamily.IPV4, client="nobody"
        )
        text = in_folder(configurations["source.conf"], inside, places=places)
        # The keys stand in variables alone, with those of the own repository beside them.
        (folder / "source.conf").write_text(text.replace("repo1-cipher-pass=secret\n", ""))
        keys = {"SOURCE_REPO1_CIPHER_PASS": "secret", "PGBACKREST_REPO1_CIPHER_PASS": "another"}
        command = RestoredDatabase(repository=SOURCE, target=target).settings["restore"]["command"]
        command = command.replace("/scripts/", f"{inside}/")
        restored = system.run("sh", "-c", command, user="postgres", env=keys)
        assert restored.returncode == 0, restored.stdout
        assert (new / "pg_wal").readlink() == Path(places["/pgwal/pg18"])
        postgres = ("postgres", "-D", system.inside(new), "-p", str(port), "-c", "archive_mode=off")
        with system.running(*postgres, user="postgres", env=keys) as log:
            login = ("psql", f"host=127.0.0.1 port={port} user=postgres", "-XAtq", "-c")
            recovering = (*login, "SELECT pg_is_in_recovery()")
            assert becomes(lambda: system.run(*recovering).stdout == "f\n"), log.read_text()
            if not ask(system, port, "SELECT to_regclass('kept')"):
                return "no table"
            return ask(system, port, "SELECT count(*) FROM kept")

    assert found(AtTime(time=moment)) == "1000"
    assert found(AtTransaction(id=int(xid))) == "1001"
    assert found(AtRestorePoint(name="before the release")) == "1002"
    assert found(EndOfBackup()) == "no table"
    assert found(Latest()) == "no table"
