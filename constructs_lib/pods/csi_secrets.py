"""Files of the Secrets Store CSI driver, which are no Secret."""

from __future__ import annotations

from typing import ClassVar

from cdk8s_plus_27 import k8s

from constructs_lib.facts.secrets import CsiSecretRef, SecretKind, SecretRef
from constructs_lib.pods.secrets import SecretFiles, SecretMount
from constructs_lib.rules import check_mount_path
from constructs_lib.values import Value


class CsiSecretFiles(Value, SecretMount):
    """Files that the Secrets Store CSI driver fetches when a pod starts.

    A new revision rolls the readers, and each new pod fetches anew; where the
    driver rotates, it also replaces the files in place. `SecretSources` makes
    the SecretProviderClass that says where they come from.

    Args:
        secret: the name of the SecretProviderClass, and the files to expect.
        mount_path: their directory, one file a key.

    Raises:
        ConfigurationError: a value where a reference belongs, or a path that nothing can be
            mounted at.
    """

    secret: SecretRef
    mount_path: str
    kind: ClassVar[SecretKind] = SecretKind.PROVIDER_CLASS

    def __post_init__(self) -> None:
        check_mount_path("CsiSecretFiles.mount_path", self.mount_path)

    def volume(self, workload: str) -> k8s.Volume:
        """Return the typed volume in the pods of a workload."""
        return k8s.Volume(
            name=self.volume_name,
            csi=k8s.CsiVolumeSource(
                driver="secrets-store.csi.k8s.io",
                read_only=True,
                volume_attributes={"secretProviderClass": self.secret.name},
            ),
        )


def mounted(secret: SecretRef, mount_path: str) -> SecretMount:
    """Return the mount of a secret: of a Secret, or of the CSI driver."""
    if isinstance(secret, CsiSecretRef):
        return CsiSecretFiles(secret=secret, mount_path=mount_path)
    return SecretFiles(secret=secret, mount_path=mount_path)
