"""One spelling of an e-mail address, so that the same person's address is the same text everywhere."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email


def normalised_email(text: str) -> str | None:
    """The address in small letters with an ASCII domain; None when it cannot be one.  No network is asked."""
    try:
        found = validate_email(
            text.strip(), check_deliverability=False, allow_smtputf8=False, globally_deliverable=False
        )
    except EmailNotValidError:
        return None
    local, domain = found.local_part, found.ascii_domain
    return f"{local}@{domain}".lower() if "." in domain else None
