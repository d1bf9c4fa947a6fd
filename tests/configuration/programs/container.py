"""A container of a manifest as a process here, with its user and a root that is read-only."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Folders of every machine that are lent: for what the image has, and for its programs.
_IMAGE, _PROGRAMS, _RUN = "/mnt", "/media", "/run"


@contextmanager
def running_container(
    pod: Mapping[str, Any],
    *,
    image: Path,
    programs: Path,
    places: Mapping[str, str],
    files: Mapping[str, str],
    folder: Path,
) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Run the first container of a pod until the end of the block, and give what it prints.

    Args:
        pod: the spec.
        image: the folder where its command starts.
        programs: the folder on its path.
        places: the variables that have another value here.
        files: the text of those below ``/run``, by their path.
        folder: for what it needs here.
    """
    container = pod["containers"][0]
    run = folder / "run"
    for path, text in files.items():
        file = run / Path(path).relative_to(_RUN)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    env = {each["name"]: each["value"] for each in container["env"]} | dict(places)
    limits = {v["name"]: v["emptyDir"]["sizeLimit"] for v in pod["volumes"] if "emptyDir" in v}
    scratch = {
        mount["mountPath"]: limits[mount["name"]].removesuffix("i")
        for mount in container["volumeMounts"]
        if mount["name"] in limits
    }
    user = pod["securityContext"]["runAsUser"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    script = [
        "mount --make-rprivate /",
        *(
            f"mount --bind {shlex.quote(str(own))} {lent} && mount -o remount,bind,ro {lent}"
            for own, lent in ((image, _IMAGE), (programs, _PROGRAMS), (run, _RUN))
        ),
        *(f"mount -t tmpfs -o mode=1777,size={size} scratch {at}" for at, size in scratch.items()),
        "mount -o remount,bind,ro /",
        f"cd {_IMAGE}",
        shlex.join(
            [
                *("exec", "setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"),
                *("--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"),
                *("env", "-i", f"PATH={_PROGRAMS}:/usr/bin:/bin"),
                *(f"{name}={value}" for name, value in env.items()),
                *container["command"],
            ]
        ),
    ]
    log = folder / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            ("unshare", "--mount", "sh", "-ec", "\n".join(script)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process, log
    finally:
        process.kill()
        process.wait(timeout=60)
