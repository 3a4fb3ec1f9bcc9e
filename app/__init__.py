"""Fanfare: gamified fan-page campaigns with conditional journeys.

`create_app` in `app.factory` puts the parts together; start reading there.
"""
