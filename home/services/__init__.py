"""Changes with side effects."""

from .contact import load_example_contact
from .front_page import arrange_front_page
from .pages import load_pages
from .posts import ImportReport, Result, import_posts, known_numbers, load_examples
from .translations import load_translations

__all__ = [
    "ImportReport",
    "Result",
    "arrange_front_page",
    "import_posts",
    "known_numbers",
    "load_example_contact",
    "load_examples",
    "load_pages",
    "load_translations",
]
