"""Jobs: what leaves after the commit, and what happens when its time comes.

Here: `doorbell` (wakes the worker), `worker` (leases and delivers), `handlers` (one function a kind of job).
"""
