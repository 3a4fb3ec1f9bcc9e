"""The tables.  One file a subject; import them from here."""

from app.models.base import Base, new_id
from app.models.brand import ROLES, ApiKey, Audit, Brand, Page, Staff
from app.models.campaign import Campaign, CampaignVersion, Picture, Publication
from app.models.consent import Consent, ConsentHead, ErasedAddress, Notice, PersonKey
from app.models.crm import Attribute, Contact, Link, Membership, Order, OrderLine, Tag
from app.models.fan import Fan, Identity, LoginAttempt, LoginCode, Pass
from app.models.heartbeat import Heartbeat
from app.models.journey import Advance, Decision, Effect, Run
from app.models.mail import MailLink
from app.models.outbox import Answered, Event, Message, Outbox
from app.models.play import Play, Vote, VoteCount
from app.models.reward import Coupon, CouponClaim, CouponEntry, CouponPool, PointsEntry

__all__ = [
    "ROLES", "Advance", "Answered", "ApiKey", "Attribute", "Audit", "Base", "Brand", "Campaign", "CampaignVersion",
    "Consent", "ConsentHead", "Contact", "Coupon", "CouponClaim", "CouponEntry", "CouponPool", "Decision", "Effect",
    "ErasedAddress", "Event", "Fan", "Heartbeat", "Identity", "Link", "LoginAttempt", "LoginCode", "MailLink",
    "Membership", "Message", "Notice", "Order", "OrderLine", "Outbox", "Page", "Pass", "PersonKey", "Picture", "Play",
    "PointsEntry", "Publication", "Run", "Staff", "Tag", "Vote", "VoteCount", "new_id",
]  # fmt: skip
