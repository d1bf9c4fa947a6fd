"""The filters of Logstash that parse a line by the log format of its construct."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.facts.log_patterns import NEXT_SIGNS, TRACEPARENT
from constructs_lib.facts.logs import LogFormat
from constructs_lib.observability.elk.audit_log import AUDIT, audit_steps
from constructs_lib.observability.elk.plugins import branches, plugin

# Where loggers put what all of them say; the last that is there counts.
_LEVELS = ("level", "levelname", "severity", "log.level")
_TEXTS = ("msg", "message")
_TIMES = ("t", "time", "timestamp", "asctime", "@timestamp")
_TRACES = ("otelTraceID", "trace_id", "traceId", "trace.id")
_REQUESTS = ("request_id", "requestId", "reqId")
# Numbers of pino: https://github.com/pinojs/pino/blob/main/docs/api.md#loggerlevels-object
# and signs of Next.js.
_NAMES_OF_LEVELS = {
    "10": "trace",
    "20": "debug",
    "30": "info",
    "40": "warn",
    "50": "error",
    "60": "fatal",
    **NEXT_SIGNS,
    "⚠": "warn",
    "✓": "info",
    "○": "info",
    "▲": "info",
    "»": "trace",
}
# ISO8601 takes no blank before the zone.
_FORMS_OF_TIMES = ("ISO8601", "yyyy-MM-dd HH:mm:ss Z", "dd/MMM/yyyy:HH:mm:ss Z", "UNIX_MS")
# One application may call a text what another calls a number: these are numbers wherever they are.
NUMBERS = (
    'app = event.get("app"); '
    "numbers = app.is_a?(Hash) ? app.select { |_, value| value.is_a?(Numeric) } : {}; "
    'event.set("numbers", numbers.transform_keys { |name| name.gsub(".", "_") }) '
    "unless numbers.empty?"
)


# The data set of lines that say that somebody was not let in.
REFUSED = "refused"


def parsing(formats: Sequence[LogFormat]) -> list[str]:
    """Return the filters that every event passes.

    A line that its format does not match is kept as text, with a tag that says so.

    Args:
        formats: of all whose lines are read.
    """
    times = dict.fromkeys((*_FORMS_OF_TIMES, *(form for each in formats for form in each.times)))
    return [
        branches(_by_format(formats)),
        plugin(
            "mutate",
            # A group of a regular expression has a plain name.
            rename={
                "severity": "[log][level]",
                "thrown": "[error][type]",
                "referrer": "[http][request][referrer]",
                "agent": "[user_agent][original]",
                "request": "[http][request][id]",
            },
        ),
        branches({"[error][type] and ![log][level]": [_level("error")]}),
        branches({'[http][request][id] == "-"': [_without("[http][request][id]")]}),
        # Outside of a trace, what writes it has nothing but zeros.
        branches({r"[trace][id] =~ /\A0+$/": [_without("[trace][id]")]}),
        plugin(
            "translate",
            source="[log][level]",
            target="[log][level]",
            override=True,
            dictionary=_NAMES_OF_LEVELS,
        ),
        plugin("date", match=["logged", *times], timezone="UTC", tag_on_failure=["_datefailure"]),
        plugin(
            "mutate",
            rename={"text": "message"},
            lowercase=["[log][level]"],
            remove_field=["logged", "zone", "[event][original]"],
        ),
        *_refusals(formats),
    ]


def _by_format(formats: Sequence[LogFormat]) -> dict[str, list[str]]:
    """Return what is done with a line, by a condition."""
    named = {each.name: f'[service][log_format] == "{each.name}"' for each in formats}
    json = ", ".join(f'"{each.name}"' for each in formats if each.json and each != AUDIT)
    steps = {named[AUDIT.name]: audit_steps()} if AUDIT in formats else {}
    # A server's own lines stand among JSON of the application.
    steps |= {rf"[service][log_format] in [{json}] and [message] =~ /\A\{{/": _json()}
    for each in formats:
        if each.patterns:
            steps[named[each.name]] = [_grok(each)]
        elif each.json and each != AUDIT:
            steps[named[each.name]] = [plugin("mutate", add_tag=[f"_{each.name}failure"])]
    return steps


def _refusals(formats: Sequence[LogFormat]) -> list[str]:
    """Return what puts lines of whoever was not let in apart, where they are counted."""
    stream = {"type": "logs", "dataset": REFUSED, "namespace": "default"}
    steps = {
        f'[service][log_format] == "{each.name}" and [message] =~ {_expression(each.refusals)}': [
            plugin(
                "mutate", replace={f"[data_stream][{part}]": is_ for part, is_ in stream.items()}
            )
        ]
        for each in formats
        if each.refusals
    }
    return [branches(steps)] if steps else []


def _expression(found: Sequence[str]) -> str:
    """Return one that finds any; a slash would end it, and not each reader knows it escaped."""
    any_of = "|".join(found).replace(r"\/", "/").replace("/", r"\x2f")
    return f"/{any_of}/"


def _json() -> list[str]:
    # Below a field of its own, an application overwrites nothing of what is known of the line.
    read = plugin("json", source="message", target="app", tag_on_failure=["_jsonfailure"])
    known = plugin(
        "mutate",
        rename={
            **_renamed(_LEVELS, "[log][level]"),
            "[app][log][level]": "[log][level]",
            **_renamed(_TEXTS, "text"),
            **_renamed(_TIMES, "logged"),
            **_renamed(_TRACES, "[trace][id]"),
            **_renamed(_REQUESTS, "[http][request][id]"),
            "[app][req][id]": "[http][request][id]",
        },
        convert={"[log][level]": "string", "logged": "string"},
    )
    # Of each request: by the usual names, and by those of pino-http.
    asked = _request(method="method", path="path", status="status")
    pino = _request(method="[req][method]", path="[req][url]", status="[res][statusCode]")
    steps = [known, plugin("ruby", code=NUMBERS)]
    steps.append(
        branches(
            {
                "[app][method] and [app][status]": [asked],
                "[app][req][method] and [app][res][statusCode]": [pino],
            }
        )
    )
    # A client may send there what it likes.
    traced = r"![trace][id] and [app][traceparent] =~ /\A\w+(-\w+){3}$/"
    steps.append(branches({traced: [_trace_of_request()]}))
    return [read, branches({"[app]": steps})]


def _trace_of_request() -> str:
    return plugin("grok", match={"[app][traceparent]": [whole(TRACEPARENT)]})


def _request(*, method: str, path: str, status: str) -> str:
    names = {
        method: "[http][request][method]",
        path: "[url][original]",
        status: "[http][response][status_code]",
    }
    return plugin("mutate", rename={_below_app(name): field for name, field in names.items()})


def _renamed(names: Sequence[str], field: str) -> dict[str, str]:
    return {_below_app(name): field for name in names}


def _below_app(name: str) -> str:
    return f"[app]{name}" if name.startswith("[") else f"[app][{name}]"


def _level(name: str) -> str:
    return plugin("mutate", add_field={"[log][level]": name})


def _without(field: str) -> str:
    return plugin("mutate", remove_field=[field])


def _grok(written: LogFormat) -> str:
    return plugin(
        "grok",
        match={"message": [whole(pattern) for pattern in written.patterns]},
        tag_on_failure=[f"_{written.name}failure"],
        timeout_millis=2000,
    )


def whole(pattern: str) -> str:
    """Return a pattern of a whole event, which may go over several lines; ^ would fit each."""
    return rf"(?m)\A(?:{pattern})\z"
