"""Every component, shown with its own examples: documentation, review and accessibility in one.

Development and tests only. ``templates/components/<name>/examples.yaml`` is a list of examples, each
with a title and a context; a few tags make what YAML cannot say:

``!html`` safe markup, ``!image`` a picture of the library (none while it is empty), ``!page`` a page
of a list, ``!form`` a filter form, ``!field`` a form field.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from .context_processors import THEMES
from .models import PortalImage
from .staticfiles import COMPONENTS


@dataclass(frozen=True, slots=True)
class Example:
    """One state of a component."""

    title: str
    html: SafeString


@dataclass(frozen=True, slots=True)
class Component:
    """A component: its name, what its header says, its states."""

    name: str
    header: str
    examples: list[Example]


class _Loader(yaml.SafeLoader):
    """YAML and the tags above."""


def _scalar(loader: yaml.SafeLoader, node: yaml.Node) -> str:
    return str(loader.construct_scalar(cast(yaml.ScalarNode, node)))


def _mapping(loader: yaml.SafeLoader, node: yaml.Node) -> dict[str, Any]:
    values = loader.construct_mapping(cast(yaml.MappingNode, node), deep=True)
    return {str(key): value for key, value in values.items()}


def _html(loader: yaml.SafeLoader, node: yaml.Node) -> SafeString:
    return mark_safe(_scalar(loader, node))


def _image(loader: yaml.SafeLoader, node: yaml.Node) -> PortalImage | None:
    return PortalImage.objects.order_by("pk").first()


def _page(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    values = _mapping(loader, node)
    paginator = Paginator(range(int(values["count"])), int(values["per_page"]))
    return paginator.get_page(values["number"])


class _Filters(forms.Form):
    chosen: dict[str, str] = {}


def _form(loader: yaml.SafeLoader, node: yaml.Node) -> forms.Form:
    form = _Filters()
    for name, (label, choices) in _mapping(loader, node).items():
        form.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)
    return form


FIELDS = {"checkbox": forms.BooleanField, "email": forms.EmailField, "text": forms.CharField}


def _field(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    values = _mapping(loader, node)
    choices = [(str(place), choice) for place, choice in enumerate(values.get("choices", []))]
    form = forms.Form({} if values.get("error") else None)
    name = slugify(values["label"])
    named = {"label": values["label"], "help_text": values.get("help_text", "")}
    form.fields[name] = (
        forms.ChoiceField(choices=choices, initial="0", widget=forms.RadioSelect, **named)
        if choices
        else FIELDS[values.get("type", "text")](**named)
    )
    return form[name]


for _tag, _constructor in {
    "!html": _html,
    "!image": _image,
    "!page": _page,
    "!form": _form,
    "!field": _field,
}.items():
    _Loader.add_constructor(_tag, _constructor)


def component_names() -> list[str]:
    """Return the names of all components."""
    return sorted(
        path.name for path in COMPONENTS.iterdir() if (path / f"{path.name}.html").exists()
    )


def read_header(name: str) -> str:
    """Return the comment at the head of a component; empty when it has none."""
    source = (COMPONENTS / name / f"{name}.html").read_text("utf-8")
    head, found, _rest = source.partition("{% endcomment %}")
    return head.removeprefix("{% comment %}").strip() if found else ""


def read_examples(path: Path) -> list[dict[str, Any]]:
    """Return the examples of a file; none when there is no file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as stream:
        examples: list[dict[str, Any]] = yaml.load(stream, _Loader)  # noqa: S506  a SafeLoader
    return examples


def read_component(name: str) -> Component:
    """Read a component and render its examples; those that lack what they require are left out."""
    shown = [
        Example(
            title=example["title"],
            html=render_to_string(f"components/{name}/{name}.html", example.get("context") or {}),
        )
        for example in read_examples(COMPONENTS / name / "examples.yaml")
        if all(example["context"].get(key) is not None for key in example.get("requires", []))
    ]
    return Component(name, read_header(name), shown)


def gallery(request: HttpRequest) -> HttpResponse:
    """Show all components, or the one asked for, in the theme asked for."""
    if settings.PRODUCTION or settings.DEMONSTRATION:
        raise Http404
    theme = request.GET.get("theme", "")
    if theme in THEMES:
        request.COOKIES["theme"] = theme
    names = component_names()
    asked = request.GET.get("component", "")
    return render(
        request,
        "gallery/gallery.html",
        {
            "names": names,
            "themes": THEMES,
            "theme": theme,
            "components": [
                read_component(name) for name in names if asked in ("", name) or asked not in names
            ],
        },
    )
