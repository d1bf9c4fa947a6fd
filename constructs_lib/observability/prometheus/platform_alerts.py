"""What is wrong with the platform itself, whatever runs on it."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.facts.signals import AlertRule, Severity


def platform_alerts(namespaces: Sequence[str]) -> tuple[AlertRule, ...]:
    """Return the alerts about pods, jobs, volumes, quotas, nodes and public addresses.

    Args:
        namespaces: whose objects they are about.
    """
    ours = f'namespace=~"{"|".join(namespaces)}"'
    # Without a container, the kubelet tells of the whole pod.
    containers = f'{ours},container!=""'
    left = f"kubelet_volume_stats_available_bytes{{{ours}}}"
    share = f"{left} / kubelet_volume_stats_capacity_bytes{{{ours}}}"
    return (
        AlertRule(
            name="PodRestartsAgainAndAgain",
            expression=f"increase(kube_pod_container_status_restarts_total{{{ours}}}[1h]) > 3",
            for_seconds=300,
            severity=Severity.TICKET,
            summary="{{ $labels.container }} of {{ $labels.pod }} has restarted "
            "{{ $value | humanize }} times in an hour.",
            runbook="pods",
        ),
        AlertRule(
            name="PodDoesNotStart",
            expression=f'max by (namespace, pod) (kube_pod_status_phase{{{ours},phase=~"Pending|'
            'Unknown"}) > 0',
            for_seconds=900,
            severity=Severity.TICKET,
            summary="{{ $labels.pod }} has not started for a quarter of an hour.",
            runbook="pods",
        ),
        AlertRule(
            name="ContainerRanOutOfMemory",
            expression="increase(kube_pod_container_status_restarts_total"
            f"{{{ours}}}[15m]) > 0 and on (namespace, pod, container) "
            "kube_pod_container_status_last_terminated_reason"
            f'{{{ours},reason="OOMKilled"}} == 1',
            for_seconds=0,
            severity=Severity.TICKET,
            summary="{{ $labels.container }} of {{ $labels.pod }} was killed for want of memory.",
            runbook="resources",
        ),
        AlertRule(
            name="ContainerIsThrottled",
            expression=f"sum by (namespace, pod, container) (increase("
            f"container_cpu_cfs_throttled_periods_total{{{containers}}}[15m])) / "
            "sum by (namespace, pod, container) (increase("
            f"container_cpu_cfs_periods_total{{{containers}}}[15m])) > 0.25",
            for_seconds=1800,
            severity=Severity.TICKET,
            summary="{{ $labels.container }} of {{ $labels.pod }} waits for CPU in a quarter of "
            "all periods.",
            runbook="resources",
        ),
        AlertRule(
            name="RolloutIsStuck",
            expression=f'kube_deployment_status_condition{{{ours},condition="Progressing",'
            'status="false"} == 1',
            for_seconds=300,
            severity=Severity.PAGE,
            summary="The rollout of {{ $labels.deployment }} does not go on.",
            runbook="rollout",
        ),
        AlertRule(
            name="ReplicasAreMissing",
            expression=f"kube_deployment_spec_replicas{{{ours}}} > "
            f"kube_deployment_status_replicas_available{{{ours}}}",
            for_seconds=900,
            severity=Severity.TICKET,
            summary="{{ $labels.deployment }} has had fewer replicas than it asks for, for a "
            "quarter of an hour.",
            runbook="rollout",
        ),
        AlertRule(
            name="MembersAreMissing",
            expression=f"kube_statefulset_replicas{{{ours}}} > "
            f"kube_statefulset_status_replicas_ready{{{ours}}}",
            for_seconds=900,
            severity=Severity.TICKET,
            summary="{{ $labels.statefulset }} has had fewer members than it asks for, for a "
            "quarter of an hour.",
            runbook="rollout",
        ),
        AlertRule(
            name="AgentsAreMissing",
            expression=f"kube_daemonset_status_number_unavailable{{{ours}}} > 0",
            for_seconds=900,
            severity=Severity.TICKET,
            summary="{{ $labels.daemonset }} has not run on {{ $value }} nodes for a quarter of an "
            "hour.",
            runbook="rollout",
        ),
        AlertRule(
            name="AutoscalerIsAtItsMaximum",
            expression=f"kube_horizontalpodautoscaler_status_desired_replicas{{{ours}}} >= "
            f"kube_horizontalpodautoscaler_spec_max_replicas{{{ours}}}",
            for_seconds=900,
            severity=Severity.TICKET,
            summary="{{ $labels.horizontalpodautoscaler }} cannot grow any more.",
            runbook="scaling",
        ),
        AlertRule(
            name="JobFailed",
            expression=f'kube_job_failed{{{ours},condition="true"}} > 0',
            for_seconds=60,
            severity=Severity.TICKET,
            summary="{{ $labels.job_name }} failed.",
            runbook="jobs",
        ),
        AlertRule(
            name="QuotaIsNearlyUsedUp",
            # Load balancers and node ports have no room on purpose: all of them are in use.
            expression=f'kube_resourcequota{{{ours},resource!~"services[.].+",type="used"}} '
            "/ ignoring (type) "
            f'(kube_resourcequota{{{ours},type="hard"}} > 0) > 0.95',
            for_seconds=900,
            severity=Severity.TICKET,
            summary="{{ $labels.resource }} of {{ $labels.namespace }} is nearly used up.",
            runbook="quotas",
        ),
        AlertRule(
            name="VolumeFillsUp",
            # A restore fills a volume fast, and ends: while there is room nothing is foreseen.
            expression=f"{share} < 0.1 or "
            f"({share} < 0.3 and predict_linear({left}[6h], 86400) < 0)",
            for_seconds=1800,
            severity=Severity.PAGE,
            summary="{{ $labels.persistentvolumeclaim }} is nearly full, or will be within a day.",
            runbook="volumes",
        ),
        AlertRule(
            name="NodeNotReady",
            expression='kube_node_status_condition{condition="Ready",status="true"} == 0',
            for_seconds=300,
            severity=Severity.PAGE,
            summary="{{ $labels.node }} is not ready.",
            runbook="nodes",
        ),
        AlertRule(
            name="NodeDiskFillsUp",
            expression='node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"} / '
            'node_filesystem_size_bytes{fstype!~"tmpfs|overlay"} < 0.1',
            for_seconds=1800,
            severity=Severity.TICKET,
            summary="{{ $labels.mountpoint }} of {{ $labels.node }} is nearly full.",
            runbook="nodes",
        ),
        AlertRule(
            name="CertificateEndsSoon",
            expression="probe_ssl_earliest_cert_expiry - time() < 1209600",
            for_seconds=3600,
            severity=Severity.TICKET,
            summary="The certificate of {{ $labels.instance }} ends within two weeks.",
            runbook="certificates",
        ),
        AlertRule(
            name="SiteIsDown",
            expression="probe_success == 0",
            for_seconds=180,
            severity=Severity.PAGE,
            summary="{{ $labels.instance }} does not answer from outside.",
            runbook="site",
        ),
    )
