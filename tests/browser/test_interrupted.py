"""The process that sends a receipt is killed on the way: nothing is lost, nothing leaves twice."""

import socketserver
import subprocess
import sys
import threading

import pytest

from .conftest import ROOT, environment

SOMEONE = "interrompue@example.org"
SIGN = f"""
from django.utils import timezone
from partners.models import CharterText, SignatureNotice
from partners.services import send_notice, sign
from portal.users.enums import Authentication
from portal.users.models import User

person, _created = User.objects.get_or_create(username="interrompue", email="{SOMEONE}")
text = CharterText.objects.get(version__charter__slug="partenaires", version__number=1, language="fr")
signature = sign(
    person=person, text=text, authenticated_by=Authentication.PASSWORD,
    statement="Je la signe librement.", address="", browser="", at=timezone.now(),
)
send_notice(notice=SignatureNotice.objects.get(signature=signature).pk, at=timezone.now())
"""
LATER = """
import datetime as dt
from django.utils import timezone
from partners.services import send_waiting_notices

send_waiting_notices(at=timezone.now() + dt.timedelta(minutes=6))
"""


class Postman(socketserver.StreamRequestHandler):
    """Takes messages as a mail server does; while held, lets whoever comes wait at the door."""

    def handle(self):
        self.server.came.set()
        if not self.server.is_open.is_set():
            self.rfile.read()  # until whoever waits is gone
            return
        self.reply("220 ready")
        recipients = []
        while line := self.rfile.readline().decode().strip():
            verb = line.upper()
            if verb == "DATA":
                self.reply("354 go on")
                message = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.taken.append((recipients, message.decode()))
            elif verb.startswith("RCPT"):
                recipients.append(line.partition("<")[2].rstrip(">"))
            self.reply("221 bye" if verb == "QUIT" else "250 fine")

    def reply(self, line):
        self.wfile.write(f"{line}\r\n".encode())


class Post(socketserver.ThreadingTCPServer):
    daemon_threads = True


@pytest.fixture
def post():
    with Post(("127.0.0.1", 0), Postman) as server:
        server.came, server.is_open, server.taken = threading.Event(), threading.Event(), []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def run(portal, post):
    """Return a function that starts a process of the portal, whose mail goes to the post."""
    mailed = {"EMAIL_URL": f"smtp://127.0.0.1:{post.server_address[1]}"}

    def start(code):
        return subprocess.Popen(
            [sys.executable, "manage.py", "shell", "-c", code],
            cwd=ROOT,
            env={**environment(portal.data_dir, 8000), **mailed},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return start


def test_a_signature_whose_sender_is_killed_sends_its_receipt_once(run, post):
    def end(process):
        said, _nothing = process.communicate(timeout=120)
        assert process.returncode == 0, said

    sender = run(SIGN)
    assert post.came.wait(timeout=120), "the sender never came to the post"
    sender.kill()
    sender.communicate()
    assert post.taken == []

    post.is_open.set()
    for _pass in range(2):
        end(run(LATER))
    mine = [message for recipients, message in post.taken if recipients == [SOMEONE]]
    assert len(mine) == 1
    assert "Message-ID: <" in mine[0]
    end(run("from django.core.management import call_command; call_command('verify_signatures')"))
