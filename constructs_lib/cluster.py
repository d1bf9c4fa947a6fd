"""What the cluster is like, read by whoever writes an address."""

from __future__ import annotations

from dataclasses import dataclass

import cdk8s
from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.rules import check_subdomain
from constructs_lib.scope_values import held_for, hold_for


@dataclass(frozen=True, kw_only=True, slots=True)
class Cluster:
    """The cluster that an app is for.

    Attach it before anything is made::

        Cluster(domain="k8s.example.net").attach(app)

    Args:
        domain: that the names of Services end in.

    Raises:
        ConfigurationError: a domain that is none.
    """

    domain: str = "cluster.local"

    def __post_init__(self) -> None:
        check_subdomain("Cluster.domain", self.domain)

    def attach(self, app: cdk8s.App) -> None:
        """Let the whole app be for this cluster."""
        if not isinstance(app, cdk8s.App):
            raise ConfigurationError(
                "scope of Cluster", type(app).__name__, "give the App: its charts are for one"
            )
        hold_for(app, self)

    @classmethod
    def of(cls, scope: Construct) -> Cluster:
        """Return the cluster that a construct is for: the usual one where the app says none."""
        return next(iter(held_for(scope, cls)), _USUAL)

    def dns_name(self, service: str, namespace: str) -> str:
        """Return the name under which a Service answers in the whole cluster."""
        return f"{service}.{namespace}.svc.{self.domain}"


_USUAL = Cluster()
