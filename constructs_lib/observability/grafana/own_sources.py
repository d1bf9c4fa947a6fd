"""Data sources that a program brings along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from constructs_lib.errors import reject
from constructs_lib.facts.network import Call, End, Peer, check_has_port
from constructs_lib.facts.secrets import SecretRef, check_keys
from constructs_lib.pods.secrets import SecretFiles
from constructs_lib.rules import check_name, check_text
from constructs_lib.secret_detection import check_no_secret
from constructs_lib.values import Value

_RESERVED = ("prometheus", "alertmanager", "elasticsearch")


class DataSource(Value):
    """A data source of Grafana beside those of the stack, such as Loki, Tempo or a database.

    Args:
        name: of the data source, which is its uid too.
        kind: the name of its plugin, such as ``loki``, ``tempo`` or ``postgres``.
        url: of its API, as its plugin asks for it.
        target: the addresses of the URL, which the network policy lets Grafana call.
        settings: the ``jsonData`` of its plugin.
        secret: with the keys that ``secure`` names; None for none.
        secure: the ``secureJsonData`` of its plugin: fields to keys of the Secret, such as
            ``{"basicAuthPassword": "password"}``.
        user: that it logs in as, where its plugin asks for one; None for none.

    Raises:
        ConfigurationError: a name of the stack's own, a target without a port, or a key that the
            Secret is not said to have.
    """

    name: str
    kind: str
    url: str
    target: End
    settings: Mapping[str, Any] = field(default_factory=dict)
    secret: SecretRef | None = None
    secure: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None

    def __post_init__(self) -> None:
        check_name("DataSource.name", self.name)
        if self.name in _RESERVED:
            reject("DataSource.name", self.name, "choose another: the stack has one of this name")
        check_text("DataSource.kind", self.kind)
        check_text("DataSource.url", self.url)
        if self.user is not None:
            check_text("DataSource.user", self.user)
        check_text("DataSource.secure", "".join(self.secure))
        check_has_port("DataSource.target", self.target)
        if self.secure and self.secret is None:
            reject("DataSource.secret", None, "name the Secret with the keys of `secure`")
        if self.secret is not None:
            check_keys("DataSource.secret", self.secret, *self.secure.values())
        for name, value in self.settings.items():
            if isinstance(value, str):
                check_no_secret(f"DataSource.settings[{name!r}]", value, name=name)

    @property
    def _directory(self) -> str:
        # Of the Secret, which several may share.
        return f"/etc/grafana/sources/{self.secret.name if self.secret else ''}"

    @property
    def files(self) -> list[SecretFiles]:
        """The mounted Secret, if there is one."""
        return [SecretFiles(secret=self.secret, mount_path=self._directory)] if self.secret else []

    def calls_by(self, source: Peer) -> list[Call]:
        """Return the calls of Grafana."""
        return [Call(source=source, target=self.target, port=p.name) for p in self.target.ports]

    def provisioned(self) -> dict[str, Any]:
        """Return its entry in the provisioning file."""
        user: dict[str, Any] = {}
        if self.user is not None and "basicAuthPassword" in self.secure:
            user = {"basicAuth": True, "basicAuthUser": self.user}
        elif self.user is not None:
            user = {"user": self.user}
        by_file = {name: f"$__file{{{self._directory}/{key}}}" for name, key in self.secure.items()}
        return {
            "name": self.name,
            "uid": self.name,
            "type": self.kind,
            "access": "proxy",
            "url": self.url,
            "editable": False,
            **user,
            "jsonData": dict(self.settings),
            "secureJsonData": by_file,
        }
