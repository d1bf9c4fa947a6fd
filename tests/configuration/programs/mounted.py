"""Files of a pod, as they are mounted there, with the places of a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import mkdtemp

from tests.configuration.programs.debian import Debian
from tests.configuration.programs.places import placed
from tests.configuration.programs.postgresql import Files


def written(path: Path, text: str, places: Mapping[str, str]) -> Path:
    """Write a file with the paths and ports of the test in place of its own."""
    path.write_text(placed(text, places))
    path.chmod(0o755)
    return path


def secrets(folder: Path, name: str, **content: str) -> Path:
    """Write the files of a Secret as the kubelet does: its keys change at once, by one rename."""
    secret, data = folder / name, folder / name / "..data"
    secret.mkdir(parents=True, exist_ok=True)
    before = {each.name: each.read_text() for each in data.iterdir()} if data.exists() else {}
    turn = Path(mkdtemp(prefix="..", dir=secret))
    turn.chmod(0o755)
    for key, value in {**before, **content}.items():
        (turn / key).write_text(value)
        (turn / key).chmod(0o644)
        if not (secret / key).is_symlink():
            (secret / key).symlink_to(Path("..data", key))
    following = secret / "..following"
    following.symlink_to(turn.name)
    following.rename(data)
    return secret


# By where their Secrets are mounted: those of clients, and those that will be next.
# Not all of them are names that need no quotes.
OWNER = "Shop=1"
USERS = {
    "roles/postgres-owner": (OWNER,),
    "roles/postgres-writer": ("api", "api-2"),
    "roles/postgres-reader": ("reports", "reports-2"),
    "pooler": ("pooler=1", "pooler-2"),
}


def logins(folder: Path, password: Callable[[str], str]) -> None:
    """Write the Secrets of those who log in to the database, with the password of each user."""
    for mounted, users in USERS.items():
        content = {
            f"{turn}{key}": value
            for turn, user in zip(("", "next-"), users, strict=False)
            for key, value in {"username": user, "password": password(user)}.items()
        }
        secrets(folder, mounted, **content)


def password_scripts(system: Debian, folder: Path, files: Files) -> tuple[str, str]:
    """Write what prepares a database and what keeps its passwords; both are given as called inside.

    Sockets and Secrets are in the same folder.
    """
    inside, scripts = system.inside(folder), files["postgres-scripts"]
    prepare, keep = "prepare-database.sh", "credentials.py"
    secret = {"/run/secrets": inside}
    written(folder / prepare, scripts[prepare], {})
    written(folder / "databases.json", files["postgres-databases"]["databases.json"], secret)
    for name, script in scripts.items():
        if name.endswith(".sql") or name == "verifiers.py":
            written(folder / name, script, {})
    written(
        folder / keep,
        scripts[keep],
        {
            **secret,
            "/etc/databases": inside,
            "/run/patroni": inside,
            "/scripts": inside,
            "/var/run/postgresql": inside,
            "time.sleep(10)": "time.sleep(0.5)",
        },
    )
    return f"{inside}/{prepare}", f"{inside}/{keep}"
