"""A disk that gets full and free again: a small tmpfs where we may mount one, else a limit on how long files grow."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.proof.site import Site

MEGABYTES = 24
BLOCK = 64 * 1024


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A folder whose space can be taken away and given back."""

    folder: Path
    mounted: bool

    def fill(self, site: Site) -> None:
        """Take all the space that is left."""
        if not self.mounted:
            longest = max(file.stat().st_size for file in self.folder.iterdir())
            return self._limit(site, longest)
        with (self.folder / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
            for size in (BLOCK, 1024, 1):
                with suppress(OSError):
                    while True:
                        ballast.write(b"\0" * size)
        return None

    def free(self, site: Site) -> None:
        """Give the space back."""
        if self.mounted:
            (self.folder / "ballast").unlink()
        else:
            self._limit(site, resource.RLIM_INFINITY)

    def _limit(self, site: Site, size_bytes: int) -> None:
        for pid in [program.child.pid for program in site.programs if program.child] + [p for _, p in site.victims()]:
            _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size_bytes, hard))


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """Make one; it is gone at the end."""
    folder.mkdir()
    mounted = os.geteuid() == 0 and _mount(folder)
    try:
        yield SmallDisk(folder, mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", folder], check=True)


def _mount(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", folder]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
