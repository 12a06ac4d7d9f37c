"""A partner signs, someone verifies, the partner withdraws, and signs again."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from .conftest import PASSWORD


def is_clean(page: Page) -> None:
    """Check what a reader of any sort finds on the page: it fits, and axe finds nothing."""
    page.wait_for_load_state()  # with its styles: the text alone comes before
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def sign(page: Page, label: str) -> None:
    page.check("input[name=agreed]")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name=label).click()
    expect(page.locator("h1")).to_have_text("Vous avez signé")


@pytest.mark.parametrize("width", [320, 1280])
def test_signs_verifies_withdraws_and_signs_again(portal, newcomer, context_for, width):
    page = newcomer(width=width).new_page()
    page.goto(f"{portal.url}/fr/charte/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le texte intégral").click()
    assert "Article" in download.value.path().read_text("utf-8")
    page.get_by_role("button", name="Signer cette charte").click()
    expect(page.locator("h1")).to_have_text("Signer la charte")
    expect(page.locator("main")).to_contain_text("Exemple")
    expect(page.locator("input[name=agreed]")).not_to_be_checked()
    is_clean(page)

    page.check("input[name=agreed]")
    page.fill("input[name=password]", "ce-n-est-pas-lui")
    page.get_by_role("button", name="Je signe la charte v1").click()
    expect(page.locator(".field__error")).to_contain_text("Ce n’est pas votre mot de passe")
    expect(page.locator("input[name=agreed]")).to_be_checked()
    is_clean(page)

    sign(page, "Je signe la charte v1")
    is_clean(page)
    address = page.locator("dd a[href*='/verifier/']").get_attribute("href")

    visitor = context_for(width=width).new_page()
    visitor.goto(address)
    expect(visitor.locator("main")).to_contain_text("Valide")
    expect(visitor.locator("body")).not_to_contain_text("Récente")
    is_clean(visitor)

    page.goto(f"{portal.url}/fr/mes-signatures/")
    is_clean(page)
    page.get_by_role("link", name="Me retirer").click()
    expect(page.locator("h1")).to_contain_text("Vous retirer")
    is_clean(page)
    page.get_by_role("button", name="Je me retire").click()
    expect(page.locator("main")).to_contain_text("Votre retrait est enregistré")
    visitor.reload()
    expect(visitor.locator("main")).to_contain_text("Signature retirée")
    is_clean(visitor)

    page.goto(f"{portal.url}/fr/charte/")
    page.get_by_role("button", name="Signer cette charte").click()
    sign(page, "Je signe la charte v1")
    visitor.goto(f"{portal.url}/en/verify/")
    visitor.fill("input[name=code]", page.locator("dd code").first.inner_text().lower())
    visitor.get_by_role("button", name="Verify this code").click()
    expect(visitor.locator("main")).to_contain_text("Valid")
    is_clean(visitor)


def test_signs_without_a_script_and_with_the_keyboard_alone(portal, newcomer):
    page = newcomer(java_script_enabled=False).new_page()
    page.goto(f"{portal.url}/fr/chartes/partenaires/v1/signer/")
    page.locator("input[name=agreed]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Vous avez signé")


@pytest.mark.parametrize("width", [320, 1440])
def test_commits_to_two_things_and_says_that_one_is_kept(portal, newcomer, width):
    page = newcomer(width=width).new_page()
    page.goto(f"{portal.url}/fr/charte/")
    questions = page.locator("#commitments fieldset fieldset")
    for number in range(questions.count()):
        chosen = questions.nth(number).locator("label", has=page.locator(":checked"))
        expect(chosen).to_have_text("Aucun pour le moment")
    is_clean(page)
    first = page.get_by_label("Une habitude – Au moins une fois par semaine")
    first.focus()
    page.keyboard.press("Space")
    page.get_by_role("group", name="Se passer de vaisselle jetable").get_by_role(
        "radio"
    ).last.check()
    page.get_by_role("button", name="Signer cette charte").click()

    expect(page.locator("main")).to_contain_text("Transport – Venir au travail")
    page.get_by_role("link", name="Modifier mon choix").click()
    expect(first).to_be_checked()
    page.get_by_role("button", name="Signer cette charte").click()
    expect(page.locator("h1")).to_have_text("Signer la charte")
    is_clean(page)
    sign(page, "Je signe la charte v1")
    expect(page.locator("main")).to_contain_text("Une habitude – Au moins une fois par semaine")
    expect(page.locator("main")).to_contain_text("Avec les autres – Pour un pot")
    is_clean(page)

    page.get_by_role("link", name="Suivre ou modifier mes engagements").click()
    expect(page.locator("main")).to_contain_text("Engagements tenus : 0 sur 2")
    page.get_by_role("button", name="Noter «\u00a0Tenu\u00a0»").first.click()
    expect(page.locator("main")).to_contain_text("Engagements tenus : 1 sur 2")
    is_clean(page)
    page.get_by_role("link", name="Modifier mes engagements").click()
    expect(page.get_by_role("button", name="Enregistrer mes engagements")).to_be_visible()
    is_clean(page)
    page.get_by_role("group", name="Se passer de vaisselle jetable").get_by_role(
        "radio"
    ).first.check()
    page.get_by_role("button", name="Enregistrer mes engagements").click()
    expect(page.locator("main")).to_contain_text("Engagements tenus : 1 sur 1")
    page.get_by_role("link", name="Ce à quoi s’engagent les signataires").click()
    expect(page.locator("main")).to_contain_text("Pas encore de nombres")
    is_clean(page)
