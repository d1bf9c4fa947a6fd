"""The script that looks at certificates tells those that end soon, with the real bash."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "constructs_lib/observability/assets/check-certificates.sh"


def sign(file: Path, days: int, kind: str = "ec") -> None:
    """Sign a certificate that ends in so many days; put it behind what is in the file."""
    algorithm = {"ec": ("ec", "-pkeyopt", "ec_paramgen_curve:P-256"), "rsa": ("rsa:2048",)}[kind]
    command = ("openssl", "req", "-x509", "-nodes", "-subj", "/CN=x", "-newkey", *algorithm)
    made = subprocess.run(
        (*command, "-keyout", "/dev/null", "-days", str(days)),
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    with file.open("a") as text:
        text.write(made)


def check(*files: Path) -> subprocess.CompletedProcess[str]:
    command = ("bash", str(SCRIPT), *map(str, files))
    return subprocess.run(command, capture_output=True, check=False, text=True)


def check_at(moment: str, file: Path) -> subprocess.CompletedProcess[str]:
    """Check a file at another time."""
    script = SCRIPT.read_text().replace("now=$(date -u +%s)", f"now=$(date -u -d '{moment}' +%s)")
    command = ("bash", "-c", script, "check", str(file))
    return subprocess.run(command, capture_output=True, check=False, text=True)


@pytest.mark.mission("B64")
@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_certificate_that_was_not_renewed_is_told(tmp_path: Path, kind: str) -> None:
    """After 2049 years have four digits."""
    file = tmp_path / "tls.crt"
    for days in (90, 365, 3650, 36_500):
        file.unlink(missing_ok=True)
        sign(file, days, kind)
        told = check(file)
        assert (told.returncode, told.stderr) == (0, "")
        assert int(told.stdout.split()[-2]) in {days - 1, days}


def test_one_that_ends_soon_or_is_none_fails(tmp_path: Path) -> None:
    soon, broken = tmp_path / "soon.crt", tmp_path / "broken.crt"
    # One of a day is renewed before its last quarter; here it is all but over.
    sign(soon, 1)
    assert check(soon).returncode == 0
    assert check_at("+20 hours", soon).returncode == 1
    assert check_at("+10 hours", soon).returncode == 0
    year = tmp_path / "year.crt"
    sign(year, 365)
    assert check_at("+330 days", year).returncode == 0
    assert check_at("+340 days", year).returncode == 1
    broken.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert check(broken).returncode == 1
    assert check(tmp_path / "none.crt").returncode == 1


def test_an_old_authority_may_be_left_beside_the_one_that_follows(tmp_path: Path) -> None:
    for names in (("ca.crt", 0), ("tls.crt", 1)):
        name, ends = names
        file = tmp_path / name
        sign(file, 400)
        sign(file, 4000)
        assert check_at("+390 days", file).returncode == ends, name
