"""Reads manifests, of this library or of anybody else: workloads, policies, demand, invariants."""
