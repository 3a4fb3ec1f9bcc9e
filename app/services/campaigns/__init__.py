"""Campaigns: reading a campaign folder, checking it, publishing it as an immutable version.

Here: `definition` (campaign.yaml), `content` (all files together, read once and kept), `folder` (the files on disk),
`texts` (authors' Markdown), `drafts` and `publishing` (the database's side).
"""

from app.services.campaigns.content import CampaignContent
from app.services.campaigns.drafts import Checked, check_draft, save_draft
from app.services.campaigns.folder import read_folder, world_of
from app.services.campaigns.publishing import people_inside, publish, push
from app.services.campaigns.reading import check_files, content_of, read_content

__all__ = [
    "CampaignContent",
    "Checked",
    "check_draft",
    "check_files",
    "content_of",
    "people_inside",
    "publish",
    "push",
    "read_content",
    "read_folder",
    "save_draft",
    "world_of",
]
