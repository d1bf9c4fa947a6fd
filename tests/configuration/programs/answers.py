"""Answers of a server over HTTP, once they say what is waited for."""

from __future__ import annotations

import re
import ssl
import time
import urllib.error
import urllib.request


def answer(url: str, says: str, *, patience: float = 90, tls: ssl.SSLContext | None = None) -> str:
    """Return the answer that a pattern is found in.

    Args:
        url: where.
        says: the pattern.
        patience: how many seconds to wait for it.
        tls: whom to trust.
    """
    deadline = time.monotonic() + patience
    text = ""
    while time.monotonic() < deadline:
        try:
            text = _read(url, tls)
        except OSError:
            pass
        else:
            if re.search(says, text, re.MULTILINE):
                return text
        time.sleep(0.5)
    raise TimeoutError(f"{url} does not say {says!r} but {text[-3000:]}")


def _read(url: str, tls: ssl.SSLContext | None) -> str:
    try:
        with urllib.request.urlopen(url, timeout=10, context=tls) as response:
            return str(response.read().decode())
    except urllib.error.HTTPError as error:
        return error.read().decode()
