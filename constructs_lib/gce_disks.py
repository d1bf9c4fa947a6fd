"""Disks of Google Cloud: parameters of the CSI driver, and sizes of claims that it can provision.

The driver passes on what it is told, and what Compute Engine rejects stays pending. All disks are
encrypted, with a key of Google's unless one is named. Read in
https://github.com/kubernetes-sigs/gcp-compute-persistent-disk-csi-driver at v1.26.4
(pkg/parameters/parameters.go, `getRequestCapacity` of pkg/gce-pd-csi-driver/controller.go), in
https://cloud.google.com/compute/docs/disks/hyperdisks#limits-disk and in
https://cloud.google.com/compute/docs/disks/persistent-disks; no cloud was asked.
"""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.volume_parameters import (
    IOPS_OF_THROUGHPUT,
    DiskType,
    check_known,
    divided,
    lower,
    number,
    refusal,
)

_IOPS, _THROUGHPUT = "provisioned-iops-on-create", "provisioned-throughput-on-create"
_KNOWN = (
    *("type", "replication-type", "disk-encryption-kms-key", "labels", _IOPS, _THROUGHPUT),
    *("availability-class", "enable-confidential-storage", "storage-pools", "resource-tags"),
    *("use-allowed-disk-topology", "data-cache-size", "data-cache-mode", "access-mode"),
    *("enable-multi-zone-provisioning", "hyperdisk-type", "pd-type", "disk-type-preference"),
)
_ALL = 65_536
# What one has without a word.
_IOPS_OF_BALANCED = 3_000
_LEAST_REGIONAL = 200


_TYPES = {
    "pd-standard": DiskType(gib=(1, _ALL)),
    "pd-balanced": DiskType(gib=(1, _ALL)),
    "pd-ssd": DiskType(gib=(1, _ALL)),
    "pd-extreme": DiskType(gib=(500, _ALL), iops=(2_500, 120_000)),
    "hyperdisk-balanced": DiskType(
        gib=(4, _ALL), iops=(2_000, 160_000), iops_per_gib=500, throughput=(140, 2_400)
    ),
    "hyperdisk-balanced-high-availability": DiskType(
        gib=(4, _ALL), iops=(2_000, 100_000), iops_per_gib=500, throughput=(140, 1_200)
    ),
    "hyperdisk-extreme": DiskType(gib=(64, _ALL), iops=(128, 350_000), iops_per_gib=1_000),
    "hyperdisk-ml": DiskType(gib=(4, _ALL), throughput=(400, 1_200_000)),
    "hyperdisk-throughput": DiskType(gib=(2_048, 32_768), throughput=(20, 2_400)),
    # One of two types that others name, as the node has it.
    "dynamic": DiskType(gib=(1, _ALL), iops=(1, 350_000), throughput=(1, 1_200_000)),
}


class GceDisks:
    """The provisioner ``pd.csi.storage.gke.io``."""

    def parameters(self, given: Mapping[str, str]) -> Mapping[str, str]:
        """Return the given parameters: disks are encrypted anyway."""
        return given

    def sizes(self, given: Mapping[str, str]) -> tuple[int, int]:
        """Return the least and the most GiB of a volume with these parameters.

        Raises:
            ConfigurationError: parameters that no volume can have.
        """
        check_known(given, _KNOWN)
        told = lower(given)
        name = told.get("type", "pd-standard").lower()
        if name not in _TYPES:
            raise refusal("type", name, f"use one of {', '.join(_TYPES)}")
        kind = _TYPES[name]
        least, most = kind.gib
        iops = number(told, _IOPS, kind.iops)
        # The driver reads a number without a unit as bytes.
        throughput = number(told, _THROUGHPUT, kind.throughput, "Mi")
        copies = told.get("replication-type", "none").lower()
        if copies not in {"none", "regional-pd"}:
            raise refusal("replication-type", copies, "use 'none' or 'regional-pd'")
        if copies == "regional-pd":
            if name not in {"pd-standard", "pd-balanced", "pd-ssd"}:
                raise refusal("replication-type", copies, f"leave it out: {name} is of one zone")
            least = _LEAST_REGIONAL if name == "pd-standard" else least
        if kind.iops_per_gib and kind.throughput[1]:
            needed = throughput * IOPS_OF_THROUGHPUT
            if needed > max(iops, _IOPS_OF_BALANCED):
                raise refusal(_THROUGHPUT, f"{throughput}Mi", f"give it {needed} {_IOPS!r}")
        return max(least, divided(iops, kind.iops_per_gib) if kind.iops_per_gib else 0), most
