"""Requests and limits of a container."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from cdk8s_plus_27 import k8s

from constructs_lib import quantities
from constructs_lib.errors import reject
from constructs_lib.facts.footprint import HUGE_PAGES, Amounts, check_extended
from constructs_lib.rules import check_range
from constructs_lib.values import Value

_LEAST_MEMORY = 12 * 2**20
# Those of x86 and of ARM.
_PAGES = ("64Ki", "2Mi", "32Mi", "512Mi", "1Gi", "16Gi")


class Burst(Value):
    """A CPU limit that follows the request.

    Args:
        times: how many times the request the limit is.

    Raises:
        ConfigurationError: `times` is below 1 or above 100.
    """

    times: int = 4

    def __post_init__(self) -> None:
        check_range("Burst.times", self.times, 1, 100)


class Resources(Value):
    """Requests and limits of a container.

    Requests and limits of memory and local disk are equal, so that a node is not
    overcommitted in resources that cannot be reclaimed.

    Args:
        cpu: requested cores, such as ``250m``.
        cpu_limit: four times the request by default, which allows a startup or a burst and
            stops a runaway. None for no limit.
        memory: bytes, such as ``512Mi``.
            At least 12Mi: below that a container runtime does not start it
            (https://github.com/cri-o/cri-o/blob/main/internal/config/cgmgr/cgmgr_linux.go).
        ephemeral_storage: bytes of logs and emptyDirs together.
        extended: whole devices and the like by their resource, such as
            ``{"nvidia.com/gpu": 1}``. Quotas count them.
        huge_pages: bytes by the size of a page, such as ``{"2Mi": "4Gi"}``, on nodes that have
            such. They are none of `memory`. Quotas count them.

    Raises:
        ConfigurationError: a quantity that does not parse, a limit below its request, or huge
            pages that are not whole.
    """

    cpu: str = "250m"
    cpu_limit: str | Burst | None = Burst()
    memory: str = "512Mi"
    ephemeral_storage: str = "512Mi"
    extended: Mapping[str, int] = field(default_factory=dict)
    huge_pages: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_extended("Resources.extended", self.extended)
        for size, text in self.huge_pages.items():
            _check_huge_pages(size, text)
        amounts = self.amounts()
        if amounts.memory < _LEAST_MEMORY:
            reject("Resources.memory", self.memory, "use at least '12Mi'")
        if amounts.cpu_limit is not None and amounts.cpu_limit < amounts.cpu:
            reject("Resources.cpu_limit", self.cpu_limit, f"use at least the request of {self.cpu}")

    def amounts(self) -> Amounts:
        """Return the same as numbers, in cores and bytes."""
        cpu = quantities.parse_cpu(self.cpu, "Resources.cpu")
        if isinstance(self.cpu_limit, Burst):
            cpu_limit = cpu * self.cpu_limit.times
        elif self.cpu_limit is None:
            cpu_limit = None
        else:
            cpu_limit = quantities.parse_cpu(self.cpu_limit, "Resources.cpu_limit")
        return Amounts(
            cpu=cpu,
            cpu_limit=cpu_limit,
            memory=quantities.parse_bytes(self.memory, "Resources.memory"),
            ephemeral_storage=quantities.parse_bytes(
                self.ephemeral_storage, "Resources.ephemeral_storage"
            ),
            extended=tuple(sorted({**self.extended, **self._huge_pages}.items())),
        )

    def to_kube(self) -> k8s.ResourceRequirements:
        """Return the typed requests and limits."""
        fixed = {
            "memory": quantities.to_kube(self.memory),
            "ephemeral-storage": quantities.to_kube(self.ephemeral_storage),
            **{name: quantities.to_kube(str(count)) for name, count in self.extended.items()},
            **{
                f"{HUGE_PAGES}{size}": quantities.to_kube(text)
                for size, text in self.huge_pages.items()
            },
        }
        limit = self.amounts().cpu_limit
        return k8s.ResourceRequirements(
            requests={"cpu": quantities.to_kube(self.cpu), **fixed},
            limits=fixed
            if limit is None
            else {"cpu": quantities.to_kube(quantities.format_cpu(limit)), **fixed},
        )

    @property
    def _huge_pages(self) -> dict[str, int]:
        return {
            f"{HUGE_PAGES}{size}": int(quantities.parse_bytes(text, "Resources.huge_pages"))
            for size, text in self.huge_pages.items()
        }


def _check_huge_pages(size: str, text: str) -> None:
    """Refuse a size that no processor has, and pages that are not whole."""
    field = "Resources.huge_pages"
    if size not in _PAGES:
        reject(field, size, f"name the size of a page, one of {', '.join(_PAGES)}")
    elif quantities.parse_bytes(text, field) % quantities.parse(size):
        reject(field, text, f"write a multiple of {size}")
