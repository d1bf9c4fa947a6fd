"""The images of a Valkey."""

from __future__ import annotations

from constructs_lib.pods.image import check_image
from constructs_lib.values import Value


class ValkeyImages(Value):
    """The images of the containers of a Valkey.

    Args:
        server: Valkey 9.1 or newer, which reads new certificates by itself, with a shell.
        exporter: redis_exporter.

    Raises:
        ConfigurationError: an image whose tag moves.
    """

    server: str = (
        "docker.io/valkey/valkey:9.1.2-alpine"
        "@sha256:48332870af354a799964c0012ae1194a0bf2bf894eb508f945810596dc2d8d11"
    )
    exporter: str = "docker.io/oliver006/redis_exporter:v1.86.0"

    def __post_init__(self) -> None:
        for name in ("server", "exporter"):
            check_image(f"ValkeyImages.{name}", getattr(self, name))
