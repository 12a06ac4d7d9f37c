"""A referent enters what an agent signed by hand, then the withdrawal; the agent finds both."""

import datetime as dt

import pypdfium2
from playwright.sync_api import Page, expect

from portal.users.enums import Role

from .test_signing import is_clean
from .test_steering import is_clean_admin

SCAN = {"name": "feuille.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 la feuille"}
NO_SCAN = {"name": "feuille.docx", "mimeType": "application/msword", "buffer": b"PK la feuille"}


def expect_on_paper(unit: Page, portal, count: int) -> None:
    """Check how many partners by a sheet the RSO unit counts: nothing else here makes any."""
    unit.goto(f"{portal.url}/admin/steering/")
    expect(unit.locator(".steering__figures").first).to_contain_text(f"et {count} sur papier")


def test_signs_by_hand_then_withdraws_by_hand(portal, join, context_for):
    login = join()
    unit = context_for("rso").new_page()
    referent = context_for(join(Role.CHARTER_REFERENTS), width=320).new_page()
    referent.goto(f"{portal.url}/fr/charte/")
    referent.get_by_role("link", name="Feuille à signer à la main").click()
    expect(referent.locator("main")).to_contain_text("Référent qui a vu signer")
    is_clean(referent)
    printed = pypdfium2.PdfDocument(referent.pdf(format="A4"))
    pages = [sheet.get_textpage().get_text_range() for sheet in printed]
    assert "Menu" not in "".join(pages)
    signed = next(one for one in pages if "je la signe librement" in " ".join(one.split()))
    for beside in ("Empreinte du texte", "Identifiant de l’agent", "Référent qui a vu signer"):
        assert beside in " ".join(signed.split())

    referent.goto(f"{portal.url}/admin/signatures/paper/")
    is_clean_admin(referent)
    today = dt.date.today().isoformat()
    referent.get_by_label("Charte, telle que sur la feuille").select_option(index=1)
    referent.get_by_label("Identifiant de l’agent").fill(login)
    referent.get_by_label("Prénom et nom, tels que sur la feuille").fill("Récente Recrue")
    referent.locator("input[name=signed_on]").fill(today)
    referent.locator("input[name=scan]").set_input_files([NO_SCAN])
    referent.locator("input[name=seen]").check()
    referent.get_by_role("button", name="Saisir cette signature").click()
    expect(referent.locator("main")).to_contain_text("Ce fichier n’est pas une numérisation")
    expect(referent.locator("body")).to_contain_text("Choisissez de nouveau la numérisation")
    expect(referent.locator("input[name=login]")).to_have_value(login)
    expect(referent.locator("input[name=signed_on]")).to_have_value(today)
    expect(referent.locator("input[name=seen]")).to_be_checked()
    is_clean_admin(referent)
    referent.locator("input[name=scan]").set_input_files([SCAN])
    referent.get_by_role("button", name="Saisir cette signature").click()
    expect(referent.locator("body")).to_contain_text("La signature de Recrue Récente est saisie")
    is_clean_admin(referent)
    expect_on_paper(unit, portal, 1)

    agent = context_for(login, width=320).new_page()
    agent.goto(f"{portal.url}/fr/mes-signatures/")
    expect(agent.locator(".signatures__state")).to_have_text("Active")
    is_clean(agent)
    agent.get_by_role("link", name="Reçu").first.click()
    expect(agent.locator("main")).to_contain_text("Signée sur papier")
    is_clean(agent)
    agent.get_by_role("link", name="Vérifier cette signature").click()
    expect(agent.locator("main")).to_contain_text("Valide")
    expect(agent.locator("main")).to_contain_text("puis saisie par un référent")
    is_clean(agent)

    referent.goto(f"{portal.url}/admin/signatures/paper/")
    referent.get_by_role("link", name="Saisir un retrait demandé sur papier").click()
    referent.locator("select[name=charter]").select_option(index=1)
    referent.locator("input[name=login]").fill(login)
    referent.locator("input[name=name]").fill("Recrue Récente")
    referent.locator("input[name=asked_on]").fill(today)
    referent.locator("input[name=seen]").check()
    referent.get_by_role("button", name="Saisir ce retrait").click()
    expect(referent.locator("body")).to_contain_text("Le retrait de Recrue Récente est saisi")
    is_clean_admin(referent)
    expect_on_paper(unit, portal, 0)

    agent.reload()
    expect(agent.locator("main")).to_contain_text("Signature retirée")
    expect(agent.locator("main")).to_contain_text("Retrait demandé sur papier")
    is_clean(agent)
    agent.goto(f"{portal.url}/fr/mes-signatures/")
    expect(agent.locator(".signatures__state")).to_have_text("Signature retirée")
    is_clean(agent)
