"""What the whole editing area gains."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


@hooks.register("insert_global_admin_js")
def save_after_autosave() -> SafeString:
    """Hold a press on « Save draft » until the page being autosaved exists."""
    return format_html(
        '<script type="module" src="{}"></script>', static("portal/save_after_autosave.js")
    )
