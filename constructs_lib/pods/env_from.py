"""All keys of a ConfigMap or Secret as environment variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdk8s_plus_27 import k8s

from constructs_lib.errors import reject
from constructs_lib.facts.secrets import SecretRef
from constructs_lib.pods.secrets import check_object, revisions_of
from constructs_lib.rules import (
    check_distinct,
    check_env_name,
    check_label_value,
    check_subdomain,
)
from constructs_lib.values import Value


class SecretVariables(Value):
    """All keys of a Secret as environment variables, for software that reads no files.

    The container knows those that the reference names: they may be referred to, and take
    the place of the defaults of a tier.

    Args:
        secret: the Secret, with the keys that become variables.
        prefix: of the variables, before the key.
        optional: whether a pod starts without it.

    Raises:
        ConfigurationError: what is no Secret, or a key that is no name of a variable.
    """

    secret: SecretRef
    prefix: str = ""
    optional: bool = False

    def __post_init__(self) -> None:
        check_object("SecretVariables.secret", self.secret)
        _check_names("SecretVariables", self.variables)

    @property
    def variables(self) -> Sequence[str]:
        """The names of the variables."""
        return [f"{self.prefix}{key}" for key in self.secret.keys]

    @property
    def revisions(self) -> Mapping[str, str]:
        """The annotation that rolls the readers when the Secret does."""
        return revisions_of(self.secret)

    def to_kube(self) -> k8s.EnvFromSource:
        """Return the typed source."""
        return k8s.EnvFromSource(
            prefix=self.prefix or None,
            secret_ref=k8s.SecretEnvSource(
                name=self.secret.name, optional=True if self.optional else None
            ),
        )


class ConfigVariables(Value):
    """All keys of a ConfigMap that is made elsewhere, as environment variables.

    Args:
        config_map: the name of the ConfigMap, in the namespace of its reader.
        keys: that it has.
        revision: any text; a new one rolls exactly the pods that read it. Change it together
            with the ConfigMap.
        prefix: of the variables, before the key.
        optional: whether a pod starts without it.

    Raises:
        ConfigurationError: an invalid name, or a key that is no name of a variable.
    """

    config_map: str
    keys: Sequence[str]
    revision: str = "1"
    prefix: str = ""
    optional: bool = False

    def __post_init__(self) -> None:
        check_subdomain("ConfigVariables.config_map", self.config_map)
        check_label_value("ConfigVariables.config_map", self.config_map)
        check_label_value("ConfigVariables.revision", self.revision)
        if not self.keys:
            reject("ConfigVariables.keys", self.keys, "name those that are read")
        _check_names("ConfigVariables", self.variables)

    @property
    def variables(self) -> Sequence[str]:
        """The names of the variables."""
        return [f"{self.prefix}{key}" for key in self.keys]

    @property
    def revisions(self) -> Mapping[str, str]:
        """The annotation that rolls the readers when the ConfigMap does."""
        return {f"revision/{self.config_map}": self.revision}

    def to_kube(self) -> k8s.EnvFromSource:
        """Return the typed source."""
        return k8s.EnvFromSource(
            prefix=self.prefix or None,
            config_map_ref=k8s.ConfigMapEnvSource(
                name=self.config_map, optional=True if self.optional else None
            ),
        )


def _check_names(kind: str, variables: Sequence[str]) -> None:
    check_distinct(f"{kind}.keys", variables)
    for name in variables:
        # Kubernetes would leave it out, and say so in an event only.
        check_env_name(f"{kind}.keys", name)
