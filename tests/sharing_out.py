"""Which tests side by side run in the same process: those of a file, so that what a file starts is started once.

The walks through the demo are one such share, too, because all of them stand on one running demo.  Large shares come
first.  Loaded by `conftest`; plays no part without `-n`.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

TOGETHER = ("tests/e2e/",)


class Shares(LoadFileScheduling):
    """Gives each process whole files, or whole folders where their tests stand on one thing."""

    def _split_scope(self, nodeid: str) -> str:
        """The share of a test; xdist asks its schedulers by this name."""
        file = nodeid.partition("::")[0]
        return next((folder for folder in TOGETHER if file.startswith(folder)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Shares:
    return Shares(config, log)
