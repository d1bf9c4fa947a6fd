"""Orders and their task: a Flask application and a Celery one that know nothing of traces."""

from __future__ import annotations

import logging
import os
from typing import Any

from celery import Celery
from flask import Flask

app = Flask(__name__)
tasks = Celery("traced", broker=os.environ["BROKER_URL"])
tasks.conf.broker_transport_options = dict.fromkeys(
    ("data_folder_in", "data_folder_out", "control_folder"), os.environ["QUEUE"]
)
log = logging.getLogger("shop.orders")
log.setLevel(logging.INFO)


@tasks.task
def packed(item: str) -> str:
    return item


@app.get("/healthz")
def alive() -> str:
    return "ok"


@app.get("/api/orders")
def orders() -> dict[str, list[dict[str, Any]]]:
    log.info("orders are asked for")
    packed.delay("cup")
    return {"orders": [{"id": "1", "item": "cup", "quantity": 2}]}
