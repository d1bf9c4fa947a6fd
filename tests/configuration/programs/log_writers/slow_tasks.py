"""A task of Celery that takes a while."""

from __future__ import annotations

import os
import time

from celery import Celery

app = Celery("slow_tasks", broker=os.environ["CELERY_BROKER_URL"])


@app.task
def sleep(seconds: int) -> None:
    time.sleep(seconds)
