"""An id_token is believed when everything in it is right, and refused when one thing is not."""

from datetime import UTC, datetime

import pytest
from joserfc.jwk import ECKey, KeySet, OKPKey

from app.services.connecting import Provider
from app.services.connecting.idtoken import Expected, Forged, checked_claims
from tests.connect.forgeries import FORGERIES
from tests.connect.rogue import KEY, signed

US = Provider(id="rogue", name="Rogue", issuer="https://login.example", client_id="us", client_secret="s3")
NOW = datetime.now(UTC)
EXPECTED = Expected(nonce="n", access_token="at", now=NOW)
HONEST = {
    "iss": US.issuer, "aud": "us", "sub": "person-1", "nonce": "n",
    "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 300,
}  # fmt: skip


def keys(fresh: bool) -> KeySet:
    return KeySet([KEY])


def test_an_honest_token_is_believed():
    assert checked_claims(signed(HONEST), US, keys, EXPECTED)["sub"] == "person-1"


def test_at_least_sixteen_forgeries_are_tried():
    assert len(FORGERIES) >= 16


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_token_is_refused_for_its_own_reason(name):
    forge, reason = FORGERIES[name]

    with pytest.raises(Forged, match=reason):
        checked_claims(forge(HONEST), US, keys, EXPECTED)


@pytest.mark.parametrize("alg", ["ES256", "PS256", "EdDSA"])
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_every_pinned_algorithm_is_taken(alg):
    key = {"ES256": ECKey.generate_key("P-256"), "EdDSA": OKPKey.generate_key("Ed25519")}.get(alg, KEY)
    key.ensure_kid()
    token = signed(HONEST, key, alg=alg, kid=key.kid)

    assert checked_claims(token, US, lambda fresh: KeySet([key]), EXPECTED)["sub"] == "person-1"


def test_several_audiences_are_fine_when_azp_is_ours():
    token = signed({**HONEST, "aud": ["us", "them"], "azp": "us"})

    assert checked_claims(token, US, keys, EXPECTED)["azp"] == "us"


def test_a_key_that_came_after_we_asked_is_asked_for_once():
    asked = []

    def late(fresh):
        asked.append(fresh)
        return KeySet([KEY]) if fresh else KeySet([ECKey.generate_key("P-256")])

    assert checked_claims(signed(HONEST), US, late, EXPECTED)["sub"] == "person-1"
    assert asked == [False, True]


def test_an_at_hash_of_another_access_token_is_refused():
    with pytest.raises(Forged, match="at_hash"):
        checked_claims(signed({**HONEST, "at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}), US, keys, EXPECTED)
