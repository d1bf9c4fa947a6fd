"""The token with which a container takes on a role of AWS."""

from __future__ import annotations

from cdk8s_plus_27 import k8s

from constructs_lib.facts.buckets import AwsRole
from constructs_lib.pods.container import Container
from constructs_lib.pods.volumes import Volume
from constructs_lib.values import Value

_PATH = "/var/run/secrets/aws"
# https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
_AUDIENCE, _SECONDS = "sts.amazonaws.com", 3600


class _Token(Value, Volume):
    mount_path = _PATH
    read_only = True

    @property
    def volume_name(self) -> str:
        return "aws-token"

    def volume(self, workload: str) -> k8s.Volume:
        token = k8s.ServiceAccountTokenProjection(
            path="token", audience=_AUDIENCE, expiration_seconds=_SECONDS
        )
        return k8s.Volume(
            name=self.volume_name,
            projected=k8s.ProjectedVolumeSource(
                sources=[k8s.VolumeProjection(service_account_token=token)]
            ),
        )


def as_role(container: Container, role: AwsRole | None) -> Container:
    """Return the container with the role and its token, as SDKs of AWS look for them."""
    if role is None:
        return container
    told = {"AWS_ROLE_ARN": role.arn, "AWS_WEB_IDENTITY_TOKEN_FILE": f"{_PATH}/token"}
    return container.with_defaults(env=told, volumes=[_Token()])
