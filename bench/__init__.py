"""Benchmarks: what is promised about speed, measured beside a peer in the same run.

`make bench` runs all, prints their tables and stores them in `bench/results/`; `python -m bench conditions` runs one.
To add one: a module here with a `Bench(...)` or a `Probe(...)`, and one line in `bench.__main__.BENCHES`.
"""
