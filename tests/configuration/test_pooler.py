"""A client of the pooler gets its answer in time, or is told that there is none."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.configuration.programs.debian import Debian
from tests.configuration.programs.pooler import pooler
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.postgresql import Files, ask, own_parameters, server


@pytest.mark.mission("B107")
def test_a_statement_is_given_up_unless_its_transaction_says_otherwise(
    system: Debian, folder: Path, certificate: Path, owned: Path, files: Files
) -> None:
    assert certificate.parent == owned
    port = free_port()
    parameters = own_parameters(system, folder, files) | {"shared_buffers": "128MB"}
    with server(system, folder, parameters) as (_, primary):
        ask(system, primary, "CREATE ROLE shop LOGIN")

        def answer(*statements: str) -> str:
            url = f"postgres://shop:secret@127.0.0.1:{port}/postgres?sslmode=require"
            asked = (word for statement in statements for word in ("-c", statement))
            return system.run("psql", "-XAtq", url, *asked).stdout.strip()

        with pooler(
            *(system, folder, files),
            port=port,
            primary=primary,
            password="secret",
            places={"= ''20s''": "= ''1s''"},
        ) as log:
            for _ in range(50):
                if answer("SHOW statement_timeout") == "1s":
                    break
                time.sleep(0.2)
            else:
                pytest.fail(log.read_text())
            assert "canceling statement due to statement timeout" in answer("SELECT pg_sleep(5)")
            longer = ("BEGIN", "SET LOCAL statement_timeout = 0", "SELECT pg_sleep(2), 'done'")
            assert answer(*longer, "COMMIT") == "|done"
            assert answer("SHOW statement_timeout") == "1s"
