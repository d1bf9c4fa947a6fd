"""An authority that signs certificates, as cert-manager would do for the platform."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30")


@dataclass(frozen=True, kw_only=True, slots=True)
class Authority:
    """An authority.

    Args:
        folder: of its key, its certificate (`ca.crt`) and what it signed, a folder each.
    """

    folder: Path

    def sign(self, name: str, dns_names: Sequence[str], *, common_name: str | None = None) -> Path:
        """Return the folder with `tls.crt`, `tls.key` and `ca.crt` of a new certificate.

        Args:
            name: of the folder.
            dns_names: the first is the common name, unless there is another.
            common_name: what the certificate calls its owner.
        """
        self._make()
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        _openssl(
            *("-CA", str(self.folder / "ca.crt"), "-CAkey", str(self.folder / "ca.key")),
            *("-subj", f"/CN={common_name or dns_names[0]}"),
            *("-addext", f"subjectAltName={','.join(f'DNS:{each}' for each in dns_names)}"),
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
