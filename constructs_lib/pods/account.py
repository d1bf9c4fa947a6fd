"""Whose ServiceAccount a pod has: its own, or one that is there already."""

from __future__ import annotations

from constructs_lib.errors import reject
from constructs_lib.rules import check_subdomain
from constructs_lib.values import Value


class OwnAccount(Value):
    """An account with the name of the workload, which is made with it."""


class ExistingAccount(Value):
    """A ServiceAccount that is there already, such as one that another team gave a role at a cloud.

    Its rights, annotations and pull secrets are said where it is made.
    `constructs_lib.testing.check` is told of it: ``given=["ServiceAccount/shop/reports"]``.

    Args:
        name: of it, in the namespace of the workload.

    Raises:
        ConfigurationError: what is no name.
    """

    name: str

    def __post_init__(self) -> None:
        check_subdomain("ExistingAccount.name", self.name)


def check_account(field: str, account: OwnAccount | ExistingAccount, *said: object) -> None:
    """Refuse what is said of an account that is made elsewhere."""
    if isinstance(account, ExistingAccount) and any(said):
        reject(field, account.name, "say permissions and annotations where that account is made")
