"""Checks for manifests, of this library and of repositories that use it.

`find` and `find_all` look up objects, `check` holds a whole platform to the
invariants, `schema_problems` to the schemas of Kubernetes, and `reachability`
tells who can connect to whom. The fixture ``manifest`` compares with a snapshot.
"""

from constructs_lib.manifests.connections import Connection
from constructs_lib.manifests.finders import find, find_all
from constructs_lib.manifests.network_policies import DNS, Pods
from constructs_lib.manifests.reachability import can_reach, reachability
from constructs_lib.manifests.sources import manifests
from constructs_lib.testing.checks import Problem, check, problems
from constructs_lib.testing.schemas import schema_problems

__all__ = [
    "DNS",
    "Connection",
    "Pods",
    "Problem",
    "can_reach",
    "check",
    "find",
    "find_all",
    "manifests",
    "problems",
    "reachability",
    "schema_problems",
]
