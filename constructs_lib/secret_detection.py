"""Detection of secrets in plain text: names of variables and shapes of values, by heuristics."""

from __future__ import annotations

import re

from constructs_lib.errors import ConfigurationError

_NAME = re.compile(
    r"(PASSWORD|PASSWD|PASSPHRASE|(^|_)PASS|_PWD|SECRET|TOKEN|CREDENTIALS?"
    r"|(API|ACCESS|PRIVATE|SECRET|SIGNING|ENCRYPTION|AUTH|MASTER|JWT|HMAC|SSH)_?KEY)(_BASE)?$",
    re.IGNORECASE,
)
# One by one, since each begins with what Python finds fast; joined they take eight times as long.
_SHAPES = tuple(
    re.compile(shape, re.ASCII)
    for shape in (
        # A password in a URL; a reference to another variable, as in //web:$(PASSWORD)@db, is none.
        r"://[^/\s:@]*:[^/\s@$][^/\s@]*@",
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
        # What GitHub, GitLab, Slack, Stripe, Google and AWS begin theirs with, and a signed token.
        (
            r"\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{22}|\bglpat-[\w-]{20}"
            r"|\bxox[abps]-[\w-]{10}|\b[rs]k_live_[A-Za-z0-9]{16}|\bAIza[\w-]{35}|\bAKIA[A-Z0-9]{16}\b"
            r"|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"
        ),
        # A password in a connection string that is nothing else, as in 'host=db password=…'.
        r"\A\s*(\w+(?: \w+)?=[^;\s]*[;\s]+)*(?i:password|pwd)=[^;\s$]",
    )
)


def names_a_secret(name: str) -> bool:
    """Tell whether a variable of this name would hold a secret."""
    return _NAME.search(name) is not None


def holds_a_secret(text: str) -> bool:
    """Tell whether a text contains something that looks like a secret."""
    return any(shape.search(text) for shape in _SHAPES)


def check_no_secret(field: str, text: str) -> None:
    """Refuse text that seems to contain a secret, without repeating it."""
    if holds_a_secret(text):
        raise ConfigurationError(
            field, "(hidden)", "keep the secret that is in it in a Secret, and refer to that"
        )
