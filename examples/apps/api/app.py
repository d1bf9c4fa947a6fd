"""Orders: a REST API that keeps them in PostgreSQL."""

from __future__ import annotations

import uuid
from typing import Any

import psycopg
import telemetry
from database import Database
from flask import Flask, request
from psycopg.rows import dict_row
from werkzeug.exceptions import BadRequest, HTTPException, NotFound

_PLACE = "INSERT INTO orders (id, item, quantity) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
_NEWEST = "SELECT id, item, quantity, placed_at FROM orders ORDER BY placed_at DESC LIMIT 20"
_ONE = "SELECT id, item, quantity, placed_at FROM orders WHERE id = %s"

app = Flask(__name__)
telemetry.watch(app)


database = Database()


@app.get("/healthz")
def healthz() -> str:
    """Say that the process works; nobody else is asked."""
    return "ok"


@app.get("/readyz")
def readyz() -> tuple[str, int]:
    """Say whether orders can be placed."""
    return ("ok", 200) if database.answers else ("the database does not answer", 503)


@app.post("/api/orders")
def place() -> tuple[dict[str, Any], int]:
    """Place an order; once its id is told, it is kept."""
    match request.get_json():
        case {"item": str(item), "quantity": int(quantity)} if item and 0 < quantity < 1000:
            pass
        case _:
            raise BadRequest('an order is like {"item": "cup", "quantity": 2}')
    # It is made here and once: where a COMMIT broke, trying again places no second order.
    order = uuid.uuid4()
    database.run(lambda connection: connection.execute(_PLACE, (order, item, quantity)))
    return {"id": str(order), "item": item, "quantity": quantity}, 201


@app.get("/api/orders")
def newest() -> dict[str, Any]:
    """Return the newest orders."""
    return {"orders": _read(_NEWEST)}


@app.get("/api/orders/<uuid:order>")
def one(order: uuid.UUID) -> dict[str, Any]:
    """Return one order."""
    found = _read(_ONE, order)
    if not found:
        raise NotFound("no such order")
    return found[0]


def _read(statement: str, *values: object) -> list[dict[str, Any]]:
    def read(connection: psycopg.Connection) -> list[dict[str, Any]]:
        cursor = connection.cursor(row_factory=dict_row)
        return cursor.execute(statement, values).fetchall()

    return database.run(read)


@app.errorhandler(psycopg.OperationalError)
@app.errorhandler(psycopg.errors.ReadOnlySqlTransaction)
def _unavailable(error: psycopg.Error) -> tuple[dict[str, str], int, dict[str, str]]:
    telemetry.log.error("no answer of the database", exc_info=error)
    return {"error": "the database does not answer"}, 503, {"Retry-After": "1"}


@app.errorhandler(HTTPException)
def _refused(error: HTTPException) -> tuple[dict[str, str | None], int]:
    return {"error": error.description}, error.code or 500
