"""A store that speaks the language of S3, with TLS on a port of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.configuration.programs.golang import GoProgram
from tests.configuration.programs.ports import free_port

VERSITYGW = GoProgram(
    name="versitygw",
    module="github.com/versity/versitygw",
    version="v1.8.0",
    package="cmd/versitygw",
)
KEYS = {"access-key": "AKIDEXAMPLE", "secret-key": "s3cret of the store"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectStore:
    """A store with one bucket, ``backups``.

    Args:
        port: that it listens on.
        folder: what is in the bucket.
    """

    port: int
    folder: Path


@contextmanager
def object_store(data: Path, certificate: Path) -> Iterator[ObjectStore]:
    """Keep what comes in a folder until the end of the block."""
    port, bucket = free_port(), data / "backups"
    bucket.mkdir(parents=True)
    command = (
        str(VERSITYGW.path()),
        *(f"--port=127.0.0.1:{port}", "--region=eu-central-1", "--health=/health"),
        *(f"--cert={certificate}/tls.crt", f"--key={certificate}/tls.key", "--quiet"),
        *("posix", str(data)),
    )
    keys = {"ROOT_ACCESS_KEY": KEYS["access-key"], "ROOT_SECRET_KEY": KEYS["secret-key"]}
    log = data.with_suffix(".log")
    with (
        log.open("w") as output,
        subprocess.Popen(
            command, env={**os.environ, **keys}, stdout=output, stderr=subprocess.STDOUT
        ) as process,
    ):
        asked = ("curl", "-sf", "--cacert", f"{certificate}/ca.crt")
        url = f"https://localhost:{port}/health"
        try:
            ready = f"until {' '.join(asked)} {url}; do sleep 0.2; done"
            subprocess.run(("sh", "-c", ready), check=True, timeout=20, capture_output=True)
            assert process.poll() is None, log.read_text()
            yield ObjectStore(port=port, folder=bucket)
        finally:
            process.kill()
