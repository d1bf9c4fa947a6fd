"""CronJobs of the platform, run now."""

from __future__ import annotations

from uuid import uuid4

from tests.cluster.kubectl import kubectl, objects, until


def succeeds(cron_job: str, *, namespace: str = "app") -> bool:
    """Run what a CronJob runs, now; tell whether it succeeded."""
    name = f"{cron_job}-{uuid4().hex[:6]}"
    kubectl("create", "job", name, f"--from=cronjob/{cron_job}", "-n", namespace)

    def ended() -> set[str]:
        (found,) = objects(f"job/{name}", "-n", namespace)
        conditions = found.get("status", {}).get("conditions", ())
        return {each["type"] for each in conditions if each["status"] == "True"}

    return "Complete" in until(
        lambda: ended() & {"Complete", "Failed"}, f"the end of {name}", patience=900
    )
