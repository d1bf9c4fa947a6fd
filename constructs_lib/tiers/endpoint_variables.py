"""The variables in which an application reads an endpoint, under its own names or those of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.secrets import SecretRef
from constructs_lib.pods.container import Container
from constructs_lib.pods.csi_secrets import mounted
from constructs_lib.pods.secrets import SecretEnv
from constructs_lib.values import Value

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_FILE = "_file"
# What a placeholder calls a key of a Secret.
_KEYS = {"ca": "ca.crt"}


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
            variable: self._key(placeholder[1])
            for variable, template in self.templates.items()
            if (placeholder := _PLACEHOLDER.fullmatch(template)) and self._is_secret(placeholder[1])
        }
        env: dict[str, str] = {}
        for variable, template in self.templates.items():
            if variable not in secret_env:
                env[variable] = self._filled(template, secret_env)
        asked = {name for text in self.templates.values() for name in _PLACEHOLDER.findall(text)}
        files = any(name.endswith(_FILE) for name in asked)
        return container.with_defaults(
            env=env,
            secret_env=[
                SecretEnv(name=variable, secret=self._secret, key=key)
                for variable, key in secret_env.items()
            ],
            volumes=[mounted(self._secret, self._directory)] if files else [],
        )

    @property
    def _secret(self) -> SecretRef:
        if self.secret is None:
            raise ConfigurationError(f"{self.kind}.secret", None, "give it, or ask for no secret")
        return self.secret

    @property
    def _directory(self) -> str:
        return f"/run/secrets/{self.name}"

    def _is_secret(self, placeholder: str) -> bool:
        return placeholder in {"username", "password"}

    def _key(self, placeholder: str) -> str:
        key = _KEYS.get(placeholder, placeholder)
        if key not in self._secret.keys:
            raise ConfigurationError(f"{self.kind}.secret", self._secret.keys, f"include {key!r}")
        return key

    def _filled(self, template: str, secret_env: dict[str, str]) -> str:
        """Return a text with its values; secrets are variables of their own, which it refers to."""

        def value(placeholder: re.Match[str]) -> str:
            name = placeholder[1]
            if name in self.values:
                return self.values[name]
            if name.endswith(_FILE):
                return f"{self._directory}/{self._key(name.removesuffix(_FILE))}"
            if not self._is_secret(name):
                known = ", ".join(
                    f"{{{each}}}"
                    for each in (*self.values, "username", "password", "password_file", "ca_file")
                )
                raise ConfigurationError(f"{self.kind}.variables", template, f"use {known}")
            key = self._key(name)
            own = next((variable for variable, of in secret_env.items() if of == key), None)
            if own is None:
                own = f"{self.name.upper().replace('-', '_').replace('.', '_')}_{name.upper()}"
                secret_env[own] = key
            return f"$({own})"

        return _PLACEHOLDER.sub(value, template)
