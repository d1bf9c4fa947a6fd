"""How Logstash reads lines: by the form that each construct says it writes in."""

from __future__ import annotations

from typing import Any

from lscl.lang import (
    LsclAttribute,
    LsclBlock,
    LsclConditions,
    LsclEqualTo,
    LsclMatch,
    LsclSelector,
)
from lscl.renderer import render_as_lscl

from constructs_lib.facts.signals import LogFormat

BEATS_PORT = 5044
TLS = "/usr/share/logstash/certs"
_TIMEOUT_MILLIS = 2000

# What gunicorn writes of requests and of itself, and PostgreSQL by the prefix that
# the cluster gives it. The names are those of the Elastic Common Schema.
_REQUEST = (
    r"%{IPORHOST:[source][address]} - %{DATA:[user][name]} \[%{HTTPDATE:[logged]}\] "
    r'"%{WORD:[http][request][method]} %{NOTSPACE:[url][original]} HTTP/%{NUMBER:[http][version]}" '
    r"%{INT:[http][response][status_code]} %{NOTSPACE:[http][response][bytes]}"
    r"( %{GREEDYDATA:[rest]})?"
)
_OWN = (
    r"\[%{TIMESTAMP_ISO8601:[logged]}\] \[%{INT:[process][pid]}\] \[%{LOGLEVEL:[log][level]}\] "
    r"%{GREEDYDATA:[text]}"
)
_STATEMENT = (
    r"%{TIMESTAMP_ISO8601:[logged]} %{WORD:[zone]} \[%{INT:[process][pid]}\] "
    r"(%{DATA:[user][name]}@%{DATA:[postgresql][database]} %{DATA:[postgresql][application]} )?"
    r"%{WORD:[log][level]}: +%{GREEDYDATA:[text]}"
)
GUNICORN = (_REQUEST, _OWN)
POSTGRES = (_STATEMENT,)


def main_pipeline(*, elasticsearch: str) -> str:
    """Return the pipeline that all lines go through.

    A line that its form does not fit is kept as text, with a tag that says so.

    Args:
        elasticsearch: the address that lines go to.
    """
    form = LsclSelector(names=["service", "log_format"])
    parsed = LsclConditions(
        conditions=[
            (LsclEqualTo(first=form, second=written.value), [how])
            for written, how in (
                (LogFormat.JSON, _json()),
                (LogFormat.GUNICORN, _json_or_grok()),
                (LogFormat.POSTGRES, _grok(POSTGRES, "_postgresfailure")),
            )
        ],
    )
    return _rendered(
        [
            LsclBlock(name="input", content=[_beats()]),
            LsclBlock(
                name="filter",
                content=[
                    parsed,
                    LsclBlock(
                        name="date",
                        content=[
                            _attribute("match", ["logged", "ISO8601", "dd/MMM/yyyy:HH:mm:ss Z"]),
                            _attribute("tag_on_failure", ["_datefailure"]),
                        ],
                    ),
                    LsclBlock(
                        name="mutate",
                        content=[
                            _attribute("remove_field", ["logged", "zone", "[event][original]"]),
                            _attribute("rename", {"text": "message"}),
                            _attribute("lowercase", ["[log][level]"]),
                        ],
                    ),
                ],
            ),
            LsclBlock(name="output", content=[_elasticsearch(elasticsearch, "app")]),
        ]
    )


def rejected_pipeline(*, elasticsearch: str) -> str:
    """Return the pipeline of what Elasticsearch refused: kept as text, and seen."""
    return _rendered(
        [
            LsclBlock(
                name="input",
                content=[
                    LsclBlock(
                        name="dead_letter_queue",
                        content=[
                            _attribute("path", "/usr/share/logstash/data/dead_letter_queue"),
                            _attribute("pipeline_id", "main"),
                            _on("commit_offsets"),
                            _on("clean_consumed"),
                        ],
                    )
                ],
            ),
            LsclBlock(
                name="filter",
                content=[
                    LsclBlock(
                        name="mutate",
                        content=[
                            _attribute("add_tag", ["_rejectedfailure"]),
                            _attribute(
                                "add_field",
                                {"[error][message]": "%{[@metadata][dead_letter_queue][reason]}"},
                            ),
                        ],
                    ),
                    # What did not fit the index is no field any more.
                    LsclBlock(
                        name="prune",
                        content=[
                            _attribute(
                                "whitelist_names",
                                ["^@timestamp$", "^message$", "^service$", "^error$", "^tags$"],
                            )
                        ],
                    ),
                ],
            ),
            LsclBlock(name="output", content=[_elasticsearch(elasticsearch, "rejected")]),
        ]
    )


def _beats() -> LsclBlock:
    return LsclBlock(
        name="beats",
        content=[
            _attribute("port", BEATS_PORT),
            _on("ssl_enabled"),
            _attribute("ssl_certificate", f"{TLS}/tls.crt"),
            _attribute("ssl_key", f"{TLS}/tls.key"),
            _attribute("ssl_client_authentication", "required"),
            _attribute("ssl_certificate_authorities", [f"{TLS}/ca.crt"]),
        ],
    )


def _json() -> LsclBlock:
    return LsclBlock(
        name="json",
        content=[
            _attribute("source", "message"),
            _attribute("tag_on_failure", ["_jsonfailure"]),
        ],
    )


def _json_or_grok() -> LsclConditions:
    """Return how a server is read that writes lines of its own among the application's JSON."""
    message = LsclSelector(names=["message"])
    begins = LsclMatch(value=message, pattern=r"^\{")
    return LsclConditions(
        conditions=[(begins, [_json()])],
        default=[_grok(GUNICORN, "_gunicornfailure")],
    )


def _grok(patterns: tuple[str, ...], tag: str) -> LsclBlock:
    return LsclBlock(
        name="grok",
        content=[
            _attribute("match", {"message": [f"^{pattern}$" for pattern in patterns]}),
            _attribute("tag_on_failure", [tag]),
            _attribute("timeout_millis", _TIMEOUT_MILLIS),
        ],
    )


def _elasticsearch(address: str, dataset: str) -> LsclBlock:
    return LsclBlock(
        name="elasticsearch",
        content=[
            _attribute("hosts", [address]),
            _attribute("user", "logstash"),
            _attribute("password", "${ELASTICSEARCH_PASSWORD}"),
            _attribute("ssl_certificate_authorities", [f"{TLS}/ca.crt"]),
            _on("data_stream"),
            _attribute("data_stream_type", "logs"),
            _attribute("data_stream_dataset", dataset),
            _attribute("data_stream_namespace", "default"),
        ],
    )


def _attribute(name: str, value: Any) -> LsclAttribute:  # noqa: ANN401
    return LsclAttribute(name=name, content=value)


def _on(name: str) -> LsclAttribute:
    return LsclAttribute(name=name, content=True)


def _rendered(content: list[Any]) -> str:
    return f"{render_as_lscl(content)}\n"
