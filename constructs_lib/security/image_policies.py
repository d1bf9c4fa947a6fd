"""Admission policies on images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs_lib.pods.image import FIXED_TAG, MOVING_TAG
from constructs_lib.values import Value


class FixedImages(Value):
    """Rejects images whose tag may move.

    Images of constructs are checked at synth; this holds for all other pods, and for
    ephemeral containers.
    """

    @property
    def name(self) -> str:
        """The name of its policy and its binding."""
        return "fixed-images"

    def spec(self) -> Mapping[str, Any]:
        """Return the spec of the policy."""
        return image_policy(
            f"image.matches(r'(@sha256:[0-9a-f]{{64}}|:({FIXED_TAG}))$') && "
            f"!image.matches(r':{MOVING_TAG}$')",
            message="Images must be pinned by digest, or by a full version, a date or a commit.",
        )


def image_policy(holds: str, *, message: str) -> Mapping[str, Any]:
    """Return the spec of a policy with an expression for each image of a pod.

    Images that a pod already has are admitted, or it could not be updated any more,
    finalizers included.

    Args:
        holds: a CEL expression over ``image``.
        message: of the rejection.
    """
    return {
        "matchConstraints": {
            "resourceRules": [
                {
                    "apiGroups": [""],
                    "apiVersions": ["v1"],
                    "operations": ["CREATE", "UPDATE"],
                    "resources": ["pods", "pods/ephemeralcontainers"],
                }
            ]
        },
        "variables": [
            {"name": "images", "expression": _images("object")},
            {"name": "before", "expression": f"oldObject == null ? [] : {_images('oldObject')}"},
        ],
        "validations": [
            {
                "expression": f"variables.images.all(image, image in variables.before || {holds})",
                "message": message,
                "reason": "Forbidden",
            }
        ],
    }


def _images(pod: str) -> str:
    optional = " + ".join(
        f"(has({pod}.spec.{field}) ? {pod}.spec.{field}.map(c, c.image) : [])"
        for field in ("initContainers", "ephemeralContainers")
    )
    return f"{pod}.spec.containers.map(c, c.image) + {optional}"
