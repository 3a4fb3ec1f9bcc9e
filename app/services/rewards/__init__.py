"""Rewards: coupon pools and their codes, claims, the wallet, redemption, points."""

from app.services.rewards.claiming import Claimed, Promise, claim_coupon, coupons_won, hold_person
from app.services.rewards.codes import new_code, normal_code
from app.services.rewards.points import give_points, points_balance
from app.services.rewards.pools import PoolRules, free_count, lay_in, open_pool
from app.services.rewards.redeeming import redeem_coupon
from app.services.rewards.wallet import WalletCoupon, coupon_fields, coupons_of, wallet

__all__ = [
    "Claimed",
    "PoolRules",
    "Promise",
    "WalletCoupon",
    "claim_coupon",
    "coupon_fields",
    "coupons_of",
    "coupons_won",
    "free_count",
    "give_points",
    "hold_person",
    "lay_in",
    "new_code",
    "normal_code",
    "open_pool",
    "points_balance",
    "redeem_coupon",
    "wallet",
]
