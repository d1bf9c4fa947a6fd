"""Authorities that sign certificates, in place of cert-manager."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30")
_USAGES = {"client auth": "clientAuth", "server auth": "serverAuth"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Authority:
    """The authority of the platform, and those that sign for one party alone.

    Args:
        folder: of its key, its certificate (`ca.crt`) and what it signed, a folder each.
    """

    folder: Path

    def named(self, issuer: Mapping[str, Any]) -> Authority:
        """Return the authority that a Certificate names as its issuer."""
        if issuer["kind"] == "ClusterIssuer":
            return self
        return Authority(folder=self.folder / issuer["name"])

    def signed(self, certificate: Mapping[str, Any]) -> Path:
        """Return the folder with `tls.crt`, `tls.key` and `ca.crt`, which are made once.

        Args:
            certificate: the `spec` of a Certificate; names, usages and Secret count.
        """
        folder = self.folder / str(certificate["secretName"])
        if (folder / "ca.crt").exists():
            return folder
        self._make()
        folder.mkdir(exist_ok=True)
        names = certificate.get("dnsNames", [])
        usages = [_USAGES[each] for each in certificate.get("usages", []) if each in _USAGES]
        _openssl(
            *("-CA", str(self.folder / "ca.crt"), "-CAkey", str(self.folder / "ca.key")),
            *("-subj", f"/CN={certificate.get('commonName') or names[0]}"),
            *_extension("subjectAltName", [f"DNS:{name}" for name in names]),
            *_extension("extendedKeyUsage", usages),
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
            *("-subj", f"/CN={self.folder.name}"),
            *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
            *("-keyout", str(self.folder / "ca.key"), "-out", str(self.folder / "ca.crt")),
        )


def _extension(name: str, values: Sequence[str]) -> tuple[str, ...]:
    return ("-addext", f"{name}={','.join(values)}") if values else ()


def _openssl(*arguments: str) -> None:
    subprocess.run(("openssl", "req", "-x509", *_KEY, *arguments), check=True, capture_output=True)
