"""Whatever goes wrong becomes one sentence for people and one document for programs; bugs stay loud."""

import pytest
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from app.errors import Closed, Invalid, InvalidValue, TooFast
from journeys.problems import Kind, Problem
from tests.connect.site import ADDRESS, SLUG

SECRET_WORD = "xyzzy"
WRONG = Kind("test.wrong", "error", "“{what}” is wrong", "« {what} » est faux")
JSON = {"Accept": "application/json"}


@pytest.fixture
def fail(app):
    """Ask a page that ends in this exception."""

    def ask(error, **headers):
        def view():
            raise error

        app.add_url_rule("/failing", "failing", view)
        return app.test_client().get("/failing", base_url=ADDRESS, headers=headers)

    return ask


def test_people_read_a_page_and_programs_a_document(fail, client):
    page = fail(Closed())
    document = client.get("/failing", base_url=ADDRESS, headers=JSON)

    assert (page.status_code, page.mimetype) == (409, "text/html")
    assert "This campaign is closed." in page.text
    assert document.mimetype == "application/problem+json"
    assert document.get_json(force=True) | {"request_id": ""} == {
        "type": "about:blank", "title": "Conflict", "status": 409, "detail": "This campaign is closed.",
        "code": "closed", "fields": [], "request_id": "",
    }  # fmt: skip


def test_a_refusal_may_say_when_to_come_back(fail):
    assert fail(TooFast()).headers["Retry-After"] == "5"


def test_what_a_person_typed_is_escaped(fail):
    answer = fail(InvalidValue(field="<script>alert(1)</script>", reason="{0} %s"))

    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


def test_every_problem_is_named_with_its_place(fail):
    problems = [Problem(WRONG, "journey.yaml", line, 1, {"what": line}) for line in (7, 3)]

    body = fail(Invalid(problems), **JSON).get_json(force=True)

    assert (body["status"], body["code"]) == (422, "invalid")
    assert [field["line"] for field in body["fields"]] == [3, 7]


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("SELECT xyzzy", {}, Exception("gone")),
        InterfaceError("SELECT xyzzy", {}, Exception("closed")),
        NoConnectionFree("QueuePool limit xyzzy"),
    ],
)
def test_a_database_that_is_away_is_not_our_bug(fail, error):
    answer = fail(error)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert SECRET_WORD not in answer.text


@pytest.mark.parametrize(
    "error", [RuntimeError(SECRET_WORD), IntegrityError("INSERT xyzzy", {}, Exception(SECRET_WORD))]
)
@pytest.mark.parametrize("headers", [{}, JSON])
def test_a_bug_is_told_without_its_insides_and_stays_loud(fail, error, headers, capfd):
    answer = fail(error, **headers)

    assert answer.status_code == 500
    assert SECRET_WORD not in answer.text
    assert "Traceback" not in answer.text
    line = next(line for line in capfd.readouterr().err.splitlines() if '"bug"' in line)
    assert type(error).__name__ in line
    assert "test_errors.py" in line


@pytest.mark.parametrize(("lang", "said"), [("en", "There is nothing here."), ("fr", "Il n&#39;y a rien ici.")])
@pytest.mark.parametrize("path", ["/nothing", "/t/nothing", f"/t/{SLUG}/nothing", "/t/%00", "/t/..%2f..%2fetc"])
def test_an_address_where_nothing_is_says_so(client, path, lang, said):
    answer = client.get(path, base_url=ADDRESS, headers={"Accept-Language": lang})

    assert answer.status_code == 404
    assert said in answer.text
    assert f'<html lang="{lang}"' in answer.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example@127.0.0.1", "[::1"])
@pytest.mark.parametrize("path", ["/", f"/t/{SLUG}", "/studio/login", "/healthz"])
def test_a_host_that_is_not_ours_gets_nothing(client, path, host):
    answer = client.get(path, base_url=ADDRESS, headers={"Host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_an_endless_address_is_refused(client):
    assert client.get(f"/t/{SLUG}?" + "x" * 100_000, base_url=ADDRESS).status_code == 414


@pytest.mark.parametrize(
    "body",
    [{"move": "x" * 70_000}, {f"field{number}": "x" for number in range(20_000)}],
    ids=["one large field", "many fields"],
)
def test_an_endless_form_is_refused_in_the_look_of_the_campaign(client, body):
    answer = client.post(f"/t/{SLUG}/play", data=body, base_url=ADDRESS)

    assert answer.status_code == 413
    assert "That is too much at once." in answer.text


def test_a_form_of_too_many_parts_is_refused(client):
    parts = {f"field{number}": "x" for number in range(200)}

    answer = client.post(f"/t/{SLUG}/play", data=parts, content_type="multipart/form-data", base_url=ADDRESS)

    assert answer.status_code in {401, 413}


@pytest.mark.parametrize(("method", "path"), [("POST", f"/t/{SLUG}"), ("DELETE", f"/t/{SLUG}/go"), ("PUT", "/healthz")])
def test_a_wrong_method_is_told_the_right_ones(client, method, path):
    answer = client.open(path, method=method, base_url=ADDRESS)

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
