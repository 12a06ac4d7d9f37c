"""What the documentation says is what the code does."""

import re
from pathlib import Path

from pydantic import SecretStr

from portal.environment import BASE_DIR, Environment

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def documented_rows() -> list[str]:
    """Return the rows of the table of environment variables, as the code would write them."""
    rows = []
    for field in Environment.model_fields.values():
        default = field.default
        if isinstance(default, SecretStr):
            default = default.get_secret_value()
        if isinstance(default, Path):
            default = default.relative_to(BASE_DIR)
        if isinstance(default, bool):
            default = str(default).lower()
        shown = f"`{default}`" if default is not None and str(default) else "–"
        rows.append(f"| `{field.validation_alias}` | {shown} | {field.description} |")
    return rows


def test_the_table_of_variables_is_that_of_the_code():
    written = re.findall(r"^\| `[A-Z_]+` \|.*$", README, flags=re.MULTILINE)
    assert written == documented_rows()


def test_each_link_of_the_documentation_leads_somewhere():
    broken = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        broken += [
            f"{page.relative_to(ROOT)}: {target}"
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
            if not (page.parent / target).exists()
        ]
    assert not broken


def test_each_top_level_folder_is_on_the_map():
    ignored = {".git", ".venv", ".cache", "var", "locale", "node_modules"}
    folders = {
        path.name
        for path in ROOT.iterdir()
        if path.is_dir() and path.name not in ignored and not path.name.startswith((".", "__"))
    }
    assert {name for name in folders if f"`{name}/`" not in README} == set()


def test_each_decision_is_listed():
    listed = (ROOT / "docs/adr/README.md").read_text()
    files = {path.name for path in (ROOT / "docs/adr").glob("0*.md")}
    assert {name for name in files if f"({name})" not in listed} == set()
