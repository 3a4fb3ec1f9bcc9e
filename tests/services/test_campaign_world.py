"""What a campaign's files tell the checks of its journey: games of chance, the pools' limits, the brand's country."""

from app.models import Brand
from app.services.campaigns import check_draft
from app.services.campaigns.content import Surroundings
from app.services.campaigns.reading import ContentReader, surroundings_of
from games.registry import GAMES
from tests.small_campaign import JOURNEY, small_files


def world_of_small_campaign():
    world = ContentReader(small_files(), Surroundings("USD")).world()
    assert world
    return world


def test_the_pools_that_never_end_and_those_that_expire_are_told_apart():
    world = world_of_small_campaign()

    assert world.endless == {"WELCOME"}
    assert world.expiring == {"REGULAR"}


def test_an_imported_pool_ends_with_its_codes():
    files = small_files()
    files["campaign.yaml"] = files["campaign.yaml"].replace(
        "value: 3.00 USD, kind: generated", "value: 3, kind: imported"
    )
    world = ContentReader(files, Surroundings("USD")).world()

    assert world
    assert not world.endless


def test_a_game_says_itself_whether_it_is_chance(monkeypatch):
    monkeypatch.setattr(type(GAMES["quiz"]), "chance", True)

    assert world_of_small_campaign().chance == {"quiz"}


def test_a_draw_for_buyers_is_judged_by_the_law_of_the_brands_country():
    brand = Brand(slug="b", name="B", currency="USD", timezone="UTC", attributes={}, languages=["en"], country="CA")
    draw = "  - wait: bought\n    event: order.placed\n  - enter_draw: trip\n"

    problems = check_draft(brand, small_files(journey=JOURNEY + draw)).problems

    (chance,) = (problem for problem in problems if problem.code == "journey.chance_after_purchase")
    assert "206(1)(f)" in chance.message("en")
    assert surroundings_of(brand).country == "CA"
