"""A run struck at every durable system call, by a kill or by a power cut -> how many points, how many bad states.

    python benchmarks/crash/strike.py [kill|power] [--every N]

`kill` needs strace; `power` needs root and a loop device: the installation then lies on an
ext4 of its own that is shut down at the point of the kill, as a power cut would.  After each
strike the next run must end in the same state as a run that nothing disturbed.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CALLS = ("fsync", "fdatasync", "rename", "unlink", "pwrite64", "ftruncate", "mkdir")
FS_IOC_SHUTDOWN, NOLOGFLUSH = 0x8004587D, 2
SIZE = 64 << 20


def main() -> None:
    """Strike at every point and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("how", choices=("kill", "power"), nargs="?", default="kill")
    parser.add_argument("--every", type=int, default=1, help="only every Nth point")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        whole = work / "whole"
        install(whole)
        score(whole, "run")
        wanted, total, bad = state(whole), 0, 0
        for call in CALLS:
            for at in range(1, 10_000, arguments.every):
                reached, agrees = strike(work, call, at, wanted, power=arguments.how == "power")
                if not reached:
                    break
                total, bad = total + 1, bad + (not agrees)
        print(f"{arguments.how}: {total} points, {bad} bad states")
    sys.exit(bool(bad))


def install(folder: Path) -> None:
    """Put the shipped case into a folder, reading in one process so that every call is of the run itself."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pipeline.toml").write_text(
        '[reading]\nengine = "serial"\n[reports]\nlibreoffice = "none"\n', encoding="utf-8"
    )
    for name in ("inbox", "templates"):
        (folder / name).symlink_to(ROOT / name)


def score(folder: Path, *words: str, strace: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Type a command in an installation, under strace if need be."""
    command = [*strace, sys.executable, "-m", "pipeline", "--folder", str(folder), *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


def state(folder: Path) -> tuple[object, ...]:
    """Return what must be the same again: figures, documents, what lies in the archive, what `verify` says."""
    figures = json.loads(score(folder, "figures", "--json").stdout)
    documents = {path.name: path.read_bytes() for path in (folder / "reports" / "2014-Q4").glob("*.docx")}
    blobs = sorted(path.name for path in (folder / "archive").glob("??/*"))
    return figures, documents, blobs, score(folder, "verify").stdout


def strike(work: Path, call: str, at: int, wanted: tuple[object, ...], *, power: bool) -> tuple[bool, bool]:
    """Return whether the point was reached, and whether the next run made all good."""
    with disk(work, power) as folder:
        install(folder)
        os.sync()
        inject = (
            "strace",
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            f"trace={call}",
            "-e",
            f"inject={call}:signal=KILL:when={at}",
        )
        reached = score(folder, "run", strace=inject).returncode < 0 or not ended(folder)
        if power:
            cut(folder.parent)
        score(folder, "run")
        return reached, state(folder) == wanted


def ended(folder: Path) -> bool:
    """Whether the run came to its end: its last act is the sign of life."""
    return (folder / "var" / "health.json").is_file()


@contextmanager
def disk(work: Path, power: bool) -> Iterator[Path]:
    """Give a folder for one trial; for power cuts on an ext4 of its own."""
    place = work / "trial"
    place.mkdir()
    if power:
        image = work / "image"
        image.write_bytes(b"")
        os.truncate(image, SIZE)
        shell("mkfs.ext4", "-q", "-F", str(image))
        shell("mount", "-o", "loop,commit=300", str(image), str(place))
    try:
        yield place / "office"
    finally:
        if power:
            shell("umount", str(place))
        shutil.rmtree(place)


def cut(place: Path) -> None:
    """Cut the power: what was not synced is gone; then come up again."""
    handle = os.open(place, os.O_RDONLY)
    fcntl.ioctl(handle, FS_IOC_SHUTDOWN, struct.pack("I", NOLOGFLUSH))
    os.close(handle)
    shell("umount", str(place))
    shell("mount", "-o", "loop,commit=300", str(place.parent / "image"), str(place))


def shell(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
