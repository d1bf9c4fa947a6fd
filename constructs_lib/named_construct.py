"""Constructs whose ids name their objects."""

from __future__ import annotations

from typing import Any, Self

from constructs import Construct

from constructs_lib import scopes
from constructs_lib.errors import ConfigurationError
from constructs_lib.objects import Objects
from constructs_lib.rules import check_name
from constructs_lib.signatures import check_none, describe


class NamedConstruct(Construct):
    """A construct whose id names its objects.

    Args:
        scope: the chart, or a construct in it.
        id: a name, unique in its scope.

    Raises:
        ConfigurationError: the id is no name or not unique, or the scope is in no chart.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        describe(cls)

    def __new__(cls, *_: object, **settings: object) -> Self:
        """Refuse None for an argument that it does not mean anything for."""
        for name, value in settings.items():
            if value is None:
                check_none(f"{cls.__name__}.{name}", cls.__init__.__annotations__.get(name, Any))
        return super().__new__(cls)

    def __init__(self, scope: Construct, id: str) -> None:
        check_name("id", id)
        chart, app = scopes.chart_of(scope), scopes.app_of(scope)
        try:
            super().__init__(scope, id)
        except RuntimeError as error:
            raise ConfigurationError(
                "id", id, "there is one already in this scope; use another id"
            ) from error
        scopes.remember(self, chart, app)

    @property
    def objects(self) -> Objects:
        """All its objects, by kind and name."""
        return Objects(self)
