"""Exits with 1 while a migration of this image is pending, and with 0 otherwise.

A revision that the image does not have is of a newer one, whose migrations begin with all of ours.
"""

from __future__ import annotations

import sys

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

config = Config("alembic.ini")
script = ScriptDirectory.from_config(config)
ours = {revision.revision for revision in script.walk_revisions()}
applied: set[str] = set()


def look(heads: tuple[str, ...], _: object) -> list[object]:
    """Remember where the database is, and change nothing."""
    applied.update(heads)
    return []


with EnvironmentContext(config, script, fn=look, dont_mutate=True):
    script.run_env()
sys.exit(applied <= ours and applied != set(script.get_heads()))
