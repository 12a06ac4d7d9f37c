"""Strings of libraries whose own catalogue has no French: named here, ours translates them.

Django reads the catalogue of the project after those of the libraries.
"""

from django.utils.translation import ngettext_lazy

BORROWED = (
    ngettext_lazy(
        '<span>%(total)s</span> Media file <span class="visuallyhidden w-sr-only">'
        "created in %(site_name)s</span>",
        '<span>%(total)s</span> Media files <span class="visuallyhidden w-sr-only">'
        "created in %(site_name)s</span>",
        "counter",
    ),
)
