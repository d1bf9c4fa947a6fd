"""The facts of Grafana, known before it is created, since it reads the facts of all."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.facts.endpoints import DatabaseUse
from constructs_lib.facts.logs import LogFormat, PodLogs
from constructs_lib.facts.network import Call, Peer
from constructs_lib.facts.published import Facts
from constructs_lib.labels import Identity
from constructs_lib.observability.context import StackContext
from constructs_lib.observability.grafana.pod import HTTP
from constructs_lib.observability.grafana.settings import Dashboards
from constructs_lib.observability.part import identity_of


def grafana_identity(context: StackContext) -> Identity:
    """Return the identity of Grafana."""
    return identity_of("grafana", context.monitoring, component="grafana")


def grafana_facts(context: StackContext, settings: Dashboards) -> Facts:
    """Return the facts that follow from the settings.

    Args:
        context: shared by all parts.
        settings: of the user.
    """
    peer = context.peer(grafana_identity(context), [HTTP, *settings.storage.ports])
    database = settings.storage.database
    return Facts(
        peers=(peer,),
        calls=tuple(_calls(peer, settings)),
        databases=(DatabaseUse(client=peer, endpoint=database),) if database else (),
        logs=(PodLogs(peer=peer, format=LogFormat.JSON),),
    )


def _calls(peer: Peer, settings: Dashboards) -> Iterator[Call]:
    yield from settings.storage.calls_by(peer)
    for source in settings.own_sources:
        yield from source.calls_by(peer)
    if settings.sign_on:
        yield from settings.sign_on.calls_by(peer)
    if settings.host:
        yield Call(source=settings.host.renderer.controller, target=peer, port=HTTP.name)
