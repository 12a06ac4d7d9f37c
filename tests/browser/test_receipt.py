"""Someone signs, downloads the receipt, and shows it: it holds, until one byte of it changes."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.partners.readers import need_pdf_libraries

from .test_signing import is_clean, sign


@pytest.fixture(autouse=True, scope="module")
def _libraries():
    need_pdf_libraries()


def show(page: Page, address: str, content: bytes) -> None:
    """Give a file to the verification page."""
    page.goto(address)
    is_clean(page)
    file = {"name": "recu.pdf", "mimeType": "application/pdf", "buffer": content}
    page.get_by_label("Reçu ou convention signée (PDF)").set_input_files([file])
    page.get_by_role("button", name="Vérifier ce fichier").click()


def open_page(context: BrowserContext, *, has_script: bool) -> Page:
    """Open a page, where the portal's script comes or does not: axe itself needs one to run."""
    if not has_script:
        context.route("**/*.js", lambda route: route.abort())
    return context.new_page()


@pytest.mark.parametrize("has_script", [True, False])
def test_the_receipt_says_who_signed_until_one_byte_of_it_changes(
    portal, newcomer, context_for, has_script
):
    page = open_page(newcomer(), has_script=has_script)
    page.goto(f"{portal.url}/fr/chartes/partenaires/v1/signer/")
    name = page.locator("dt:has-text('Nom') + dd").first.inner_text()
    sign(page, "Je signe la charte v1")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le reçu (PDF)").click()
    assert download.value.suggested_filename == "recu-partenaires-v1.pdf"
    receipt = download.value.path().read_bytes()

    address = f"{portal.url}/fr/verifier/"
    visitor = open_page(context_for(width=320), has_script=has_script)
    show(visitor, address, receipt)
    told = visitor.locator("main")
    expect(told).to_contain_text("Valide")
    expect(told).to_contain_text(name)
    is_clean(visitor)

    middle = len(receipt) // 2
    changed = receipt[:middle] + bytes([receipt[middle] ^ 1]) + receipt[middle + 1 :]
    show(visitor, address, changed)
    expect(told).to_contain_text("Reçu altéré")
    expect(told).not_to_contain_text(name)
    is_clean(visitor)
    visitor.get_by_role("link", name="Vérifier le code").click()
    expect(told).to_contain_text("Valide")

    show(visitor, address, b"")
    expect(visitor.locator(".field__error")).to_contain_text("Ce fichier est vide")
    is_clean(visitor)
