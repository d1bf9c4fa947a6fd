"""``constructs-lib changes``: tells what a change of manifests does."""

from constructs_lib.changes.command import HELP, configure

__all__ = ["HELP", "configure"]
