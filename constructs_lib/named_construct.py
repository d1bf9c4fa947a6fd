"""Constructs whose ids name their objects."""

from __future__ import annotations

from typing import Self

from constructs import Construct

from constructs_lib import scopes
from constructs_lib.argument_types import type_problems, types_of_arguments
from constructs_lib.callers import caller
from constructs_lib.errors import AllProblems, ConfigurationError
from constructs_lib.objects import Objects
from constructs_lib.rules import check_name
from constructs_lib.signatures import describe


class NamedConstruct(Construct):
    """A construct whose id names its objects.

    Args:
        scope: the chart, or a construct in it.
        id: a name, unique in its scope.

    Attributes:
        made_at: file and line of the program that makes it.

    Raises:
        ConfigurationError: the id is no name or not unique, or the scope is in no chart.
    """

    made_at: tuple[str, int]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        describe(cls)

    def __new__(cls, *scope_and_id: object, **settings: object) -> Self:
        """Reject arguments of other types, all of them in one error."""
        given = {**dict(zip(("scope", "id"), scope_and_id, strict=False)), **settings}
        with AllProblems() as problems:
            problems.extend(type_problems(cls, types_of_arguments(cls), given))
        construct = super().__new__(cls)
        construct.made_at = caller()
        return construct

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
