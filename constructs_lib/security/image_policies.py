"""What the images of pods must be like, as admission policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs_lib.pods.image import FIXED_TAG
from constructs_lib.values import Value


class FixedImages(Value):
    """Refuses images whose tag may mean another image tomorrow.

    What a construct writes is checked when it is made; this holds for pods that
    come from elsewhere, and for the images of debuggers.
    """

    @property
    def name(self) -> str:
        """The name of its policy and its binding."""
        return "fixed-images"

    def spec(self) -> Mapping[str, Any]:
        """Return the spec of the policy."""
        return image_policy(
            f"image.matches(r'(@sha256:[0-9a-f]{{64}}|:({FIXED_TAG}))$')",
            message="Images must be pinned by digest, or by a full version, a date or a commit.",
        )


def image_policy(holds: str, *, message: str) -> Mapping[str, Any]:
    """Return the spec of a policy that something holds for each image of a pod.

    Images that a pod has already are let through, or nothing of it could be
    changed any more, finalizers included.

    Args:
        holds: an expression over ``image``.
        message: what is said where it does not.
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
