"""Mails as a mail parser reads them: headers, encodings, both parts, links; in English and French."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from app.services.campaigns.texts import read_text
from app.services.mailing.letters import Footer, Letter, Sheet, Ticket, Yes
from app.services.mailing.plain import COLUMNS, plain_text
from app.services.mailing.rendering import Sending, mail_of
from app.services.theme import Theme
from tests.mail.conftest import links

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
URL = "https://play.brand.example"
SENDING = Sending(URL, "no-reply@brand.example", "stop@brand.example")
BODY = "# Déjà l'été\n\nUn mot à lire, [chez nous](https://brand.example/été?a=1&b=2), & plus.\n\n- un\n- deux\n"
TOKEN = "A" * 43
OUT = Footer("/t/game/privacy?lang=fr", f"/m/w/{TOKEN}", "?lang=fr", "Oui, la lettre")
STAY = Footer("/t/game/privacy?lang=fr")
TICKET = Ticket(
    "5 € de remise",
    "5 €",
    "ABCD-EFGH-JKMN",
    "24 juin 2026",
    "Une fois.",
    "https://brand.example/use",
    "/t/game/coupons?lang=fr&src=mail",
)


def letter(kind="journey", lang="fr", **said):
    sheet = Sheet(lang, said.pop("sender", "Zoë & Fils"), "Zoë & Fils", "Le jeu d'été", Theme())
    text = read_text(BODY)
    written = {"subject": "Été : 15 % pour vous", "title": text.title, "body_html": text.html, "footer": OUT}
    if kind == "confirmation":
        written = {
            "footer": STAY,
            "confirm_path": f"/m/c/{TOKEN}?lang={lang}",
            "until": "22 juin 2026",
            "said": (Yes("Oui, la lettre", "J'accepte.\n\nÀ tout moment."),),
        }
    if kind == "coupon":
        written |= {"ticket": TICKET, "footer": STAY}
    return Letter(kind, said.pop("to", "ada@example.org"), sheet, **{**written, **said})


def parsed(sending=SENDING, key="message:k", **said):
    return message_from_bytes(mail_of(letter(**said), key, sending, NOW).as_bytes(), policy=default)


def part(mail, subtype):
    return mail.get_body((subtype,)).get_content()


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("kind", ["journey", "coupon", "confirmation"])
def test_both_parts_are_there_whole_and_lead_to_the_same_places(kind, lang):
    mail = parsed(kind=kind, lang=lang)

    assert mail.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in mail.iter_parts()] == ["text/plain", "text/html"]
    assert set(links(mail)) == set(links(mail, "html"))
    assert not [each for each in mail.walk() if each.defects]
    assert part(mail, "html").rstrip().endswith("</html>")


def test_accents_survive_in_subject_names_and_words():
    mail = parsed()

    assert mail["Subject"] == "Été : 15 % pour vous"
    assert mail["From"].addresses[0].display_name == "Zoë & Fils"
    assert "Un mot à lire" in part(mail, "plain")
    assert "Un mot à lire" in part(mail, "html")


def test_headers_say_who_when_and_that_nobody_need_answer():
    mail = parsed()

    assert mail["From"].addresses[0].addr_spec == "no-reply@brand.example"
    assert mail["To"].addresses[0].addr_spec == "ada@example.org"
    assert mail["Date"].datetime == NOW
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "fr")
    assert not {"Bcc", "Cc", "Reply-To"} & set(mail.keys())


def test_a_mail_sent_twice_is_known_by_its_id():
    assert parsed()["Message-ID"] == parsed()["Message-ID"] != parsed(key="message:other")["Message-ID"]
    assert re.fullmatch(r"<[0-9a-f]{40}@brand\.example>", parsed()["Message-ID"])


def test_a_mail_program_finds_the_way_out_in_the_headers():
    raw = mail_of(letter(), "k", SENDING, NOW).as_bytes().decode()

    way = f"List-Unsubscribe: <{URL}/m/w/{TOKEN}>, <mailto:stop@brand.example?subject=unsubscribe%20{TOKEN}>\r\n"
    assert way in raw  # in one line and not encoded: RFC 2369 and RFC 8058 want addresses as they are
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_without_a_mailbox_the_way_out_is_the_link_alone():
    mail = parsed(Sending(URL, "no-reply@brand.example"))

    assert mail["List-Unsubscribe"] == f"<{URL}/m/w/{TOKEN}>"


def test_one_click_is_promised_for_https_only():
    assert parsed(Sending("http://127.0.0.1:8000", "no-reply@localhost"))["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize("kind", ["coupon", "confirmation"])
def test_what_rests_on_no_consent_has_nothing_to_take_back(kind):
    mail = parsed(kind=kind)

    assert (mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]) == (None, None)


@pytest.mark.parametrize("kind", ["journey", "coupon", "confirmation"])
def test_every_link_of_ours_begins_with_the_public_address(kind):
    ours = {link for link in links(parsed(kind=kind)) if "brand.example/" in link and "//brand" not in link}

    assert ours
    assert all(link.startswith(f"{URL}/") for link in ours)


@pytest.mark.parametrize("kind", ["journey", "coupon", "confirmation"])
def test_the_text_part_is_at_most_76_columns_wide_but_for_addresses(kind):
    lines = part(parsed(kind=kind, lang="en"), "plain").splitlines()

    assert [line for line in lines if len(line) > COLUMNS and "://" not in line] == []


def test_no_line_on_the_wire_is_longer_than_mail_allows():
    lines = mail_of(letter(), "k", SENDING, NOW).as_bytes().split(b"\r\n")

    assert max(map(len, lines)) <= 998  # RFC 5322, 2.1.1
    assert all(byte < 128 for line in lines for byte in line)


@pytest.mark.parametrize(
    "evil", ["x\r\nBcc: eve@example.org", "x\nX-Evil: 1", "x\x00y", "x\u2028Bcc: eve@example.org", "x\x85y"]
)
def test_no_subject_and_no_name_adds_a_header(evil):
    mail = parsed(subject=evil, sender=evil)

    assert not {"Bcc", "X-Evil"} & set(mail.keys())
    assert re.search(r"[\x00-\x1f\x7f-\x9f\u2028]", mail["Subject"] + str(mail["From"])) is None


@pytest.mark.parametrize(
    "evil", ["ada@example.org\r\nBcc: eve@example.org", "ada@example.org, eve@example.org", "", "ada"]
)
def test_what_is_no_single_address_gets_no_mail(evil):
    with pytest.raises((ValueError, IndexError)):
        mail_of(letter(to=evil), "k", SENDING, NOW)


def test_the_mail_loads_nothing_and_runs_nothing():
    html = part(parsed(kind="coupon"), "html")

    assert re.search(r"<(img|script|link|iframe|form|svg)| src=|url\(|@import|javascript:", html) is None


def test_what_people_typed_is_words_in_both_parts():
    mail = parsed(kind="confirmation", said=(Yes("<b>Yes</b> & “more”", "<script>x</script>"),))

    assert "<script>x</script>" in part(mail, "plain")
    assert "&lt;script&gt;x&lt;/script&gt;" in part(mail, "html")


def test_the_mail_wears_the_campaign_s_colour():
    assert "background:#c8102e" in part(parsed(), "html")


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("One click is missing", "Yes, that was me")), ("fr", ("Il manque un clic", "Oui, c'est moi"))],
)
def test_the_product_s_own_words_are_in_the_reader_s_language(lang, words):
    html = part(parsed(kind="confirmation", lang=lang), "html").replace("&#39;", "'")

    assert [word for word in words if word not in html] == []


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<p>a<br>b</p>", "a\nb"),
        ("<ul><li>a</li><li>b</li></ul><p>c</p>", "- a\n- b\n\nc"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ('<p><a href="https://x.example/?a=1&amp;b=2">here</a></p>', "here <https://x.example/?a=1&b=2>"),
        ('<p><a href="https://x.example">https://x.example</a></p>', "https://x.example"),
        ("<blockquote><p>a</p></blockquote><p>b</p>", "> a\n\nb"),
        ("<h2>a</h2><hr><p>&lt;b&gt; &amp; c</p>", "a\n\n--------\n\n<b> & c"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table>", "a | b\n\nc | d"),
        ("", ""),
    ],
)
def test_an_author_s_text_reads_well_without_markup(html, text):
    assert plain_text(html) == text
