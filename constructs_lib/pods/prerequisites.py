"""The ServiceAccount, ConfigMaps and shared claims of a pod."""

from __future__ import annotations

from constructs import Construct

from constructs_lib.named_construct import NamedConstruct
from constructs_lib.pods.account import OwnAccount
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.service_account import service_account


def prerequisites(scope: Construct, pod: Pod) -> None:
    """Create the ServiceAccount, the ConfigMaps and the shared claims of a pod."""
    if isinstance(pod.account, OwnAccount):
        service_account(scope, pod.identity, pod.permissions, annotations=pod.account_annotations)
    for files in pod.config_files:
        files.attach(scope, pod.identity)
    for claim in pod.shared_claims:
        claim.attach(scope, pod.identity)


def server_scope(scope: Construct, pod: Pod) -> Construct:
    """Create a scope for a server with what its pod needs; a job of a server needs neither."""
    if pod.serves is not None:
        return scope
    own = NamedConstruct(scope, pod.identity.name)
    prerequisites(own, pod)
    return own
