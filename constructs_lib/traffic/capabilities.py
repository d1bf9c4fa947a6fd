"""The parts of a traffic policy that each renderer supports."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from constructs_lib.errors import reject
from constructs_lib.traffic import gateway_fields, nginx_annotations, virtual_server_fields
from constructs_lib.traffic.host import Renderer
from constructs_lib.traffic.policy import TrafficPolicy

EXPRESSED: Mapping[str, Collection[str]] = {
    "NginxIngress": nginx_annotations.WRITERS,
    "VirtualServer": virtual_server_fields.WRITERS,
    "GatewayApi": gateway_fields.WRITERS,
    "ExistingGateway": gateway_fields.WRITERS,
}


def check_expressed(renderer: Renderer, policy: TrafficPolicy) -> None:
    """Refuse a part that a renderer does not support, and name those that do."""
    for part, value in policy.parts().items():
        if part not in renderer.expressed:
            others = [name for name, parts in EXPRESSED.items() if part in parts]
            reject(
                f"TrafficPolicy.{part}",
                value,
                f"{type(renderer).__name__} cannot express it; leave it out, or use a renderer "
                f"that does: {' or '.join(others) or 'none does yet'}",
            )
