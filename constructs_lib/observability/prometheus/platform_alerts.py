"""What is wrong with the platform itself, whatever runs on it."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.facts.signals import AlertRule, Severity


def platform_alerts(namespaces: Sequence[str]) -> tuple[AlertRule, ...]:
    """Return the alerts about pods, jobs, volumes, quotas, nodes and the monitoring.

    Args:
        namespaces: whose objects they are about.
    """
    ours = f'namespace=~"{"|".join(namespaces)}"'
    return (
        AlertRule(
            name="TargetIsDown",
            expression=f"up{{{ours}}} == 0",
            for_seconds=600,
            severity=Severity.TICKET,
            summary="The metrics of {{ $labels.pod }} cannot be read.",
            runbook="monitoring",
        ),
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
            f"container_cpu_cfs_throttled_periods_total{{{ours}}}[15m])) / "
            "sum by (namespace, pod, container) (increase("
            f"container_cpu_cfs_periods_total{{{ours}}}[15m])) > 0.25",
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
            expression=f"kube_job_status_failed{{{ours}}} > 0",
            for_seconds=60,
            severity=Severity.TICKET,
            summary="{{ $labels.job_name }} failed.",
            runbook="jobs",
        ),
        AlertRule(
            name="QuotaIsNearlyUsedUp",
            expression=f'kube_resourcequota{{{ours},type="used"}} / ignoring (type) '
            f'(kube_resourcequota{{{ours},type="hard"}} > 0) > 0.95',
            for_seconds=900,
            severity=Severity.TICKET,
            summary="{{ $labels.resource }} of {{ $labels.namespace }} is nearly used up.",
            runbook="quotas",
        ),
        AlertRule(
            name="VolumeFillsUp",
            expression=f"kubelet_volume_stats_available_bytes{{{ours}}} / "
            f"kubelet_volume_stats_capacity_bytes{{{ours}}} < 0.1 or "
            f"predict_linear(kubelet_volume_stats_available_bytes{{{ours}}}[6h], 86400) < 0",
            for_seconds=1800,
            severity=Severity.PAGE,
            summary="{{ $labels.persistentvolumeclaim }} is full within a day.",
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
        AlertRule(
            name="PrometheusRejectsItsConfiguration",
            expression="prometheus_config_last_reload_successful == 0",
            for_seconds=300,
            severity=Severity.TICKET,
            summary="{{ $labels.pod }} still runs an older configuration.",
            runbook="monitoring",
        ),
        AlertRule(
            name="PrometheusRulesFail",
            expression="increase(prometheus_rule_evaluation_failures_total[5m]) > 0",
            for_seconds=900,
            severity=Severity.TICKET,
            summary="Rules of {{ $labels.pod }} cannot be evaluated.",
            runbook="monitoring",
        ),
        AlertRule(
            name="PrometheusReachesNoAlertmanager",
            expression="prometheus_notifications_alertmanagers_discovered < 1",
            for_seconds=600,
            severity=Severity.PAGE,
            summary="Alerts of {{ $labels.pod }} reach nobody.",
            runbook="monitoring",
        ),
        AlertRule(
            name="AlertsAreNotDelivered",
            expression="sum by (namespace, integration) "
            "(increase(alertmanager_notifications_failed_total[15m])) > 0",
            for_seconds=300,
            severity=Severity.PAGE,
            summary="Messages by {{ $labels.integration }} do not arrive.",
            runbook="monitoring",
        ),
        AlertRule(
            name="AlertmanagersAreApart",
            expression="min by (namespace) (alertmanager_cluster_members) < "
            "count by (namespace) (alertmanager_cluster_members)",
            for_seconds=900,
            severity=Severity.TICKET,
            summary="The Alertmanagers do not know each other: messages come twice.",
            runbook="monitoring",
        ),
    )
