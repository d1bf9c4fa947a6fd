"""The variables in which an application reads an endpoint, under its own names or those of ours."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from urllib.parse import quote

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.secrets import SecretRef
from constructs_lib.pods.container import Container
from constructs_lib.pods.csi_secrets import mounted
from constructs_lib.pods.secrets import SecretEnv, SecretFiles, SecretMount
from constructs_lib.values import Value

_PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")
_FILE = "_file"
# What placeholders call the keys that an endpoint usually has.
_USUAL = {"username": "username", "password": "password", "ca": "ca.crt"}
# What needs no escape, wherever it is in a URL.
_OF_URLS = "/:,"


class EndpointVariables(Value):
    """The variables of an endpoint, as templates.

    Args:
        kind: of the endpoint, such as ``DatabaseEndpoint``.
        argument: of the workload that gives it.
        name: the prefix of variables of ours, and the folder of its files.
        templates: by variable.
        values: of placeholders that are no secret.
        secret: of the others; None for an endpoint without one.
    """

    kind: str
    argument: str
    name: str
    templates: Mapping[str, str]
    values: Mapping[str, str]
    secret: SecretRef | None

    def given_to(self, container: Container) -> Container:
        """Return the container with them, and with the files that they name."""
        container.check_left_to(self.argument, self.templates)
        secret_env = {
            variable: key
            for variable, template in self.templates.items()
            if (placeholder := _PLACEHOLDER.fullmatch(template))
            and (key := self._key(placeholder[1]))
        }
        env: dict[str, str] = {}
        for variable, template in self.templates.items():
            if variable not in secret_env:
                env[variable] = self._filled(template, secret_env)
        asked = {name for text in self.templates.values() for name in _PLACEHOLDER.findall(text)}
        named = {self._key(name.removesuffix(_FILE)) for name in asked if name.endswith(_FILE)}
        return container.with_defaults(
            env=env,
            secret_env=[
                SecretEnv(name=variable, secret=self._secret, key=key)
                for variable, key in secret_env.items()
            ],
            volumes=[self._files(named)] if named else [],
        )

    def _files(self, named: Collection[str | None]) -> SecretMount:
        """Return the files that are named; those of a driver come together."""
        keys = tuple(key for key in self._secret.keys if key in named)
        files = mounted(self._secret, self._directory)
        if keys == self._secret.keys or not isinstance(files, SecretFiles):
            return files
        return replace(files, keys=keys)

    @property
    def _secret(self) -> SecretRef:
        if self.secret is None:
            raise ConfigurationError(f"{self.kind}.secret", None, "give it, or ask for no secret")
        return self.secret

    @property
    def _directory(self) -> str:
        return f"/run/secrets/{self.name}"

    def _key(self, placeholder: str) -> str | None:
        """Return the key of the Secret that a placeholder means; None for one that means none."""
        if placeholder in self.values:
            return None
        keys = self.secret.keys if self.secret else ()
        by_name = {re.sub("[^a-z0-9]", "_", key.lower()): key for key in keys}
        if placeholder in by_name:
            return by_name[placeholder]
        usual = _USUAL.get(placeholder)
        if usual is not None and usual not in self._secret.keys:
            raise ConfigurationError(f"{self.kind}.secret", self._secret.keys, f"include {usual!r}")
        return usual

    def _filled(self, template: str, secret_env: dict[str, str]) -> str:
        """Return a text with its values; secrets are variables of their own, which it refers to."""

        def value(placeholder: re.Match[str]) -> str:
            name = placeholder[1]
            if name in self.values:
                plain = self.values[name]
                return quote(plain, safe=_OF_URLS) if "://" in template else plain
            file = self._key(name.removesuffix(_FILE)) if name.endswith(_FILE) else None
            if file is not None:
                return f"{self._directory}/{file}"
            key = self._key(name)
            if key is None:
                raise ConfigurationError(
                    f"{self.kind}.variables",
                    template,
                    f"use {', '.join(f'{{{each}}}' for each in self.values)}, or a key of its "
                    "Secret such as {password}, or {password_file}",
                )
            own = next((variable for variable, of in secret_env.items() if of == key), None)
            if own is None:
                own = re.sub("[^A-Z0-9]", "_", f"{self.name}_{name}".upper())
                secret_env[own] = key
            return f"$({own})"

        return _PLACEHOLDER.sub(value, template)
