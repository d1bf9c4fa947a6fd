"""An authority that signs certificates, in place of cert-manager."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30")


@dataclass(frozen=True, kw_only=True, slots=True)
class Authority:
    """An authority.

    Args:
        folder: of its key, its certificate (`ca.crt`) and what it signed, a folder each.
    """

    folder: Path

    def signed(self, certificate: Mapping[str, Any]) -> Path:
        """Return the folder with `tls.crt`, `tls.key` and `ca.crt`, which are made once.

        Args:
            certificate: the `spec` of a Certificate; names and Secret count.
        """
        folder = self.folder / str(certificate["secretName"])
        if (folder / "ca.crt").exists():
            return folder
        self._make()
        folder.mkdir(exist_ok=True)
        names = certificate["dnsNames"]
        _openssl(
            *("-CA", str(self.folder / "ca.crt"), "-CAkey", str(self.folder / "ca.key")),
            *("-subj", f"/CN={certificate.get('commonName', names[0])}"),
            *("-addext", f"subjectAltName={','.join(f'DNS:{name}' for name in names)}"),
            *("-addext", "basicConstraints=critical,CA:FALSE"),
            *("-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.crt")),
        )
        (folder / "ca.crt").write_text((self.folder / "ca.crt").read_text())
        return folder

    def _make(self) -> None:
        if (self.folder / "ca.crt").exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        _openssl(
            *("-subj", "/CN=shop-ca"),
            *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
            *("-keyout", str(self.folder / "ca.key"), "-out", str(self.folder / "ca.crt")),
        )


def _openssl(*arguments: str) -> None:
    subprocess.run(("openssl", "req", "-x509", *_KEY, *arguments), check=True, capture_output=True)
