"""A partner appears in the directory, is found, withdraws, and is gone."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from .test_signing import is_clean, sign


@pytest.mark.parametrize(("width", "scripts"), [(320, False), (1440, True)])
def test_appears_is_found_withdraws_and_is_gone(portal, newcomer, context_for, width, scripts):
    page = newcomer(width=width).new_page()
    page.goto(f"{portal.url}/fr/chartes/partenaires/v1/signer/")
    sign(page, "Je signe la charte v1")
    page.get_by_role("link", name="Apparaître dans l’annuaire des partenaires").click()
    expect(page.locator("input[name=appears]")).to_be_visible()
    for name in ("appears", "shows_service", "shows_place"):
        for box in page.locator(f"input[name={name}]").all():
            expect(box).not_to_be_checked()
    is_clean(page)

    page.fill("input[name=role]", "x" * 20)
    page.set_input_files(
        "input[name=photo]", {"name": "moi.jpg", "mimeType": "image/jpeg", "buffer": b"rien"}
    )
    page.check("input[name=appears]")
    page.get_by_role("button", name="Enregistrer mes choix").click()
    expect(page.locator(".field__error")).to_contain_text("n’est pas une image")
    is_clean(page)

    picture = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(picture, "JPEG")
    page.fill("input[name=role]", f"Horloger {width}")
    page.set_input_files(
        "input[name=photo]",
        {"name": "moi.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()},
    )
    page.fill("textarea[name=reason]", "Pour donner envie.")
    page.get_by_role("button", name="Enregistrer mes choix").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Vous apparaissez dans l’annuaire")
    is_clean(page)

    colleague = context_for("agent", width=width, java_script_enabled=scripts).new_page()

    def theirs_is_clean():
        if scripts:  # which axe is
            is_clean(colleague)

    colleague.goto(f"{portal.url}/fr/charte/")
    theirs_is_clean()
    colleague.get_by_role("link", name="Annuaire des partenaires").click()
    expect(colleague.locator("main")).to_contain_text(f"Horloger {width}")
    theirs_is_clean()
    colleague.fill("input[name=name]", f"horloger {width}")
    colleague.get_by_role("button", name="Trouver").click()
    colleague.wait_for_url("**name=horloger**")
    expect(colleague.locator(".partner")).to_have_count(1)
    colleague.goto(f"{portal.url}/fr/recherche/?q=horloger+{width}&kind=partner")
    expect(colleague.locator(".search-result__kind").first).to_have_text("Partenaire")
    theirs_is_clean()
    with colleague.expect_navigation():
        colleague.locator(".search-result__title a").first.click()
    expect(colleague.locator("main")).to_contain_text(f"Horloger {width}")
    theirs_is_clean()
    theirs = colleague.url

    page.goto(f"{portal.url}/fr/mes-signatures/")
    page.get_by_role("link", name="Me retirer").click()
    page.get_by_role("button", name="Je me retire").click()
    expect(page.locator("main")).to_contain_text("Votre retrait est enregistré")

    assert colleague.goto(theirs).status == 404
    colleague.goto(f"{portal.url}/en/charters/partenaires/partners/")
    expect(colleague.locator("main")).not_to_contain_text(f"Horloger {width}")
    theirs_is_clean()
    colleague.goto(f"{portal.url}/fr/recherche/?q=horloger+{width}")
    expect(colleague.locator("main")).not_to_contain_text(f"Horloger {width}")
