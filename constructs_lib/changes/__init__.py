"""What a change of manifests does, before anybody applies it: offline, from the manifests alone.

`changes` compares two trees, and its value tells for each object what an apply does with it and
what that means. The command is ``constructs-lib changes``.
"""

from constructs_lib.changes.report import Change, Changes, changes
from constructs_lib.changes.verdicts import (
    Certainty,
    Deploys,
    FieldChange,
    Finding,
    Outcome,
    Verdict,
)

__all__ = [
    "Certainty",
    "Change",
    "Changes",
    "Deploys",
    "FieldChange",
    "Finding",
    "Outcome",
    "Verdict",
    "changes",
]
