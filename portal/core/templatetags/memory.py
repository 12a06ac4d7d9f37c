"""Parts of pages that are rendered once for all the readers who have the same rights."""

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString

from portal.core.caching import DAY, remember_for_reader

register = template.Library()


class RememberedNode(template.Node):
    """What lies between ``{% remembered %}`` and ``{% endremembered %}``."""

    def __init__(
        self,
        nodelist: NodeList,
        about: list[FilterExpression],
        seconds: FilterExpression | None,
        store: str = "default",
    ) -> None:
        self.nodelist = nodelist
        self.about = about
        self.seconds = seconds
        self.store = store

    def render(self, context: Context) -> SafeString:
        """Return the remembered HTML, or make it."""
        key = ":".join(str(part.resolve(context)) for part in self.about)
        seconds: Any = self.seconds.resolve(context) if self.seconds else DAY
        return remember_for_reader(
            context.get("request"),
            f"html:{key}",
            lambda: self._make(context),
            int(seconds),
            self.store,
        )

    def _make(self, context: Context) -> SafeString:
        html = self.nodelist.render(context)
        if "csrfmiddlewaretoken" in html:
            raise template.TemplateSyntaxError("a form that carries a token cannot be remembered")
        return html


@register.tag
def remembered(parser: Parser, token: Token) -> RememberedNode:
    """Remember what is between the tags, per generation of content, rights and language.

    The arguments name it; ``seconds=`` shortens the time for what depends on the hour, ``store=``
    names the cache. Nothing inside may depend on anything else: neither the reader's name, nor the
    query string, nor a form that posts.

    {% remembered "news" page.pk %}...{% endremembered %}
    """
    _name, *words = token.split_contents()
    options = dict(word.split("=", 1) for word in words if word.startswith(("seconds=", "store=")))
    about = [word for word in words if not word.startswith(("seconds=", "store="))]
    nodelist = parser.parse(("endremembered",))
    parser.delete_first_token()
    return RememberedNode(
        nodelist,
        [parser.compile_filter(word) for word in about],
        parser.compile_filter(options["seconds"]) if "seconds" in options else None,
        options.get("store", "default").strip('"'),
    )
