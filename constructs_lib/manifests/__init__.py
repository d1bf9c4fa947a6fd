"""Readers of manifests, whoever wrote them: workloads, policies, quotas, invariants."""
