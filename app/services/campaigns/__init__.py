"""Campaigns: reading a campaign folder, checking it, publishing it as an immutable version.

Here: `definition` (campaign.yaml), `content` (all files together, read once and kept), `folder` (the files on disk),
`texts` (authors' Markdown), `drafts` and `publishing` (the database's side).  A version goes live by `going_live` and
comes back by `rolling_back`; `insiders` says what becomes of the people inside, `moving` moves them, `coming_over` lets
them come by themselves, `standing` tells where everybody is.
"""

from app.services.campaigns.content import CampaignContent
from app.services.campaigns.drafts import Checked, check_draft, save_draft
from app.services.campaigns.folder import read_folder, world_of
from app.services.campaigns.insiders import FINISH, Inside
from app.services.campaigns.publishing import publish, push
from app.services.campaigns.reading import check_files, content_of, read_content
from app.services.campaigns.rolling_back import roll_back
from app.services.campaigns.standing import standing, whereabouts

__all__ = [
    "FINISH",
    "CampaignContent",
    "Checked",
    "Inside",
    "check_draft",
    "check_files",
    "content_of",
    "publish",
    "push",
    "read_content",
    "read_folder",
    "roll_back",
    "save_draft",
    "standing",
    "whereabouts",
    "world_of",
]
