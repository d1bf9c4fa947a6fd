"""JRuby, in which Logstash runs the code of its filter of that name."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.configuration.programs.cache import kept

# Of Logstash 8 and 9: https://github.com/elastic/logstash/blob/main/versions.yml
VERSION = "9.4.13.0"
_PROGRAM = """
require "json"
class Event
  attr_reader :data
  def initialize(data) = @data = data
  def get(name) = @data[name]
  def set(name, value) = @data[name] = value
end
event = Event.new(JSON.parse($stdin.read))
eval(ARGV[0])
puts JSON.generate(event.data)
"""


def filtered(code: str, event: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Return an event after the code of a filter."""
    ran = subprocess.run(
        ("java", "-jar", str(_installed()), "-e", _PROGRAM, code),
        check=True,
        input=json.dumps(event),
        capture_output=True,
        text=True,
    )
    return json.loads(ran.stdout)


def _installed() -> Path:
    (archive,) = kept(f"jruby-{VERSION}", _install).glob("*.jar")
    return archive


def _install(folder: Path) -> None:
    artifact = f"org.jruby:jruby-complete:{VERSION}"
    copied = ("mvn", "-B", "-q", "dependency:copy", f"-Dartifact={artifact}")
    subprocess.run((*copied, f"-DoutputDirectory={folder}"), check=True)
