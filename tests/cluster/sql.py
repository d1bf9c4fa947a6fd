"""Statements to a member of the database, from inside of it."""

from __future__ import annotations

from tests.cluster.kubectl import kubectl


def psql(pod: str, namespace: str, statement: str) -> str:
    """Return what it answers, unaligned."""
    return kubectl(
        *("exec", pod, "-n", namespace, "-c", "postgres", "--"),
        *("psql", "-h", "/var/run/postgresql", "-U", "postgres", "-d", "shop", "-Atc", statement),
    )
