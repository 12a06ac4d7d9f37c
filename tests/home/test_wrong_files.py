"""A content file that is wrong is named, and the rest is loaded."""

import pytest

from engagements.services import LoadReport
from home.models import NewsPage
from home.services import load_pages
from home.services.pages import PROGRAMME

pytestmark = pytest.mark.django_db


def test_a_wrong_file_is_named_and_the_rest_goes_on(db, tmp_path, settings):
    for name in ("structure.yaml", "campaigns.yaml", "events.csv", "upcoming_events.yaml"):
        source = PROGRAMME / name
        (tmp_path / name).write_bytes(source.read_bytes())
    (tmp_path / "events.csv").write_text(
        (tmp_path / "events.csv").read_text("utf-8").splitlines()[0] + "\n", "utf-8"
    )
    (tmp_path / "upcoming_events.yaml").write_text("[]", "utf-8")
    (tmp_path / "pages").mkdir()
    (tmp_path / "news").mkdir()
    good = "---\ntitle: Bon\nsummary: Oui\npublished_on: 2026-01-05\n---\nTexte.\n"
    (tmp_path / "news" / "bon.md").write_text(good, "utf-8")
    (tmp_path / "news" / "sans-en-tete.md").write_text("Texte.", "utf-8")
    (tmp_path / "news" / "service-inconnu.md").write_text(
        good.replace("---\nTexte", "services: [martiens]\n---\nTexte"), "utf-8"
    )
    (tmp_path / "news" / "lien-mort.md").write_text(
        good.replace("Texte.", "[Là](page:nulle-part)"), "utf-8"
    )
    texts = tmp_path / "texts"
    texts.mkdir()
    report = LoadReport()
    load_pages(report=report, programme=tmp_path, texts=texts)
    assert {rejection.file for rejection in report.rejections} >= {
        "sans-en-tete.md",
        "service-inconnu.md",
        "lien-mort.md",
    }
    assert NewsPage.objects.get(live=True).slug == "bon"
