"""What tests of annual reports build on: three tables, and files of all sorts."""

import csv
import io

from openpyxl import Workbook

from portal.core.tables import harmless

TABLES = [
    {
        "code": "gender",
        "title_fr": "Genre",
        "title_en": "Gender",
        "categories": [
            {"code": "women", "name_fr": "Femmes", "name_en": "Women"},
            {"code": "men", "name_fr": "Hommes", "name_en": "Men"},
            {"code": "gender-unknown", "name_fr": "Non communiqué", "name_en": "Not stated"},
        ],
    },
    {
        "code": "age",
        "title_fr": "Âge",
        "title_en": "Age",
        "categories": [
            {"code": "young", "name_fr": "Moins de 30 ans", "name_en": "Under 30"},
            {"code": "middle", "name_fr": "De 30 à 49 ans", "name_en": "30 to 49"},
            {"code": "old", "name_fr": "50 ans et plus", "name_en": "50 and over"},
            {"code": "age-unknown", "name_fr": "Non communiqué", "name_en": "Not stated"},
        ],
    },
    {
        "code": "status",
        "title_fr": "=Statut",
        "title_en": "=Status",
        "categories": [
            {"code": "agent", "name_fr": "Agent", "name_en": "Agent"},
            {"code": "former", "name_fr": "Ancien agent", "name_en": "Former agent"},
        ],
    },
]
COUNTS = {"gender": (30, 14, 3), "age": (12, 20, 15, 0), "status": (40, 7)}
COLUMNS = ("tableau", "categorie", "nombre")


def rows(counts=COUNTS, language="fr"):
    """Return the rows of a file with these numbers, as the template has them."""
    return [
        (harmless(table[f"title_{language}"]), category[f"name_{language}"], number)
        for table in TABLES
        if table["code"] in counts
        for category, number in zip(table["categories"], counts[table["code"]], strict=True)
    ]


def as_csv(lines, *, columns=COLUMNS, delimiter=";", encoding="utf-8-sig"):
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerows([columns, *lines] if columns else lines)
    return stream.getvalue().encode(encoding)


def as_xlsx(lines, *, columns=COLUMNS, sheets=1):
    book = Workbook()
    for line in [columns, *lines]:
        book.active.append(list(line))
    for number in range(1, sheets):
        book.create_sheet(f"Feuille {number}").append(["Nom", "Prénom"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
