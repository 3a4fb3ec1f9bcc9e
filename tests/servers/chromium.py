"""Debian's Chromium for the browser tests, and how it must be started to show what a fan's browser shows.

Playwright turns storage partitioning off, and so hides embeds that are broken for real people; `launch` turns it on
again.
"""

import os
import shutil
import subprocess
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Playwright

PACKAGE = "chromium"
HOSTS = ("brand.test", "other.test", "fan.test")  # names for tests that need more origins; all are this machine
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=" + ", ".join(f"MAP {host} 127.0.0.1" for host in HOSTS),
)
DISABLE = "--disable-features="
PARTITIONING = "ThirdPartyStoragePartitioning"


class ChromiumMissing(RuntimeError):
    """There is no Chromium and it may not be installed; the message names the package."""


def chromium() -> Path:
    """Give Chromium's program; install the package first when it is missing and that is allowed.

    Raises: ChromiumMissing.
    """
    if found := shutil.which("chromium") or shutil.which("chromium-browser"):
        return Path(found)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise ChromiumMissing(f"The browser tests need the Debian package '{PACKAGE}': sudo apt-get install {PACKAGE}")
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", PACKAGE]):
        done = subprocess.run(["apt-get", *command], env=quietly, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ChromiumMissing(f"'apt-get {' '.join(command)}' failed: {done.stderr.strip()[-500:]}")
    return chromium()


def launch(playwright: Playwright) -> Browser:
    """Start Chromium without a window, with storage partitioned as in people's browsers."""
    program = chromium()
    disabled = _disabled_features(playwright, program)
    kept = ",".join(name for name in disabled.split(",") if name != PARTITIONING)
    return playwright.chromium.launch(
        executable_path=program,
        args=[*FLAGS, DISABLE + kept],
        ignore_default_args=[DISABLE + disabled],
    )


def _disabled_features(playwright: Playwright, program: Path) -> str:
    """Give the features that this Playwright turns off, read from the command line of a browser it has started."""
    probe = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
    try:
        for child in psutil.Process().children(recursive=True):
            for word in child.cmdline():
                if word.startswith(DISABLE) and PARTITIONING in word:
                    return word.removeprefix(DISABLE)
    finally:
        probe.close()
    raise LookupError(f"Playwright no longer turns {PARTITIONING} off by {DISABLE}; look at what it does now")
