"""The parts of a traffic policy that each renderer supports."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from constructs_lib.errors import ConfigurationError
from constructs_lib.traffic import gateway_fields, nginx_annotations, virtual_server_fields
from constructs_lib.traffic.host import ServedRoute
from constructs_lib.traffic.policy import TrafficPolicy

EXPRESSED: Mapping[str, Collection[str]] = {
    "NginxIngress": nginx_annotations.WRITERS,
    "VirtualServer": virtual_server_fields.WRITERS,
    "GatewayApi": gateway_fields.WRITERS,
    "ExistingGateway": gateway_fields.WRITERS,
}


def check_expressed(served: ServedRoute) -> None:
    """Refuse parts that a renderer does not support, and name those that do."""
    renderer, usual = served.host.renderer, TrafficPolicy()
    name = f"{type(renderer).__name__}{' of gRPC' if served.spoken.is_grpc else ''}"
    expressed = renderer.expressed(served.spoken)
    lost = {part: value for part, value in served.policy.parts().items() if part not in expressed}
    unsaid = [part for part, value in lost.items() if value == getattr(usual, part)]
    problems = [
        ConfigurationError(
            f"TrafficPolicy.{part}",
            value,
            f"{name} cannot express it; leave it out, or use a renderer that does: "
            f"{' or '.join(_others(part)) or 'none does yet'}",
        )
        for part, value in lost.items()
        if part not in unsaid
    ]
    if unsaid:
        problems.append(
            ConfigurationError(
                "TrafficPolicy",
                unsaid,
                f"{name} cannot express these, which it has by default; begin with "
                f"PORTABLE_POLICY, or say {', '.join(f'{part}=None' for part in unsaid)}",
            )
        )
    if problems:
        raise ConfigurationError.of_all(problems)


def _others(part: str) -> list[str]:
    return [name for name, parts in EXPRESSED.items() if part in parts]
