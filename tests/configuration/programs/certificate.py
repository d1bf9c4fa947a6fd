"""A certificate that its own authority signed."""

from __future__ import annotations

import subprocess
from pathlib import Path


def sign(folder: Path) -> None:
    """Write a new certificate, its key and its authority to a folder."""
    subprocess.run(
        (
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=postgres"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.crt")),
        ),
        check=True,
        capture_output=True,
    )
    (folder / "ca.crt").write_text((folder / "tls.crt").read_text())


def served(port: int, *options: str) -> str:
    """Return the certificate that a server shows; empty while it shows none."""
    return (
        subprocess.run(
            ("openssl", "s_client", "-connect", f"127.0.0.1:{port}", *options),
            check=False,
            input="",
            capture_output=True,
            text=True,
            timeout=10,
        )
        .stdout.partition("-----END CERTIFICATE-----")[0]
        .partition("-----BEGIN CERTIFICATE-----")[2]
    )
