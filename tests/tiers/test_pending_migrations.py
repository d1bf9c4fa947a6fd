"""The check of examples/jobs lets old and new pods start, with the real Alembic and SQLite."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "jobs" / "pending.py"
MIGRATIONS: dict[str, dict[str, tuple[str | None, str]]] = {
    "one": {"a": (None, "CREATE TABLE orders (id INTEGER)")},
    "two": {
        "a": (None, "CREATE TABLE orders (id INTEGER)"),
        "b": ("a", "ALTER TABLE orders ADD COLUMN item TEXT"),
        "c": ("b", "ALTER TABLE orders ADD COLUMN quantity INTEGER"),
    },
}
ENVIRONMENT = """
import os
from alembic import context
from sqlalchemy import create_engine
with create_engine(os.environ["DATABASE_URL"]).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
Run = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a program in the image of a version, and return what it exits with."""
    for version, migrations in MIGRATIONS.items():
        (tmp_path / version / "versions").mkdir(parents=True)
        (tmp_path / version / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
        (tmp_path / version / "env.py").write_text(ENVIRONMENT)
        for name, (before, statement) in migrations.items():
            (tmp_path / version / "versions" / f"{name}.py").write_text(
                f"from alembic import op\nrevision, down_revision = {name!r}, {before!r}\n"
                f"def upgrade(): op.execute({statement!r})\n"
            )

    def in_image(version: str, *words: str) -> int:
        return subprocess.run(  # noqa: S603 - the words of this file
            [sys.executable, *words],
            cwd=tmp_path / version,
            env={**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'database'}"},
            capture_output=True,
            check=False,
        ).returncode

    return in_image


def test_only_migrations_of_its_own_image_keep_a_pod_waiting(run: Run) -> None:
    def waits(version: str) -> bool:
        return {0: False, 1: True}[run(version, str(EXAMPLE))]

    def migrate(version: str, to: str = "head") -> int:
        return run(version, "-m", "alembic", "upgrade", to)

    assert waits("one")
    assert migrate("one") == 0
    assert not waits("one")
    # The next version comes: its pods wait, and those of the old one go on starting.
    assert waits("two")
    assert not waits("one")
    # Its migrations fail on the way.
    assert migrate("two", "b") == 0
    assert waits("two")
    assert not waits("one")
    assert migrate("two") == 0
    assert not waits("two")
    # Restarted, scaled, or rolled back to.
    assert not waits("one")


def test_what_alembic_has_of_its_own_keeps_old_pods_waiting(run: Run) -> None:
    assert run("two", "-m", "alembic", "upgrade", "head") == 0
    assert run("two", "-m", "alembic", "current", "--check-heads") == 0
    assert run("one", "-m", "alembic", "current", "--check-heads") != 0
    assert run("one", "-m", "alembic", "upgrade", "head") != 0


def test_the_check_changes_nothing(run: Run, tmp_path: Path) -> None:
    assert run("one", "-m", "alembic", "upgrade", "head") == 0
    before = (tmp_path / "database").read_bytes()
    assert run("two", str(EXAMPLE)) == 1
    assert (tmp_path / "database").read_bytes() == before


def test_a_database_that_does_not_answer_keeps_pods_waiting(run: Run, tmp_path: Path) -> None:
    (tmp_path / "database").mkdir()
    assert run("one", str(EXAMPLE)) == 1
