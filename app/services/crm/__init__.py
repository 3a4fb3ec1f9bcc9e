"""What the CRM base knows of a person: attributes with where they come from, and erasure."""

from app.services.crm.attributes import Known, Whence, attributes_of, merged, profile, set_attribute
from app.services.crm.erasing import erase_contact

__all__ = ["Known", "Whence", "attributes_of", "erase_contact", "merged", "profile", "set_attribute"]
