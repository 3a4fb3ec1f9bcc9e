"""From a YAML file to a `Journey`, or to every problem of it at once.

`load_journey` is the door.  Inside: `names` (what the steps lend to conditions, found before conditions are read),
`header` (everything above the steps), `steps` (the tree), `cases` (the file's own tests).
"""

from journeys.loading.file import Loaded, load_journey

__all__ = ["Loaded", "load_journey"]
