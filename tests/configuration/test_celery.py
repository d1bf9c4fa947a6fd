"""Celery reads its broker as a tier tells it, and ends its task before it goes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from cdk8s import App, Chart

from constructs_lib import Container, StorageClass, ValkeyBroker, WorkerTier
from constructs_lib.testing import find
from tests.configuration.programs.cache import kept
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.places import placed
from tests.configuration.programs.valkey import valkey
from tests.configuration.programs.waiting import becomes

TASKS = Path(__file__).parent / "programs" / "log_writers" / "slow_tasks.py"
BULK = StorageClass(name="bulk", provisioner="ebs.csi.aws.com", parameters={"type": "gp3"})
PASSWORD = "letters-and-digits-1"
URL = "{scheme}://:{password}@{host}:{port}/0?ssl_cert_reqs=required&ssl_ca_certs={ca_file}"


def programs() -> Path:
    """Return the folder of a Python that has Celery."""

    def install(folder: Path) -> None:
        subprocess.run((sys.executable, "-m", "venv", folder), check=True)
        pip = (folder / "bin" / "pip", "install", "--quiet", "celery[redis]==5.5.2")
        subprocess.run(pip, check=True)

    return kept("celery-redis-5.5.2", install) / "bin"


def test_a_worker_ends_its_task_and_leaves_the_next_to_others(
    system: Debian, tmp_path: Path
) -> None:
    chart = Chart(App(), "worker", namespace="app")
    queue = ValkeyBroker(chart, "queue", storage=BULK).endpoint.read_as({"CELERY_BROKER_URL": URL})
    command = ["celery", "-A", "slow_tasks", "worker", "-c", "1", "--loglevel=INFO"]
    WorkerTier(
        chart,
        "worker",
        container=Container(image="registry.example.com/shop/worker:1.2.0", command=command),
        broker=queue,
        longest_task_seconds=20,
    )
    pod = find(chart, "Deployment", "worker")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    (told,) = [each["value"] for each in container["env"] if each["name"] == "CELERY_BROKER_URL"]
    with valkey(system, ValkeyBroker, password=PASSWORD, storage=BULK) as broker, broker.running():
        url = placed(
            re.sub(r"\$\(\w+\)", PASSWORD, told),
            {
                "queue.app.svc.cluster.local:6379": f"localhost:{broker.port}",
                "/run/secrets/queue-client/ca.crt": str(broker.tls / "ca.crt"),
            },
        )
        shutil.copy(TASKS, tmp_path)
        where = programs()

        def send(seconds: int) -> None:
            subprocess.run(
                (where / "python", "-c", f"import slow_tasks; slow_tasks.sleep.delay({seconds})"),
                cwd=tmp_path,
                env={"CELERY_BROKER_URL": url},
                check=True,
            )

        log = tmp_path / "log"
        with log.open("w") as output:
            process = subprocess.Popen(
                (where / container["command"][0], *container["command"][1:]),
                cwd=tmp_path,
                env={"CELERY_BROKER_URL": url, "PATH": str(where)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                send(6)
                assert becomes(lambda: "received" in log.read_text(), seconds=60), log.read_text()
                begun = time.monotonic()
                process.terminate()
                time.sleep(1)
                send(0)
                process.wait(timeout=pod["terminationGracePeriodSeconds"])
            finally:
                process.kill()
        assert time.monotonic() - begun > 3
        text = log.read_text()
        assert text.count("succeeded") == 1, text
        with broker.client() as client:
            assert client.ask("LLEN", "celery") == ":1"
