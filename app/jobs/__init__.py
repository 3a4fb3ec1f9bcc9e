"""Jobs: what leaves after the commit, and what happens when its time comes.

Here:
    doorbell, ringing, listening    how workers hear that the outbox has something, here and through Redis
    worker, delivering, clock       the loop, one job from lease to end, the clock that workers share
    handlers, context, mail ...     what each kind of job does
"""
