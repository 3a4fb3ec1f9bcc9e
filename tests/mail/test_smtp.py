"""Handing mails to a server, and everything that a server may answer."""

import socket
from email.message import EmailMessage

import pytest

from app.jobs.post import AddressRefused, ServerTrouble
from app.jobs.smtp import MailServer, SmtpPost
from tests.servers.smtp import (
    HOST,
    bad_server,
    drips,
    drops,
    drops_after_the_mail,
    is_silent,
    login_needed,
    mail_server,
    nonsense,
    own_authority,
)

NONSENSE = [
    b"\xff\xfe\x00\x01\r\n",
    b"hello?\r\n",
    b"250",
    b"\r\n",
    b"99999 OK\r\n",
    b"2" * 10_000 + b"\r\n",
    b"250-\r\nabc\r\n",
]


@pytest.fixture
def post():
    """Make a post to a port; its line is hung up at the end."""
    made = []

    def to(port, **said):
        made.append(SmtpPost(MailServer(HOST, port, **{"tls": "none", "seconds": 10, **said})))
        return made[-1]

    yield to
    for each in made:
        each.close()


def letter(to="ada@example.org"):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Éloïse <no-reply@brand.example>", to, "Déjà vu"
    mail.set_content("Bonjour, à bientôt.\n.\nafter a lone dot", cte="quoted-printable")
    return mail


def test_a_mail_arrives_as_it_was_written(post):
    with mail_server() as server:
        post(server.port).send("k", letter())

    (taken,) = server.taken
    assert (taken.sender, taken.to) == ("no-reply@brand.example", ["ada@example.org"])
    assert taken.mail["Subject"] == "Déjà vu"
    assert taken.mail.get_content().split("\r\n") == ["Bonjour, à bientôt.", ".", "after a lone dot", ""]


def test_a_batch_goes_over_one_line(post):
    with mail_server() as server:
        here = post(server.port)
        for _ in range(3):
            here.send("k", letter())

    assert (len(server.taken), server.calls) == (3, 1)


def test_after_a_refused_address_the_line_serves_the_next_one(post):
    with mail_server() as server:
        here = post(server.port)
        server.answer_rcpt = "550 5.1.1 no such user"
        with pytest.raises(AddressRefused):
            here.send("k", letter())
        server.answer_rcpt = "250 OK"
        here.send("k", letter())

    assert (len(server.taken), server.calls) == (1, 1)


def test_a_line_that_the_server_has_left_is_made_anew(post):
    with mail_server(timeout=0.2) as server:
        here = post(server.port)
        here.send("k", letter())
        here._line.smtp.sock.recv(1000)  # the server says that it has waited long enough
        here.send("k", letter())

    assert (len(server.taken), server.calls) == (2, 2)


def test_starttls_is_used_with_a_server_that_we_trust(post, tmp_path):
    context, authority = own_authority(tmp_path)
    with mail_server(tls_context=context, require_starttls=True) as server:
        post(server.port, tls="starttls", ca=str(authority)).send("k", letter())

    assert server.taken[0].encrypted


def test_a_certificate_of_an_unknown_authority_is_not_trusted(post, tmp_path):
    context, _authority = own_authority(tmp_path)
    with mail_server(tls_context=context) as server, pytest.raises(ServerTrouble, match="SSL"):
        post(server.port, tls="starttls").send("k", letter())

    assert not server.taken


def test_starttls_is_never_done_without(post):
    with mail_server() as server, pytest.raises(ServerTrouble, match="NotSupported"):
        post(server.port, tls="starttls").send("k", letter())

    assert not server.taken


def test_tls_from_the_first_byte(post, tmp_path):
    context, authority = own_authority(tmp_path)
    with mail_server(ssl_context=context) as server:
        post(server.port, tls="tls", ca=str(authority)).send("k", letter())

    assert len(server.taken) == 1


def test_the_password_is_given_where_it_is_asked_for(post, tmp_path):
    context, authority = own_authority(tmp_path)
    with mail_server(tls_context=context, **login_needed("us", "secret")) as server:
        post(server.port, tls="starttls", ca=str(authority), user="us", password="secret").send("k", letter())

    assert len(server.taken) == 1


def test_a_wrong_password_is_no_fault_of_the_address(post, tmp_path):
    context, authority = own_authority(tmp_path)
    with mail_server(tls_context=context, **login_needed("us", "secret")) as server:
        here = post(server.port, tls="starttls", ca=str(authority), user="us", password="wrong")
        with pytest.raises(ServerTrouble, match="SMTPAuthenticationError 535"):
            here.send("k", letter())


@pytest.mark.parametrize(
    ("rcpt", "data", "code"),
    [
        ("550 5.1.1 <ada@example.org> unknown", "250 OK", "550 (5.1.1)"),
        ("553 bad mailbox", "250 OK", "553"),
        ("501 5.1.3 bad address", "250 OK", "501 (5.1.3)"),
        ("250 OK", "554 5.7.1 looks like spam", "554 (5.7.1)"),
        ("250 OK", "552 too large", "552"),
    ],
)
def test_a_refusal_for_good_is_told_by_its_code_only(post, rcpt, data, code):
    with mail_server(rcpt, data) as server, pytest.raises(AddressRefused) as refused:
        post(server.port).send("k", letter())

    assert (refused.value.code, str(refused.value)) == (code, code)


@pytest.mark.parametrize(
    ("rcpt", "data"),
    [
        ("451 4.7.1 ada@example.org greylisted", "250 OK"),
        ("421 closing", "250 OK"),
        ("554 5.7.1 relay access denied for ada@example.org", "250 OK"),
        ("503 bad sequence", "250 OK"),
        ("250 OK", "452 4.3.1 disk full"),
        ("250 OK", "421 closing"),
    ],
)
def test_a_refusal_for_now_lets_the_mail_wait_and_names_nobody(post, rcpt, data):
    with mail_server(rcpt, data) as server, pytest.raises(ServerTrouble) as trouble:
        post(server.port).send("k", letter())

    assert "ada" not in str(trouble.value)


@pytest.mark.parametrize("talk", [drops, drops_after_the_mail])
def test_a_server_that_hangs_up_lets_the_mail_wait(post, talk):
    with bad_server(talk) as port, pytest.raises(ServerTrouble):
        post(port).send("k", letter())


@pytest.mark.parametrize("talk", [is_silent, drips])
def test_a_server_that_stalls_is_left_in_time(post, talk):
    with bad_server(talk) as port, pytest.raises(ServerTrouble):
        post(port, seconds=0.4).send("k", letter())


@pytest.mark.parametrize("words", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_lets_the_mail_wait(post, words):
    with bad_server(nonsense(words)) as port, pytest.raises(ServerTrouble):
        post(port, seconds=1).send("k", letter())


def test_a_closed_door_lets_the_mail_wait(post):
    with socket.create_server((HOST, 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(ServerTrouble, match="ConnectionRefusedError"):
        post(port).send("k", letter())


def test_an_address_cannot_smuggle_a_command_or_a_header(post):
    with pytest.raises(ValueError, match=r"linefeed|newline"):
        letter("ada@example.org\r\nBcc: eve@example.org")
