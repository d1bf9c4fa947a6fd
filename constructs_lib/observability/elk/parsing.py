"""The filters of Logstash that parse a line by the log format of its construct."""

from __future__ import annotations

from constructs_lib.facts.logs import LogFormat
from constructs_lib.observability.elk.patterns import GUNICORN, POSTGRES
from constructs_lib.observability.elk.plugins import branches, plugin

# Where loggers put what all of them say; the last that is there counts.
_LEVELS = ("level", "levelname", "severity", "log.level")
_TEXTS = ("msg", "message")
_TIMES = ("t", "time", "timestamp", "asctime", "@timestamp")
# https://github.com/pinojs/pino/blob/main/docs/api.md#loggerlevels-object
_PINO = {"10": "trace", "20": "debug", "30": "info", "40": "warn", "50": "error", "60": "fatal"}


def parsing() -> list[str]:
    """Return the filters that every event passes.

    A line that its format does not match is kept as text, with a tag that says so.
    """
    forms = {
        LogFormat.JSON: _json(),
        LogFormat.GUNICORN: _json_or(_grok(GUNICORN, "_gunicornfailure")),
        LogFormat.POSTGRES: [_grok(POSTGRES, "_postgresfailure")],
    }
    return [
        branches(
            {f'[service][log_format] == "{form.value}"': steps for form, steps in forms.items()}
        ),
        plugin(
            "date",
            # ISO8601 takes no blank before the zone.
            match=[
                "logged",
                "ISO8601",
                "yyyy-MM-dd HH:mm:ss Z",
                "dd/MMM/yyyy:HH:mm:ss Z",
                "UNIX_MS",
            ],
            timezone="UTC",
            tag_on_failure=["_datefailure"],
        ),
        plugin(
            "mutate",
            rename={"text": "message"},
            lowercase=["[log][level]"],
            remove_field=["logged", "zone", "[event][original]"],
        ),
    ]


def _json() -> list[str]:
    # Below a field of its own, an application overwrites nothing of what is known of the line.
    read = plugin("json", source="message", target="app", tag_on_failure=["_jsonfailure"])
    known = plugin(
        "mutate",
        rename={
            **{f"[app][{name}]": "[log][level]" for name in _LEVELS},
            "[app][log][level]": "[log][level]",
            **{f"[app][{name}]": "text" for name in _TEXTS},
            **{f"[app][{name}]": "logged" for name in _TIMES},
        },
        convert={"[log][level]": "string", "logged": "string"},
    )
    numbers = plugin(
        "translate",
        source="[log][level]",
        target="[log][level]",
        override=True,
        dictionary=_PINO,
    )
    return [read, branches({"[app]": [known, numbers]})]


def _json_or(other: str) -> list[str]:
    """Return the filter for a server whose own lines stand among JSON of the application."""
    return [branches({r"[message] =~ /\A\{/": _json()}, otherwise=[other])]


def _grok(patterns: tuple[str, ...], tag: str) -> str:
    return plugin(
        "grok",
        match={"message": list(patterns)},
        tag_on_failure=[tag],
        timeout_millis=2000,
    )
