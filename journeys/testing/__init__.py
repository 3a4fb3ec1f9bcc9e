"""The tests that a journey file carries: one person, what happens to her, the path she takes and what she gets.

`case` (a test as data), `trial` (one person led through a journey), `report` (all tests, and the branches never tried).
"""

from journeys.testing.case import Case
from journeys.testing.report import Report, run_tests

__all__ = ["Case", "Report", "run_tests"]
