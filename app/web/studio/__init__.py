"""The studio: where brand managers write journeys, and CRM teams fetch opt-ins.

Every page shows the person's own brand and no other; what belongs elsewhere is "not found".
To add a page: a view in the module of its subject, a template that extends `studio/layout.html`.
"""

from app.web.studio import campaigns, export, jobs, journey, login, optins, people, versions
from app.web.studio.blueprint import bp

__all__ = ["bp", "campaigns", "export", "jobs", "journey", "login", "optins", "people", "versions"]
