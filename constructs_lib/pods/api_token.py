"""The token with which a container calls the Kubernetes API."""

from __future__ import annotations

from cdk8s_plus_27 import k8s

from constructs_lib.pods.volumes import Volume
from constructs_lib.values import Value

# What the kubelet is asked for where it mounts the token of its own accord; clients read it anew.
_SECONDS = 3607


class ApiToken(Value, Volume):
    """The token of the pod's account, for the one container that it is mounted in.

    Mounted by the container that calls the API, so that its neighbours in the pod have none, at
    the path where clients of Kubernetes expect it.
    """

    mount_path = "/var/run/secrets/kubernetes.io/serviceaccount"
    read_only = True

    @property
    def volume_name(self) -> str:
        """The name of the volume in a pod."""
        return "api-token"

    def volume(self, workload: str) -> k8s.Volume:
        """Return the typed volume in the pods of a workload."""
        return k8s.Volume(
            name=self.volume_name,
            projected=k8s.ProjectedVolumeSource(
                sources=[
                    k8s.VolumeProjection(
                        service_account_token=k8s.ServiceAccountTokenProjection(
                            path="token", expiration_seconds=_SECONDS
                        )
                    ),
                    k8s.VolumeProjection(
                        config_map=k8s.ConfigMapProjection(
                            name="kube-root-ca.crt",
                            items=[k8s.KeyToPath(key="ca.crt", path="ca.crt")],
                        )
                    ),
                    k8s.VolumeProjection(
                        downward_api=k8s.DownwardApiProjection(
                            items=[
                                k8s.DownwardApiVolumeFile(
                                    path="namespace",
                                    field_ref=k8s.ObjectFieldSelector(
                                        api_version="v1", field_path="metadata.namespace"
                                    ),
                                )
                            ]
                        )
                    ),
                ]
            ),
        )
