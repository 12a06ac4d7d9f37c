"""Changes with side effects."""

from .front_page import arrange_front_page
from .pages import load_pages
from .translations import load_translations

__all__ = ["arrange_front_page", "load_pages", "load_translations"]
