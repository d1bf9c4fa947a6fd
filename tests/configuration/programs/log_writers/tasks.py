"""Tasks of Celery, one of which fails."""

from __future__ import annotations

from celery import Celery

app = Celery("tasks", broker="filesystem://")
app.conf.broker_transport_options = dict.fromkeys(
    ("data_folder_in", "data_folder_out", "control_folder"), "queue"
)


@app.task
def add(one: int, other: int) -> int:
    return one + other
