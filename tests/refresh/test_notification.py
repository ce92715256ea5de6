"""`analysis.refresh.notification` with a command, a mail server and a webhook on this machine."""

import json
import socket
import ssl
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from pydantic import ValidationError

from analysis import paths
from analysis.refresh import notification
from analysis.refresh.settings import Mail, Notify, Webhook
from kernels_for_tests import until

FOLDER = paths.PROJECT
TEXT = "Veiligheidsanalyse: € 5 → gelukt.\n"


class Box:
    """Handler of a mail server that keeps the mail it receives."""

    def __init__(self):
        self.mails, self.users, self.refuses = [], [], None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == self.refuses:
            return "550 onbekend"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((envelope.rcpt_tos, envelope.content.decode(), session.ssl is not None))
        return "250 OK"

    def login(self, server, session, envelope, mechanism, data):
        self.users.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password == b"geheim", handled=False)


def free():
    """Return a free port; aiosmtpd cannot choose one by itself."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@contextmanager
def post_office(context=None):
    box = Box()
    strict = {"require_starttls": True, "auth_required": True} if context else {}
    server = Controller(
        box,
        hostname="127.0.0.1",
        port=free(),
        tls_context=context,
        authenticator=box.login,
        decode_data=False,
        **strict,
    )
    server.start()
    try:
        yield box, server.port
    finally:
        server.stop()


@pytest.fixture
def authority(monkeypatch, tmp_path):
    """A certificate authority that this process trusts."""
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return made


def secure(authority, host="127.0.0.1"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context


def mail(port, **more):
    about = {"host": "127.0.0.1", "port": port, "sender": "oov@voorbeeld.nl", "to": ("raad@voorbeeld.nl",)}
    return Notify(mail=Mail(**about | more))


SIGNED_IN = {"user": "oov", "password_variable": "PROEF_WACHTWOORD"}


def test_a_mail_goes_out_encrypted_and_signed_in(authority, monkeypatch):
    monkeypatch.setenv("PROEF_WACHTWOORD", "geheim")
    with post_office(secure(authority)) as (box, port):
        assert notification.notify(mail(port, **SIGNED_IN), FOLDER, "gelukt", TEXT) == []
    ((to, content, encrypted),) = box.mails
    assert to == ["raad@voorbeeld.nl"] and encrypted and box.users == [("oov", "geheim")]
    assert "Subject: Veiligheidsanalyse: er is een nieuw rapport" in content


def test_a_mail_may_go_out_within_the_building(monkeypatch):
    with post_office() as (box, port):
        assert notification.notify(mail(port, starttls=False), FOLDER, "mislukt", TEXT) == []
    assert not box.mails[0][2]


@pytest.mark.parametrize(("password", "problem"), [("fout", "SMTPAuthenticationError"), (None, "PROEF_WACHTWOORD")])
def test_who_may_not_send_is_told_and_no_password(authority, monkeypatch, password, problem):
    if password:
        monkeypatch.setenv("PROEF_WACHTWOORD", password)
    with post_office(secure(authority)) as (box, port):
        (sentence,) = notification.notify(mail(port, **SIGNED_IN), FOLDER, "gelukt", TEXT)
    assert problem in sentence and "fout" not in sentence and box.mails == []


def test_a_server_that_is_somebody_else_gets_no_password(authority, monkeypatch):
    monkeypatch.setenv("PROEF_WACHTWOORD", "geheim")
    with post_office(secure(authority, "elders.voorbeeld.nl")) as (box, port):
        (sentence,) = notification.notify(mail(port, **SIGNED_IN), FOLDER, "gelukt", TEXT)
    assert "SSLCertVerificationError" in sentence and box.users == []


@contextmanager
def webhook(code=200):
    posted = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            posted.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(code)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield posted, f"http://127.0.0.1:{server.server_port}/sleutel"
    finally:
        server.shutdown()
        server.server_close()


HOOKED = Notify(webhook=Webhook(address_variable="PROEF_WEBHOOK"))


def test_a_webhook_gets_json(monkeypatch):
    with webhook() as (got, address):
        monkeypatch.setenv("PROEF_WEBHOOK", address)
        assert notification.notify(HOOKED, FOLDER, "mislukt", TEXT) == []
    assert got == [("/sleutel", {"text": TEXT, "uitkomst": "mislukt"})]


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/sleutel", "geen adres/sleutel", "http://[/sleutel", ""])
def test_a_webhook_that_is_not_there_is_told_without_its_address(monkeypatch, address):
    monkeypatch.setenv("PROEF_WEBHOOK", address)
    (sentence,) = notification.notify(HOOKED, FOLDER, "gelukt", TEXT)
    assert "webhook" in sentence and "sleutel" not in sentence


def test_a_webhook_that_refuses_is_told_with_its_code(monkeypatch):
    with webhook(403) as (_, address):
        monkeypatch.setenv("PROEF_WEBHOOK", address)
        assert notification.notify(HOOKED, FOLDER, "gelukt", TEXT) == ["De webhook antwoordde met code 403."]


def hook(code, *arguments):
    return Notify(command=(sys.executable, "-c", code, *arguments))


def test_a_command_gets_the_text_and_the_outcome(tmp_path):
    written = "os.environ['VEILIGHEID_UITKOMST'].encode() + sys.stdin.buffer.read()"
    code = f"import os, sys; open(sys.argv[1], 'wb').write({written})"
    assert notification.notify(hook(code, str(tmp_path / "uit")), FOLDER, "mislukt", TEXT) == []
    assert (tmp_path / "uit").read_text(encoding="utf-8") == f"mislukt{TEXT}"


def test_a_command_gets_no_secret_that_it_was_not_given(tmp_path, monkeypatch):
    secrets = ("PROEF_WACHTWOORD", "AWS_SECRET_ACCESS_KEY", "HTTPS_PROXY", "VEILIGHEID_WEBHOOK", "PROEF_SLEUTEL")
    for name in secrets:
        monkeypatch.setenv(name, "geheim")
    code = "import json, os, sys; json.dump(dict(os.environ), open(sys.argv[1], 'w'))"
    asked = hook(code, str(tmp_path / "uit")).model_copy(update={"command_variables": ("PROEF_SLEUTEL",)})
    assert notification.notify(asked, FOLDER, "gelukt", TEXT) == []
    got = json.loads((tmp_path / "uit").read_text(encoding="utf-8"))
    assert {name for name, value in got.items() if "geheim" in value} == {"PROEF_SLEUTEL"}
    assert got["VEILIGHEID_UITKOMST"] == "gelukt" and got["PATH"]


def test_a_command_that_fails_hangs_or_is_not_there_is_told(monkeypatch):
    monkeypatch.setattr(notification, "_PATIENCE", 1)
    problems = [
        *notification.notify(hook("raise SystemExit(7)"), FOLDER, "gelukt", TEXT),
        *notification.notify(hook("import time; time.sleep(60)"), FOLDER, "gelukt", TEXT),
        *notification.notify(Notify(command=("/is/er/niet",)), FOLDER, "gelukt", TEXT),
    ]
    assert ["code 7" in problems[0], "niet klaar" in problems[1], "FileNotFoundError" in problems[2]] == [True] * 3


def test_a_command_that_hangs_ends_with_all_that_it_started(monkeypatch, tmp_path):
    monkeypatch.setattr(notification, "_PATIENCE", 1)
    script = "import subprocess; child = subprocess.Popen(['sleep', '60']); print(child.pid, flush=True); child.wait()"
    command = ("/bin/sh", "-c", f'"{sys.executable}" -c "{script}" > pid')
    notification.notify(Notify(command=command), tmp_path, "gelukt", TEXT)
    state = Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}/stat")
    until(lambda: not state.exists() or ") Z " in state.read_text())


def test_a_command_runs_in_the_folder_of_the_settings(tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    (tmp_path / "meld.sh").write_text("#!/bin/sh\ncat > gemeld\n")
    (tmp_path / "meld.sh").chmod(0o755)
    assert notification.notify(Notify(command=("./meld.sh",)), tmp_path, "gelukt", TEXT) == []
    assert (tmp_path / "gemeld").read_text(encoding="utf-8") == TEXT


def test_who_of_several_did_not_get_the_mail_is_told(monkeypatch):
    with post_office() as (box, port):
        box.refuses = "weg@voorbeeld.nl"
        both = mail(port, starttls=False, to=("raad@voorbeeld.nl", "weg@voorbeeld.nl"))
        (sentence,) = notification.notify(both, FOLDER, "gelukt", TEXT)
    assert (
        "weg@voorbeeld.nl" in sentence
        and "raad@" not in sentence
        and [to for to, *_ in box.mails] == [["raad@voorbeeld.nl"]]
    )


def test_one_that_fails_keeps_no_other_from_being_told(monkeypatch):
    with webhook() as (got, address):
        monkeypatch.setenv("PROEF_WEBHOOK", address)
        everyone = hook("raise SystemExit(7)").model_copy(update={"mail": mail(1).mail, "webhook": HOOKED.webhook})
        assert len(notification.notify(everyone, FOLDER, "gelukt", TEXT)) == 2
    assert len(got) == 1


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (SIGNED_IN, "UnicodeEncodeError"),
        ({"to": ("Jan <oov@",)}, "IndexError"),
        ({"sender": "oov@voorbeeld.nl\nBcc: elders@voorbeeld.nl"}, "ValueError"),
    ],
)
def test_a_mail_that_cannot_be_made_is_told_by_its_kind_alone(authority, monkeypatch, wrong, problem):
    monkeypatch.setenv("PROEF_WACHTWOORD", "gehëim")
    with post_office(secure(authority)) as (box, port), webhook() as (got, address):
        monkeypatch.setenv("PROEF_WEBHOOK", address)
        everyone = mail(port, **wrong).model_copy(update={"webhook": HOOKED.webhook})
        assert notification.notify(everyone, FOLDER, "gelukt", TEXT) == [
            f"De e-mail via 127.0.0.1 is niet gelukt ({problem})."
        ]
    assert len(got) == 1 and box.mails == []


def test_a_server_that_drips_is_left_behind(monkeypatch):
    """Each line arrives in time, but the last one never does."""
    monkeypatch.setattr(notification, "_LIMIT", 1)
    over = Event()

    def drip(server):
        with server.accept()[0] as line:
            while not over.wait(0.1):
                line.sendall(b"220-een ogenblik\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server, webhook() as (got, address):
        monkeypatch.setenv("PROEF_WEBHOOK", address)
        dripping = Thread(target=drip, args=(server,))
        dripping.start()
        both = mail(server.getsockname()[1]).model_copy(update={"webhook": HOOKED.webhook})
        (sentence,) = notification.notify(both, FOLDER, "gelukt", TEXT)
        over.set()
        dripping.join()
    assert "niet klaar" in sentence and "niet aangekomen" in sentence and len(got) == 1


@pytest.mark.parametrize("given", [{"user": "oov"}, {"password_variable": "PROEF_WACHTWOORD"}])
def test_a_user_and_a_password_come_together(given):
    with pytest.raises(ValidationError, match="horen bij elkaar"):
        mail(25, **given)


def test_who_does_not_want_to_hear_is_left_in_peace():
    assert notification.notify(hook("raise SystemExit(7)"), FOLDER, "ongewijzigd", TEXT) == []
    quiet = hook("raise SystemExit(7)").model_copy(update={"when": ("mislukt",)})
    assert notification.notify(quiet, FOLDER, "gelukt", TEXT) == []
