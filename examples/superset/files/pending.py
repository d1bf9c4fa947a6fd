"""Exits with 1 while a migration of this image is pending, and with 0 otherwise."""

import sys

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from superset.app import create_app
from superset.extensions import db

with create_app().app_context(), db.engine.connect() as connection:
    script = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    applied = set(MigrationContext.configure(connection).get_current_heads())
ours = {revision.revision for revision in script.walk_revisions()}
sys.exit(applied <= ours and applied != set(script.get_heads()))
