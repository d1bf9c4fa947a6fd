"""The pod template: the only writer of a PodSpec."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib.cluster import Cluster
from constructs_lib.pods.defaults import PodDefaults
from constructs_lib.pods.native_sidecars import before_main, running
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.volumes import Volume


def pod_template(
    scope: Construct,
    pod: Pod,
    selector: Mapping[str, str],
    *,
    match_label_keys: Sequence[str] = (),
    restart_policy: str | None = None,
) -> k8s.PodTemplateSpec:
    """Return the typed template.

    Args:
        scope: of the controller, whose `PodDefaults` apply.
        pod: of the template.
        selector: the labels that find it.
        match_label_keys: see `Placement.spread`.
        restart_policy: of jobs, which are not spread.
    """
    defaults = PodDefaults.of(scope)
    cluster = Cluster.of(scope)
    pod = defaults.applied_to(pod, cluster)
    mesh, placement = pod.mesh, pod.placement
    annotations = {
        **defaults.pod_annotations,
        **pod.annotations,
    } | {
        key: text for container in pod.every_container for key, text in container.revisions.items()
    }
    if mesh is not None:
        annotations |= mesh.annotations(pod.grace_period_seconds, pod.peer.ports)
    security_context = pod.hardening.container()
    volumes = (volume for volume in pod.volumes if isinstance(volume, Volume))
    return k8s.PodTemplateSpec(
        metadata=k8s.ObjectMeta(
            labels={
                **selector,
                **pod.version_labels,
                **pod.labels,
                **(mesh.labels if mesh else {}),
            },
            annotations=annotations or None,
        ),
        spec=k8s.PodSpec(
            service_account_name=pod.account_name,
            **defaults.spec,
            # A container that calls the API mounts a token of its own.
            automount_service_account_token=False,
            enable_service_links=False,
            dns_config=cluster.dns.to_kube(),
            host_network=pod.host_network or None,
            host_aliases=_host_aliases(pod),
            security_context=pod.hardening.pod(),
            termination_grace_period_seconds=pod.grace_period_seconds,
            restart_policy=restart_policy,
            priority_class_name=placement.priority_class,
            node_selector=dict(placement.node_selector) or None,
            affinity=placement.affinity,
            tolerations=[toleration.to_kube() for toleration in placement.tolerations] or None,
            topology_spread_constraints=None
            if restart_policy
            else placement.spread(selector, match_label_keys=match_label_keys),
            init_containers=[each.to_kube(security_context) for each in before_main(pod)] or None,
            containers=[each.to_kube(security_context) for each in running(pod)],
            volumes=[volume.volume(pod.owner.name) for volume in volumes] or None,
        ),
    )


def _host_aliases(pod: Pod) -> list[k8s.HostAlias] | None:
    aliases = pod.host_aliases.items()
    return [k8s.HostAlias(ip=address, hostnames=list(names)) for address, names in aliases] or None
