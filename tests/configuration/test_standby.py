"""A new standby is filled from the backup, onto both of its volumes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.configuration.programs.debian import Debian
from tests.configuration.programs.places import placed
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.postgresql import (
    Files,
    ask,
    in_folder,
    local_repository,
    own_parameters,
    server,
    wait_until_ready,
)


@pytest.mark.mission("B81")
@pytest.mark.mission("B110")
def test_it_follows_though_only_its_data_were_lost(
    system: Debian, folder: Path, certificate: Path, owned: Path, files: Files
) -> None:
    """What is left of the write-ahead log of the lost data is put aside."""
    assert certificate.parent == owned
    inside, port = system.inside(folder), free_port()
    primary = ("pgbackrest", f"--config={inside}/primary.conf", "--stanza=db")
    parameters = own_parameters(system, folder, files) | {"shared_buffers": "128MB"}
    parameters["archive_command"] = f'{" ".join(primary)} archive-push "%p"'
    with server(system, folder, parameters, f"--waldir={inside}/wal") as (data, its_port):
        text = local_repository(files, system.inside(data), inside, its_port)
        (folder / "primary.conf").write_text(text)
        ask(system, its_port, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        for command in (["stanza-create"], ["--type=full", "backup"]):
            made = system.run(*primary, *command, user="postgres")
            assert made.returncode == 0, made.stdout

    left = folder / "pgwal/pg18/000000010000000000000001"
    for path in (left.parent, folder / "pgdata"):
        path.mkdir(parents=True)
    left.touch()
    system.run("chown", "-R", "postgres:postgres", inside)
    places = {"/pgdata": f"{inside}/pgdata", "/pgwal": f"{inside}/pgwal"}
    script = placed(files["postgres-scripts"]["prepare-volumes.sh"], places)
    prepared = system.run("sh", "-c", script, user="postgres")
    assert prepared.returncode == 0, prepared.stdout

    places |= {"port=5432": f"port={port}", "/var/run/postgresql": inside}
    text = files["postgres-pgbackrest"]["pgbackrest.conf"]
    (folder / "standby.conf").write_text(in_folder(text, inside, without=("tls-",), places=places))
    env = {"PGBACKREST_CONFIG": f"{inside}/standby.conf"}
    script = files["postgres-scripts"]["copy-member.sh"]
    copied = system.run("sh", "-c", script, user="postgres", env=env)
    assert copied.returncode == 0, copied.stdout
    standby = ("postgres", "-D", f"{inside}/pgdata/pg18", "-p", str(port))
    with system.running(*standby, user="postgres", env=env) as log:
        wait_until_ready(system, port, log)
        assert ask(system, port, "SELECT pg_is_in_recovery(), count(*) FROM kept") == "t|1000"
    assert (folder / "pgdata/pg18/pg_wal").readlink() == Path(f"{inside}/pgwal/pg18")
    assert (folder / "pgwal/left/000000010000000000000001").exists()
