"""The registries that images may come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.pods.image import check_registry
from constructs_lib.rules import check_distinct
from constructs_lib.security.image_policies import image_policy
from constructs_lib.values import Value


class Registries(Value):
    """The only registries, or paths in them, that images may come from.

    A baseline refuses others at synth; as one of the `AdmissionPolicies` the API server
    rejects them too, for all other pods and for ephemeral containers.

    Args:
        allowed: such as ``("registry.example.com/shop",)``, which allows
            everything below. Short names such as ``nginx`` are never allowed,
            since their registry depends on the node.

    Raises:
        ConfigurationError: none, one twice, or one that names no registry.
    """

    allowed: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.allowed:
            reject("Registries.allowed", self.allowed, "name at least one")
        for prefix in self.allowed:
            check_registry("Registries.allowed", prefix)
        check_distinct("Registries.allowed", self.allowed)

    @property
    def name(self) -> str:
        """The name of its policy and its binding."""
        return "known-registries"

    def problems(self, images: Iterable[str]) -> Iterator[ConfigurationError]:
        """Yield an error for each image from elsewhere."""
        for image in dict.fromkeys(images):
            if not image.startswith(self._prefixes):
                yield ConfigurationError(
                    "image", image, f"use one below {', '.join(self.allowed)} (Registries.allowed)"
                )

    def spec(self) -> Mapping[str, Any]:
        """Return the spec of its admission policy."""
        prefixes = ", ".join(f"'{prefix}'" for prefix in self._prefixes)
        return image_policy(
            f"[{prefixes}].exists(prefix, image.startsWith(prefix))",
            message=f"Images must come from {', '.join(self.allowed)}.",
        )

    @property
    def _prefixes(self) -> tuple[str, ...]:
        return tuple(f"{prefix}/" for prefix in self.allowed)
