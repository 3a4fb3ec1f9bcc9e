"""A campaign folder on disk: its files as texts, strictly UTF-8."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.errors import Invalid
from app.services.campaigns.content import CAMPAIGN_FILE, Surroundings, complete_files
from app.services.campaigns.pictures import SIGN, FoundPicture, look_at
from app.services.campaigns.reading import ContentReader
from journeys.problems import Kind, Problem
from journeys.world import World

MAX_FILES = 300
MAX_BYTES = 256 * 1024
_LEFT_OUT = {".git", "__pycache__"}
NOT_UTF8 = Kind(
    "campaign.not_utf8", "error",
    "this file is not UTF-8 (byte {byte})", "ce fichier n'est pas en UTF-8 (octet {byte})",
    "save it as UTF-8 in your editor", "enregistrez-le en UTF-8 dans votre éditeur",
)  # fmt: skip
TOO_BIG = Kind(
    "campaign.too_big", "error", "this file is larger than {limit} KiB", "ce fichier dépasse {limit} Kio",
)  # fmt: skip
NO_FOLDER = Kind("campaign.no_folder", "error", "there is no such folder", "ce dossier n'existe pas")


@dataclass(frozen=True, slots=True)
class Folder:
    """A campaign folder: texts by file name (a picture's text is the hash of its content), and the pictures."""

    files: dict[str, str]
    pictures: dict[str, FoundPicture]


def read_folder(folder: Path) -> Folder:
    """The folder's files by their names within it.  Raises: Invalid with every file that cannot be read."""
    if not folder.is_dir():
        raise Invalid([Problem(NO_FOLDER, str(folder))])
    files: dict[str, str] = {}
    pictures: dict[str, FoundPicture] = {}
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*"))[: MAX_FILES * 2]:
        name = path.relative_to(folder)
        if not path.is_file() or name.parts[0] in _LEFT_OUT or name.name.startswith("."):
            continue
        if name.parts[0] == "images":
            found = look_at(name.as_posix(), path.read_bytes())
            if isinstance(found, Problem):
                problems.append(found)
            else:
                pictures[name.as_posix()], files[name.as_posix()] = found, SIGN + found.hash
            continue
        text = _text_of(path, name.as_posix(), problems)
        if text is not None:
            files[name.as_posix()] = text
    if problems:
        raise Invalid(problems)
    return Folder(complete_files(files), pictures)


def world_of(journey_file: Path) -> World | None:
    """What surrounds a journey file: the campaign in the same folder, if there is one that reads."""
    if not (journey_file.parent / CAMPAIGN_FILE).is_file():
        return None
    return ContentReader(read_folder(journey_file.parent).files, Surroundings()).world()


def _text_of(path: Path, name: str, problems: list[Problem]) -> str | None:
    content = path.read_bytes()
    if len(content) > MAX_BYTES:
        problems.append(Problem(TOO_BIG, name, values={"limit": MAX_BYTES // 1024}))
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        problems.append(Problem(NOT_UTF8, name, values={"byte": error.start}))
        return None
