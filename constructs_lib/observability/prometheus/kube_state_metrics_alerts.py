"""Alerts on metrics of kube-state-metrics: pods, workloads, quotas and nodes."""

from __future__ import annotations

from constructs_lib.facts.alerts import AlertRule, Severity

# It is told whose objects to tell of, so no expression names a namespace.
ALERTS = (
    AlertRule(
        name="KubePodCrashLooping",
        expression="increase(kube_pod_container_status_restarts_total[1h]) > 3",
        for_seconds=300,
        severity=Severity.TICKET,
        summary="{{ $labels.container }} of {{ $labels.pod }} has restarted "
        '{{ $value | printf "%.0f" }} times in an hour.',
        runbook="pods",
    ),
    AlertRule(
        name="KubePodNotReady",
        expression='max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Unknown"}) > 0',
        for_seconds=900,
        severity=Severity.TICKET,
        summary="{{ $labels.pod }} has not started for a quarter of an hour.",
        runbook="pods",
    ),
    AlertRule(
        name="KubeContainerOOMKilled",
        expression="increase(kube_pod_container_status_restarts_total[15m]) > 0 and "
        "on (namespace, pod, container) "
        'kube_pod_container_status_last_terminated_reason{reason="OOMKilled"} == 1',
        for_seconds=0,
        severity=Severity.TICKET,
        summary="{{ $labels.container }} of {{ $labels.pod }} was killed for want of memory.",
        runbook="resources",
    ),
    AlertRule(
        name="KubeDeploymentRolloutStuck",
        expression='kube_deployment_status_condition{condition="Progressing",status="false"} == 1',
        for_seconds=300,
        severity=Severity.PAGE,
        summary="The rollout of {{ $labels.deployment }} does not go on.",
        runbook="rollout",
    ),
    AlertRule(
        name="KubeDeploymentReplicasMismatch",
        expression="kube_deployment_spec_replicas > kube_deployment_status_replicas_available",
        for_seconds=900,
        severity=Severity.TICKET,
        summary="{{ $labels.deployment }} has had fewer replicas than it asks for, for a "
        "quarter of an hour.",
        runbook="rollout",
    ),
    AlertRule(
        name="KubeStatefulSetReplicasMismatch",
        expression="kube_statefulset_replicas > kube_statefulset_status_replicas_ready",
        for_seconds=900,
        severity=Severity.TICKET,
        summary="{{ $labels.statefulset }} has had fewer members than it asks for, for a "
        "quarter of an hour.",
        runbook="rollout",
    ),
    AlertRule(
        name="KubeDaemonSetRolloutStuck",
        expression="kube_daemonset_status_number_unavailable > 0",
        for_seconds=900,
        severity=Severity.TICKET,
        summary="{{ $labels.daemonset }} has not run on {{ $value }} nodes for a quarter of an "
        "hour.",
        runbook="rollout",
    ),
    AlertRule(
        name="KubeHpaMaxedOut",
        expression="kube_horizontalpodautoscaler_status_desired_replicas >= "
        "kube_horizontalpodautoscaler_spec_max_replicas",
        for_seconds=900,
        severity=Severity.TICKET,
        summary="{{ $labels.horizontalpodautoscaler }} cannot grow any more.",
        runbook="scaling",
    ),
    AlertRule(
        name="KubeJobFailed",
        expression='kube_job_failed{condition="true"} > 0',
        for_seconds=60,
        severity=Severity.TICKET,
        summary="{{ $labels.job_name }} failed.",
        runbook="jobs",
    ),
    AlertRule(
        name="KubeQuotaAlmostFull",
        # Load balancers and node ports have no room on purpose: all of them are in use.
        expression='kube_resourcequota{resource!~"services[.].+",type="used"} / ignoring (type) '
        '(kube_resourcequota{type="hard"} > 0) > 0.95',
        for_seconds=900,
        severity=Severity.TICKET,
        summary="{{ $labels.resource }} of {{ $labels.namespace }} is nearly used up.",
        runbook="quotas",
    ),
    AlertRule(
        name="KubeNodeNotReady",
        expression='kube_node_status_condition{condition="Ready",status="true"} == 0',
        # Sooner than what cannot be scraped on it is told, which it holds back.
        for_seconds=300,
        severity=Severity.TICKET,
        summary="{{ $labels.node }} is not ready.",
        runbook="nodes",
    ),
)
