"""Real servers for the tests, one module each: PostgreSQL and Valkey from wheels, the application, Chromium.

Each module gives one context manager that starts its server on a socket or a free port, waits until it answers, and
stops it at the end whatever happened.  A server also dies with the test run when that is killed (see `children`).
"""
