"""Other sites cannot act for anybody: Origin x Sec-Fetch-Site x method, on pages and on the API.

Source: F. Valsorda, Cross-Site Request Forgery (2025), and Go's CrossOriginProtection.
"""

from itertools import product

import pytest

from tests.connect.site import ADDRESS, SLUG

OWN, NULL, EVIL, NEAR = ADDRESS, "null", "https://evil.example", f"{ADDRESS}.evil.example"
SITES = (None, "same-origin", "none", "same-site", "cross-site", "nonsense")
ORIGINS = (None, OWN, NULL, EVIL, NEAR)
SAFE, UNSAFE = ("GET", "HEAD", "OPTIONS"), ("POST", "PUT", "PATCH", "DELETE")
PATHS = (f"/t/{SLUG}/enter", "/studio/login", "/api/v1/coupons/SUN/redeem", "/nothing")


def may_pass(method, site, origin):
    """The rule: what the browser says of the site counts; without it, the origin; without both, tokens decide."""
    if method in SAFE:
        return True
    return site in {"same-origin", "none"} if site is not None else origin in {None, OWN}


def was_refused(client, path, method, site, origin):
    said = {"Sec-Fetch-Site": site, "Origin": origin, "Accept": "application/json"}
    headers = {name: value for name, value in said.items() if value is not None}
    answer = client.open(path, method=method, headers=headers, base_url=ADDRESS)
    is_json = answer.mimetype == "application/problem+json" and method != "HEAD"
    return answer.status_code == 403 and is_json and answer.get_json(force=True)["code"] == "cross_site"


@pytest.mark.parametrize("path", PATHS)
def test_the_whole_matrix(client, path):
    wrong = [
        (method, site, origin)
        for method, site, origin in product(SAFE + UNSAFE, SITES, ORIGINS)
        if was_refused(client, path, method, site, origin) == may_pass(method, site, origin)
    ]

    assert wrong == []


def test_the_refusal_is_one_sentence_for_people(client):
    answer = client.post(PATHS[0], headers={"Origin": EVIL, "Accept-Language": "fr"}, base_url=ADDRESS)

    assert answer.status_code == 403
    assert "Cette demande vient d&#39;un autre site" in answer.text


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_safe_request_cannot_be_turned_into_another(client, header):
    answer = client.get(PATHS[0], headers={header: "POST"}, base_url=ADDRESS)

    assert answer.status_code == 405
