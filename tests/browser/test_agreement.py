"""The RSO unit sends an agreement out; people without an account open it with a code, sign or decline."""

import csv
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from partners.services.loading import PROGRAMME
from tests.partners.readers import need_pdf_libraries

from .conftest import ROOT, environment
from .driving import manage
from .test_receipt import show
from .test_signing import is_clean
from .test_steering import is_clean_admin

LINK = re.compile(r"/fr/conventions/signer/[\w-]{43}/|/en/agreements/sign/[\w-]{43}/")


class Words(NamedTuple):
    """What an invited person looks for on the pages, in their language."""

    code: str
    ask: str
    open: str
    heading: str
    sign: str
    tick: str
    signed: str


FRENCH = Words(
    "Votre code est",
    "M’envoyer le code",
    "Ouvrir la convention",
    "Signer la convention",
    "Je signe la convention",
    "Cochez",
    "Vous avez signé",
)
ENGLISH = Words(
    "Your code is",
    "Send me the code",
    "Open the agreement",
    "Sign the agreement",
    "I sign the agreement",
    "Tick this statement",
    "You have signed",
)


def mails(portal) -> str:
    """Return the e-mails of this server: it writes them on its console."""
    port = urlsplit(portal.url).port
    return (portal.data_dir / f"server-{port}.log").read_text("utf-8")


def links(portal) -> list[str]:
    """Return the links that were sent, the first in front."""
    return list(dict.fromkeys(LINK.findall(mails(portal))))


def send_out(unit: Page, portal, folder: Path, *languages: str) -> list[str]:
    """Draft the agreement of ``folder``, send it out as the RSO unit does; return the links sent."""
    shutil.copytree(PROGRAMME / "agreements" / "amacod", folder)
    drafted = subprocess.run(
        [sys.executable, "manage.py", "draft_agreement", str(folder), "--author", "rso"],
        cwd=ROOT,
        env=environment(portal.data_dir, 8000),
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    sent_before = len(links(portal))
    unit.goto(portal.url + re.search(r"/admin/agreements/\d+/", drafted)[0])
    for number, language in enumerate(languages, 1):
        unit.fill(f"input[name=party-{number}-name]", f"Personne {number}")
        unit.fill(f"input[name=party-{number}-email]", f"personne{number}@example.org")
        unit.select_option(f"select[name=party-{number}-language]", language)
    unit.get_by_role("button", name="Envoyer à la signature").click()
    expect(unit.locator("body")).to_contain_text("La convention est à la signature.")
    sent = links(portal)[sent_before:]
    assert len(sent) == len(languages)
    return sent


def open_with_code(page: Page, portal, address: str, words: Words = FRENCH) -> None:
    page.goto(address)
    expect(page.locator("main")).not_to_contain_text("AMACOD")
    is_clean(page)
    page.get_by_role("button", name=words.ask).click()
    expect(page.locator("input[name=code]")).to_be_visible()
    is_clean(page)
    page.fill("input[name=code]", re.findall(rf"{words.code} (\d{{6}})", mails(portal))[-1])
    page.get_by_role("button", name=words.open).click()
    expect(page.locator("h1")).to_have_text(words.heading)
    is_clean(page)


def sign(page: Page, words: Words = FRENCH, *, has_script: bool = True) -> None:
    page.get_by_role("button", name=words.sign).click()
    expect(page.locator(".field__error")).to_contain_text(words.tick)
    expect(page.get_by_role("alert")).to_be_visible()
    if has_script:
        expect(page.locator("input[name=agreed]")).to_be_focused()
    is_clean(page)
    page.check("input[name=agreed]")
    page.get_by_role("button", name=words.sign).click()
    expect(page.locator("h1")).to_have_text(words.signed)
    is_clean(page)


def test_is_sent_passed_on_and_signed_by_all(portal, context_for, tmp_path):
    unit = context_for("rso").new_page()
    sent = send_out(unit, portal, tmp_path / "convention-essai", *["fr"] * 4)
    expect(unit.get_by_role("button", name="Envoyer un rappel")).to_have_count(4)

    # On a phone, by night, then without the portal's script, as people find it.
    for width, address in ((320, sent[0]), (768, sent[1]), (1440, sent[2])):
        context = context_for(width=width)
        if width == 768:
            context.route("**/*.js", lambda route: route.abort())
        page = context.new_page()
        open_with_code(page, portal, portal.url + address)
        sign(page, has_script=width != 768)

    last = context_for(width=320).new_page()
    open_with_code(last, portal, portal.url + sent[3])
    last.get_by_role("link", name="Refuser de signer").click()
    is_clean(last)
    last.get_by_role("link", name="Revenir à la convention").click()
    last.get_by_role("link", name="Transmettre l’invitation").click()
    is_clean(last)
    last.fill("input[name=name]", "Suppléance")
    last.fill("input[name=function]", "Direction")
    last.fill("input[name=email]", "suppleance@example.org")
    last.get_by_role("button", name="Transmettre").click()
    expect(last.locator("main")).to_contain_text("Votre propre lien ne fonctionne plus")
    is_clean(last)
    last.goto(portal.url + sent[3])
    expect(last.locator("main")).to_contain_text("Ce lien ne fonctionne pas")
    is_clean(last)

    delegate = context_for(width=1280).new_page()
    open_with_code(delegate, portal, portal.url + links(portal)[-1])
    sign(delegate)
    expect(delegate.locator("main")).to_contain_text("Toutes les parties ont signé")
    unit.reload()
    expect(unit.locator("body")).to_contain_text("En vigueur aujourd’hui")

    need_pdf_libraries()
    fetch = "Télécharger la convention signée (PDF)"
    expect(unit.get_by_role("link", name=fetch)).to_be_visible()
    with delegate.expect_download() as download:
        delegate.get_by_role("link", name=fetch).click()
    assert download.value.suggested_filename == "convention-convention-essai-v1.pdf"
    visitor = context_for(width=320).new_page()
    show(visitor, f"{portal.url}/fr/verifier/", download.value.path().read_bytes())
    told = visitor.locator("main")
    expect(told).to_contain_text("Valide")
    expect(told).to_contain_text("Suppléance")
    is_clean(visitor)
    visitor.get_by_role("link", name="Vérifier le code").click()
    expect(told).to_contain_text("Valide")
    expect(told).not_to_contain_text("Suppléance")
    is_clean(visitor)


def test_one_signs_in_english_and_another_declines(portal, context_for, tmp_path):
    unit = context_for("rso", width=320).new_page()
    sent = send_out(unit, portal, tmp_path / "convention-refusee", "en", "fr", "fr", "en")
    make_page(portal, "convention-refusee")
    reader = context_for("agent", width=320).new_page()
    address = f"{portal.url}/fr/convention-refusee/"
    reader.goto(address)
    expect(reader.locator("main")).to_contain_text("Cette convention n’est pas encore signée")
    is_clean(reader)

    assert sent[0].startswith("/en/")
    signatory = context_for(width=320).new_page()
    open_with_code(signatory, portal, portal.url + sent[0], ENGLISH)
    sign(signatory, ENGLISH)

    page = context_for(width=320).new_page()
    open_with_code(page, portal, portal.url + sent[3], ENGLISH)
    page.get_by_role("link", name="Decline to sign").click()
    is_clean(page)
    page.get_by_role("button", name="I decline to sign").click()
    expect(page.locator(".field__error")).to_be_visible()
    is_clean(page)
    page.get_by_label("Why you decline").fill("Our board has not met yet.")
    page.get_by_role("button", name="I decline to sign").click()
    expect(page.locator("main")).to_contain_text("This agreement was declined")
    is_clean(page)

    unit.reload()
    expect(unit.locator("main")).to_contain_text("Motif\N{NO-BREAK SPACE}: Our board has not met")
    expect(unit.locator("main strong").first).to_have_text("Refusée")
    expect(unit.get_by_role("button", name="Envoyer un rappel")).to_have_count(0)
    is_clean_admin(unit)
    third = context_for(width=320).new_page()
    third.goto(portal.url + sent[1])
    expect(third.locator("main")).not_to_contain_text("Our board")
    is_clean(third)
    reader.reload()
    expect(reader.locator("main")).to_contain_text("Cette convention n’est pas encore signée")
    expect(reader.locator("main")).not_to_contain_text("Our board")


def make_page(portal, slug: str) -> None:
    """Publish a page about the agreement of that slug, below the home page."""
    manage(
        portal,
        "shell",
        "-c",
        "from home.models import HomePage; from partners.models import Agreement, AgreementPage;"
        "home = HomePage.objects.get(locale__language_code='fr');"
        f"home.add_child(instance=AgreementPage(title='Convention refusée', slug={slug!r},"
        f" summary='Une convention.', agreement=Agreement.objects.get(slug={slug!r})))",
    )


def test_agents_read_where_it_stands_today(portal, context_for):
    for width, path in ((320, "/fr/convention-amacod/"), (1440, "/en/the-agreement-with-amacod/")):
        page = context_for("agent", width=width).new_page()
        assert page.goto(portal.url + path).status == 200
        expect(page.locator("main")).to_contain_text("AMACOD")
        is_clean(page)


def test_the_annual_report_is_brought_in_totals_and_read(portal, context_for):
    unit = context_for("rso", accept_downloads=True).new_page()
    unit.goto(f"{portal.url}/admin/agreements/amacod/report/")
    with unit.expect_download() as download:
        unit.get_by_role("link", name="Télécharger le modèle (CSV)").click()
    template = download.value.path().read_text("utf-8-sig")
    first, *rows = csv.reader(io.StringIO(template), delimiter=";")

    def bring(lines):
        stream = io.StringIO()
        csv.writer(stream, delimiter=";").writerows(lines)
        content = stream.getvalue().encode()
        file = {"name": "bilan.csv", "mimeType": "text/csv", "buffer": content}
        unit.set_input_files("input[type=file]", files=[file])
        unit.get_by_role("button", name="Voir ce qui serait affiché").click()

    bring([("Nom", "Prénom"), ("Martin", "Claude")])
    expect(unit.get_by_role("alert")).to_contain_text("liste de personnes")
    expect(unit.get_by_role("button", name="Publier ce bilan")).to_have_count(0)
    # The first category of each table has them all.
    seen: set[str] = set()
    filled = []
    for table, category, _empty in rows:
        filled.append((table, category, 0 if table in seen else 36))
        seen.add(table)
    bring([first, *filled])
    expect(unit.locator("main")).to_contain_text("36 saisines")
    is_clean(unit)
    unit.get_by_role("button", name="Publier ce bilan").click()
    expect(unit.locator("body")).to_contain_text("est publié.")
    for width, path in ((320, "/fr/convention-amacod/"), (1440, "/en/the-agreement-with-amacod/")):
        page = context_for("agent", width=width).new_page()
        page.goto(portal.url + path)
        is_clean(page)
        page.locator("#reports ~ p a").click()
        expect(page.locator("table")).to_have_count(9)
        is_clean(page)
