"""The configuration of Superset, which reads what its pods are told."""

from os import environ
from urllib.parse import parse_qs, urlsplit

from flask_caching.backends.rediscache import RedisCache
from redis import from_url

CACHE_URL = environ["CACHE_URL"]
SECRET_KEY = environ["SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = environ["DATABASE_URL"]
SQLALCHEMY_ENGINE_OPTIONS = {"pool_size": int(environ["DATABASE_POOL"]), "max_overflow": 0}
CACHE_CONFIG = {"CACHE_TYPE": "RedisCache", "CACHE_REDIS_URL": CACHE_URL}
DATA_CACHE_CONFIG = {**CACHE_CONFIG, "CACHE_KEY_PREFIX": "data_"}
RESULTS_BACKEND = RedisCache(from_url(CACHE_URL))
GLOBAL_ASYNC_QUERIES_JWT_SECRET = environ["JWT_SECRET"]
GLOBAL_ASYNC_QUERIES_TRANSPORT = "ws"
GLOBAL_ASYNC_QUERIES_WEBSOCKET_URL = "wss://bi.example.com/ws"
# The websocket server reads there what the workers tell.
events = urlsplit(environ["CELERY_BROKER_URL"])
GLOBAL_ASYNC_QUERIES_CACHE_BACKEND = {
    "CACHE_TYPE": "RedisCache",
    "CACHE_REDIS_HOST": events.hostname,
    "CACHE_REDIS_PORT": events.port,
    "CACHE_REDIS_PASSWORD": events.password,
    "CACHE_REDIS_DB": 0,
    "CACHE_REDIS_SSL": True,
    "CACHE_REDIS_SSL_CA_CERTS": parse_qs(events.query)["ssl_ca_certs"][0],
}


class CELERY_CONFIG:  # noqa: N801 - Superset's name
    """What workers and beat run."""

    broker_url = environ["CELERY_BROKER_URL"]
    result_backend = CACHE_URL
    imports = ("superset.sql_lab", "superset.tasks.scheduler")
