"""Detection of secrets in plain text: names of variables and shapes of values, by heuristics."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Self

from constructs_lib.errors import reject

# The prefix of the annotations with the digests of texts that are said to be public.
PUBLIC = "public/"

_NAME = re.compile(
    r"(PASSWORD|PASSWD|PASSPHRASE|(^|_|REQUIRE)PASS|_PWD|SECRET|TOKEN|CREDENTIALS?"
    r"|MASTERAUTH|BASIC_AUTH|HTPASSWD|AUTHORIZATION"
    r"|(API|ACCESS|PRIVATE|SECRET|SIGNING|ENCRYPTION|AUTH|MASTER|JWT|HMAC|SSH)_?KEY)(_BASE)?$",
    re.IGNORECASE,
)
# What bundlers put into the files that browsers load.
_FOR_BROWSERS = re.compile(
    r"(NEXT_PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|PUBLIC|VITE|REACT_APP|GATSBY)_", re.ASCII
)
# A reference in a shell, a template or code: $(A), ${A}, {a}, {{ a }}, #{ENV['A']}, <%= a %>, %A%.
_PLACEHOLDER = (
    r"(?:\$\([^)]*\)|(?:\$__file|[$#])?\{[^@]*\}|<[^>@]*>|\[[^\]@]*\]"
    r"|\$[A-Z_][A-Z0-9_]*\b|%[A-Za-z_]+%|\*+(?!\w))"
)
_HARMLESS = re.compile(
    rf"\s*(?:(?:Basic|Bearer)\s)?(true|false|yes|no|on|off|none|null|~|[-+]?[\d_.,]+[smhd]?|(/[\w.-]+){{2,}}/?|X-[A-Za-z-]+"
    # Where to read it: a file, a variable, an entry of a vault.
    r"|(?:file:/|(?:env|op)://|vault:[\w-]+/|arn:aws:(?:secretsmanager|ssm):)[^\s@]+"
    rf"|{_PLACEHOLDER})?\s*",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
# One by one, since each begins with what Python finds fast; joined they take eight times as long.
_SHAPES = tuple(
    (seen, re.compile(shape, re.ASCII))
    for seen, shape in (
        ("a password in a URL", rf"://[^/\s:@]*:(?!{_PLACEHOLDER})[^/\s@]+@"),
        ("a private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
        (
            "a key of GitHub, GitLab, Slack, Stripe, Google or AWS, or a signed token",
            (
                r"\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{22}|\bglpat-[\w-]{20}"
                r"|\bxox[abps]-[\w-]{10}|\b[rs]k_live_[A-Za-z0-9]{16}|\bAIza[\w-]{35}|\bAKIA[A-Z0-9]{16}\b"
                r"|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"
            ),
        ),
        (
            "the address of a webhook, with which anybody may write",
            (
                r"://hooks\.slack\.com/services/\w+/\w+/\w{16}"
                r"|://discord(?:app)?\.com/api/webhooks/\d+/[\w-]{16}"
            ),
        ),
        (
            # One that is nothing else, as in 'host=db password=…'.
            "a password in a connection string",
            (
                r"\A\s*(\w+(?: \w+)?=[^;\s]*[;\s]+)*(?i:password|pwd)="
                rf"(?!{_PLACEHOLDER})[^;\s]"
            ),
        ),
    )
)

# Files whose lines give names their values, unlike those of programs.
_SETTINGS = re.compile(
    r"(.*\.)?(env|ini|conf|cnf|cfg|config|ya?ml|json|properties|toml)", re.IGNORECASE
)
_ASSIGNMENT = re.compile(
    r"""(?:^|[\s{,;])(?:export\s)?["']?([A-Za-z_][\w.-]*)["']?[ \t]*(?:=>|[:=])[ \t]*"""
    r"""("[^"\n]*"|'[^'\n]*'|(?:\$[A-Za-z_]*\{[^}\n]*\}|[^\s,;{}\[\]"'])+)""",
    re.ASCII,
)
_OPTION = re.compile(r"--?([A-Za-z][\w-]*)(?:=(.*))?", re.ASCII | re.DOTALL)
# What a shell gives a name; a value with a reference in it is made when the script runs.
_SCRIPT = re.compile(r"(.*\.(ba)?sh)")
_GIVEN = re.compile(
    r"""(?:^|[\s;&|(])(?:([A-Za-z_]\w*)=|--([A-Za-z][\w-]*)(?:=|[ \t]+(?!-)))"""
    r"""("[^"$`\n]*"|'[^'\n]*'|[^\s;&|)"'$`]*)(?=[\s;&|)]|$)""",
    re.ASCII | re.MULTILINE,
)
# Programs whose option of a password has one letter.
_SHORT = re.compile(
    r"""\b(?:(?:curl|wget)\s(?:[^\n;|&]*\s)?(?:-u|--user)[\s=]*["']?[^\s:"'$`@]+:["']?"""
    r"""|(?:redis|valkey)-cli\s(?:[^\n;|&]*\s)?-a\s*["']?"""
    r"""|(?:mysql\w*|mariadb[\w-]*)\s(?:[^\n;|&]*\s)?-p["']?|sshpass\s+-p\s*["']?)[^\s"'$`{<]""",
    re.ASCII,
)


class Public(str):
    """A text that looks like a secret, and that everybody may read.

    In place of the text itself, among variables, arguments and files:
    ``env={"CSRF_TOKEN": Public("X-Shop-Csrf")}``. `constructs_lib.testing.check` honours it.

    Args:
        text: as it is.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Return the text, which is known to be public."""
        return super().__new__(cls, text)


def names_a_secret(name: str) -> bool:
    """Tell whether a variable of this name would hold a secret."""
    return _NAME.search(name) is not None and _FOR_BROWSERS.match(name) is None


def secret_in(text: str, *, name: str = "", public: Iterable[str] = ()) -> str | None:
    """Return what of a text looks like a secret, and in which line; None if nothing does.

    Args:
        text: in plain text.
        name: of the variable that it is in; empty for none.
        public: the digests of texts that are said to be public.
    """
    if _is_public(text, public):
        return None
    if _is_named_a_secret(name, text):
        return "a value of a variable with the name of a secret"
    for seen, shape in _SHAPES:
        found = shape.search(text)
        if found and not (_FOR_BROWSERS.match(name) and found[0].startswith("AIza")):
            line = text.count("\n", 0, found.end()) + 1
            return f"{seen} in line {line}" if "\n" in text.strip() else seen
    return None


def secret_setting_in(text: str, *, file: str, public: Iterable[str] = ()) -> str | None:
    """Return which setting of a file of this name is a secret by its name; None if none is."""
    if _SCRIPT.fullmatch(file):
        return secret_in_script(text, public=public)
    if not _SETTINGS.fullmatch(file) or _is_public(text, public):
        return None
    for found in _ASSIGNMENT.finditer(text):
        name = found[1].rpartition(".")[2].replace("-", "_")
        if _is_named_a_secret(name, found[2].strip("\"'")):
            line = text.count("\n", 0, found.start(1)) + 1
            return f"a value of {found[1]} in line {line}"
    return None


def secret_in_script(text: str, *, public: Iterable[str] = ()) -> str | None:
    """Return which secret a script of a shell gives to somebody; None if it gives none."""
    if _is_public(text, public):
        return None
    for found in _GIVEN.finditer(text):
        name = found[1] or found[2]
        if _is_named_a_secret(name.replace("-", "_"), found[3].strip("\"'")):
            return f"a value of {name}"
    return "a password of a program" if _SHORT.search(text) else None


def secret_option_in(words: Sequence[str], *, public: Iterable[str] = ()) -> str | None:
    """Return which option of a command has a secret by its name; None if none has."""
    waiting = ""
    for word in words:
        option = _OPTION.fullmatch(word)
        name, value = (option[1], option[2]) if option else (waiting, word)
        waiting = name if option and value is None else ""
        secret = value is not None and _is_named_a_secret(name.replace("-", "_"), value)
        if secret and not _is_public(word, public):
            return f"a value of --{name}"
        if seen := secret_in_script(word, public=public):
            return seen
    shown = " ".join(word for word in words if not _is_public(word, public))
    return "a password of a program" if _SHORT.search(shown) else None


def _is_public(text: str, public: Iterable[str]) -> bool:
    return isinstance(text, Public) or digest_of(text) in set(public)


def _is_named_a_secret(name: str, value: str) -> bool:
    return names_a_secret(name) and not _HARMLESS.fullmatch(value)


def check_no_secret(
    field: str,
    text: str,
    *,
    name: str = "",
    file: str = "",
    instead: str = "keep it in a Secret, and refer to that",
) -> None:
    """Refuse text that seems to contain a secret, without repeating it.

    Args:
        field: of the text.
        text: in plain text.
        name: of the variable that it is in; empty for none.
        file: the name of the file that it is; empty for none.
        instead: what would work.
    """
    _reject_seen(field, secret_in(text, name=name) or secret_setting_in(text, file=file), instead)


def check_no_secret_in_words(field: str, words: Sequence[str]) -> None:
    """Refuse a command that seems to contain a secret, which lists of processes would show."""
    instead = "keep it in a Secret, read from a file, SecretFiles(…), or a variable, SecretEnv(…)"
    for word in words:
        check_no_secret(field, word, instead=instead)
    _reject_seen(field, secret_option_in(words), instead)


def _reject_seen(field: str, seen: str | None, instead: str) -> None:
    if seen:
        works = f"{instead}: there is {seen}; Public(…) where everybody may read it"
        reject(field, "(hidden)", works)


def public_texts(name: str, texts: Iterable[str]) -> Mapping[str, str]:
    """Return the annotation that names the texts which are public, for whoever checks manifests.

    Args:
        name: of what holds them, such as a container.
        texts: some of which may be public.
    """
    digests = sorted(digest_of(text) for text in texts if isinstance(text, Public))
    return {f"{PUBLIC}{name}": " ".join(digests)} if digests else {}


def digest_of(text: str) -> str:
    """Return a digest of a text."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]
