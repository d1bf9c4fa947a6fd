"""What PostgreSQL keeps of a password, which proves it and does not tell it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import stringprep
import unicodedata

# https://www.rfc-editor.org/rfc/rfc4013#section-2.3
PROHIBITED = tuple(
    getattr(stringprep, f"in_table_{table}")
    for table in ("a1", "c12", "c21_c22", "c3", "c4", "c5", "c6", "c7", "c8", "c9")
)


def prepared(password: str) -> bytes:
    """Return what clients and servers of PostgreSQL make of a password before they hash it.

    That is SASLprep (RFC 4013), and the password itself where SASLprep refuses it.
    """
    raw = password.encode("utf-8", "surrogateescape")
    if password.isascii():
        return raw
    mapped = "".join(
        " " if stringprep.in_table_c12(each) else each
        for each in password
        if stringprep.in_table_c12(each) or not stringprep.in_table_b1(each)
    )
    if not mapped or any(table(each) for table in PROHIBITED for each in mapped):
        return raw
    if any(map(stringprep.in_table_d1, mapped)) and (
        any(map(stringprep.in_table_d2, mapped))
        or not all(map(stringprep.in_table_d1, (mapped[0], mapped[-1])))
    ):
        return raw
    return unicodedata.normalize("NFKC", mapped).encode()


def verifier(password: str, salt: bytes, iterations: int) -> str:
    """Return what PostgreSQL keeps of a password: it proves it, and does not tell it (RFC 5803)."""
    salted = hashlib.pbkdf2_hmac("sha256", prepared(password), salt, iterations)
    client = hmac.digest(salted, b"Client Key", "sha256")
    keys = (salt, hashlib.sha256(client).digest(), hmac.digest(salted, b"Server Key", "sha256"))
    return "SCRAM-SHA-256${}:{}${}:{}".format(
        iterations, *(base64.b64encode(key).decode() for key in keys)
    )


def is_of(kept: str, password: str) -> bool:
    """Tell whether what PostgreSQL keeps is made of this password."""
    found = re.fullmatch(r"SCRAM-SHA-256\$(\d+):([^$]+)\$.+", kept)
    return found is not None and kept == verifier(
        password, base64.b64decode(found[2]), int(found[1])
    )
