"""The scripts of the jobs that look after a cluster."""

from __future__ import annotations

from importlib.resources import files

from constructs_lib.pods.configuration import ConfigFiles

SCRIPTS = "/scripts"


def scripts(*names: str) -> ConfigFiles:
    """Return files of this room, as programs in `SCRIPTS`."""
    assets = files(__package__).joinpath("assets")
    return ConfigFiles(
        name="scripts",
        files={name: assets.joinpath(name).read_text(encoding="utf-8") for name in names},
        mount_path=SCRIPTS,
        executable=True,
    )
