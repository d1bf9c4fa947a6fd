"""Disks of Azure: parameters of the CSI driver, and sizes of claims that it can provision.

The driver passes on what it is told, and what Azure rejects stays pending. All disks are encrypted,
with a key of the platform unless ``diskEncryptionSetID`` names one. Read in
https://github.com/kubernetes-sigs/azuredisk-csi-driver at v1.34.5 (`ParseDiskParameters` of
pkg/azureutils/azure_disk_utils.go, pkg/azuredisk/azure_managedDiskController.go,
docs/driver-parameters.md) and in
https://learn.microsoft.com/en-us/azure/virtual-machines/disks-types; no cloud was asked.
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

_KNOWN = (
    *("skuname", "storageaccounttype", "cachingmode", "location", "resourcegroup", "kind", "zoned"),
    *("diskiopsreadwrite", "diskmbpsreadwrite", "logicalsectorsize", "diskname", "fstype", "tags"),
    *("tagvaluedelimiter", "diskencryptionsetid", "diskencryptiontype", "writeacceleratorenabled"),
    *("maxshares", "perfprofile", "networkaccesspolicy", "publicnetworkaccess", "diskaccessid"),
    *("enablebursting", "enableasyncattach", "enableperformanceplus", "attachdiskinitialdelay"),
    *("useragent", "subscriptionid"),
)
_DEVICE_SETTINGS = "device-setting/"


_TIERED = DiskType(gib=(1, 32_767))
_TYPES = {
    "Standard_LRS": _TIERED,
    "StandardSSD_LRS": _TIERED,
    "StandardSSD_ZRS": _TIERED,
    "Premium_LRS": _TIERED,
    "Premium_ZRS": _TIERED,
    "PremiumV2_LRS": DiskType(
        gib=(1, 65_536),
        iops=(3_000, 80_000),
        iops_per_gib=500,
        throughput=(125, 2_000),
        own_iops=3_000,
    ),
    "UltraSSD_LRS": DiskType(
        gib=(4, 65_536),
        iops=(100, 400_000),
        iops_per_gib=1_000,
        throughput=(1, 10_000),
        own_iops=500,
    ),
}
_LEAST_FOR_BURSTS = 513


class AzureDisks:
    """The provisioner ``disk.csi.azure.com``."""

    def parameters(self, given: Mapping[str, str]) -> Mapping[str, str]:
        """Return the given parameters: disks are encrypted anyway."""
        return given

    def sizes(self, given: Mapping[str, str]) -> tuple[int, int]:
        """Return the least and the most GiB of a volume with these parameters.

        Raises:
            ConfigurationError: parameters that no volume can have.
        """
        own = {key: value for key, value in given.items() if not key.startswith(_DEVICE_SETTINGS)}
        check_known(own, _KNOWN)
        told = lower(own)
        name = told.get("skuname", told.get("storageaccounttype", "StandardSSD_LRS"))
        if name not in _TYPES:
            raise refusal("skuName", name, f"use one of {', '.join(_TYPES)}")
        kind = _TYPES[name]
        least, most = kind.gib
        iops = number(told, "DiskIOPSReadWrite", kind.iops)
        throughput = number(told, "DiskMBpsReadWrite", kind.throughput)
        cached = told.get("cachingmode", "None")
        if kind.iops_per_gib and cached.lower() != "none":
            raise refusal("cachingMode", cached, f"leave it out: {name} has no cache")
        needed = throughput * IOPS_OF_THROUGHPUT
        if needed > max(iops, kind.own_iops):
            raise refusal("DiskMBpsReadWrite", throughput, f"give it {needed} 'DiskIOPSReadWrite'")
        if told.get("enablebursting", "false").lower() == "true":
            if not name.startswith("Premium_"):
                raise refusal("enableBursting", "true", f"leave it out: {name} has no bursts")
            least = _LEAST_FOR_BURSTS
        # Every size has what is its own.
        asked = iops if iops > kind.own_iops else 0
        return max(least, divided(asked, kind.iops_per_gib) if asked else 0), most
