"""A Flask application that logs in the ways that people have, where nobody set up a logger."""

from __future__ import annotations

import logging
import warnings

from flask import Flask

app = Flask(__name__)
orders = logging.getLogger("shop.orders")
dated = logging.getLogger("shop.dated")
dated.propagate = False


@app.get("/healthz")
def alive() -> str:
    return "ok"


@app.get("/fail")
def fail() -> str:
    try:
        int("x")
    except ValueError as error:
        message = "no such order"
        raise LookupError(message) from error


@app.get("/said")
def said() -> str:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s:%(levelname)s:%(name)s:%(message)s"))
    dated.addHandler(handler)
    logging.basicConfig()
    orders.warning("order 4711 waits")
    dated.error("order 4712 is lost")
    warnings.warn("soon gone", DeprecationWarning, stacklevel=1)
    print("order 4713 is printed", flush=True)  # noqa: T201
    app.logger.error("order 4714 failed")
    return "ok"
