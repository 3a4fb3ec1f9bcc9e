"""Bringing contacts and orders in: strict about what a file says, the same however often it is imported.

`run_import` takes a whole file; `save_contacts` and `save_orders` write one batch inside a transaction.
"""

from app.services.importing.findings import ImportReport, Tally
from app.services.importing.run import KINDS, ImportJob, run_import

__all__ = ["KINDS", "ImportJob", "ImportReport", "Tally", "run_import"]
