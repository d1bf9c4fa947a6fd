"""Volumes of AWS EBS: parameters of the CSI driver, and sizes of claims that it can provision.

The driver passes on the size of a claim, and what EC2 rejects stays pending. Read in
https://github.com/kubernetes-sigs/aws-ebs-csi-driver at v1.64.0 (`CreateDisk` and `capIOPS` of
pkg/cloud/cloud.go, `CreateVolume` of pkg/driver/controller.go, docs/parameters.md), in
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html and in
https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html; no cloud was asked.
"""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.volume_parameters import (
    IOPS_OF_THROUGHPUT,
    DiskType,
    check_known,
    divided,
    is_true,
    lower,
    number,
    refusal,
)

_TYPES = {
    "gp2": DiskType(gib=(1, 16_384)),
    "gp3": DiskType(
        gib=(1, 65_536), iops=(3_000, 80_000), iops_per_gib=500, throughput=(125, 2_000)
    ),
    "io1": DiskType(gib=(4, 16_384), iops=(100, 64_000), iops_per_gib=50),
    "io2": DiskType(gib=(4, 65_536), iops=(100, 256_000), iops_per_gib=1_000),
    "sc1": DiskType(gib=(125, 16_384)),
    "st1": DiskType(gib=(125, 16_384)),
    "standard": DiskType(gib=(1, 1_024)),
}
_KNOWN = (
    *("type", "iops", "iopspergb", "allowautoiopspergbincrease", "throughput", "encrypted"),
    *("kmskeyid", "blockexpress", "blocksize", "inodesize", "bytesperinode", "numberofinodes"),
    *("ext4bigalloc", "ext4clustersize", "fstype"),
)
_TAGS = "tagSpecification"
_FILE_SYSTEMS = ("ext2", "ext3", "ext4", "xfs", "ntfs")


class Ebs:
    """The provisioner ``ebs.csi.aws.com``."""

    def parameters(self, given: Mapping[str, str]) -> Mapping[str, str]:
        """Return the parameters, with encryption unless it is set otherwise."""
        return given if "encrypted" in lower(given) else {"encrypted": "true", **given}

    def sizes(self, given: Mapping[str, str]) -> tuple[int, int]:
        """Return the least and the most GiB of a volume with these parameters.

        Raises:
            ConfigurationError: parameters that no volume can have.
        """
        _check(given)
        told = lower(given)
        if not is_true(told, "encrypted", "true") and "kmskeyid" in told:
            raise refusal("encrypted", "false", "encrypt with the key, or name none")
        name = told.get("type", "gp3")
        if name not in _TYPES:
            raise refusal("type", name, f"use one of {', '.join(_TYPES)}")
        kind = _TYPES[name]
        least, most = kind.gib
        iops = number(told, "iops", kind.iops)
        per_gib = number(told, "iopsPerGB", (1, kind.iops_per_gib))
        of_throughput = number(told, "throughput", kind.throughput) * IOPS_OF_THROUGHPUT
        if iops and per_gib:
            raise refusal("iops", iops, "say this or 'iopsPerGB', not both")
        if per_gib:
            needed = max(kind.iops[0], of_throughput)
            if is_true(told, "allowAutoIOPSPerGBIncrease", "false") and needed <= kind.iops[0]:
                return least, most
            return max(least, divided(needed, per_gib)), most
        if name in {"io1", "io2"} and not iops:
            raise refusal("type", name, "say how many 'iops', or how many 'iopsPerGB'")
        if of_throughput > max(iops, kind.iops[0]):
            raise refusal("throughput", told["throughput"], f"give it {of_throughput} 'iops'")
        if iops <= kind.iops[0]:
            return least, most
        return max(least, divided(iops, kind.iops_per_gib)), most


def _check(given: Mapping[str, str]) -> None:
    """Refuse parameters and file systems that the driver does not know."""
    check_known({key: v for key, v in given.items() if not key.startswith(_TAGS)}, _KNOWN)
    for key, value in given.items():
        if key.lower() in {"fstype", "csi.storage.k8s.io/fstype"} and value not in _FILE_SYSTEMS:
            raise refusal(key, value, f"use one of {', '.join(_FILE_SYSTEMS)}")
