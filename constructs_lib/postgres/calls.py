"""Who calls whom in and around a cluster."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.facts.network import Call, End, Peer
from constructs_lib.postgres.ports import BACKUP, PATRONI, POSTGRES


def calls(
    members: Peer, *, poolers: Sequence[Peer], jobs: Peer, repositories: Sequence[End]
) -> tuple[Call, ...]:
    """Return the calls, but for those to the API server and those of clients."""
    ports = {
        members.name: (members, (POSTGRES, PATRONI)),
        **{pooler.name: (pooler, (POSTGRES, PATRONI)) for pooler in poolers},
        jobs.name: (jobs, (POSTGRES, BACKUP)),
    }
    return (
        *(
            Call(source=source, target=members, port=port.name)
            for source, called in ports.values()
            for port in called
        ),
        *(
            Call(source=source, target=repository, port=port.name)
            for source in (members, jobs)
            for repository in repositories
            for port in repository.ports
        ),
    )
