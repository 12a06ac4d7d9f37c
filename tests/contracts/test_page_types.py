"""What every page type and every block owes to readers and to editors."""

import inspect

import pytest
from django.template.loader import get_template
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page, get_page_models

from portal.core.models import BasePage
from portal.core.searchable import Searchable

PAGE_MODELS = [model for model in get_page_models() if model is not Page]


def all_blocks(block: blocks.Block) -> list[tuple[str, blocks.Block]]:
    """Return the named blocks that an editor can add, at any depth."""
    found = []
    for name, child in getattr(block, "child_blocks", {}).items():
        if isinstance(block, blocks.StreamBlock):
            found.append((name, child))
        found += all_blocks(child)
    if isinstance(block, blocks.ListBlock):
        found += all_blocks(block.child_block)
    return found


STREAM_BLOCKS = {
    f"{model.__name__}.{field.name}.{name}": block
    for model in PAGE_MODELS
    for field in model._meta.get_fields()
    if isinstance(field, StreamField)
    for name, block in all_blocks(field.stream_block)
}


def test_there_are_page_types_and_blocks():
    assert len(PAGE_MODELS) >= 11
    assert len(STREAM_BLOCKS) >= 10


@pytest.mark.django_db
@pytest.mark.parametrize("model", PAGE_MODELS)
class TestPageType:
    def test_is_a_page_of_the_portal(self, model):
        assert issubclass(model, BasePage)

    def test_has_a_template(self, model):
        assert get_template(model.template)

    def test_describes_itself_to_search(self, model):
        assert isinstance(model(), Searchable)
        assert model.kind
        assert str(model.kind_label)

    def test_has_a_visibility_rule(self, model):
        assert hasattr(model.objects.all(), "visible_to")
        assert model._meta.get_field("open_to_all").default is False

    def test_has_its_place_in_the_tree(self, model):
        assert model.parent_page_types is not None
        assert "parent_page_types" in vars(model)

    def test_tells_editors_what_it_is_for(self, model):
        assert str(getattr(model, "page_description", ""))

    def test_can_be_previewed(self, model):
        assert model().preview_modes

    def test_has_a_docstring(self, model):
        assert inspect.getdoc(model)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(STREAM_BLOCKS))
class TestBlock:
    def test_is_presented_to_editors(self, name):
        block = STREAM_BLOCKS[name]
        assert block.meta.icon != "placeholder"
        assert str(block.label)
        assert str(block.meta.description)

    def test_has_a_template_and_a_preview(self, name):
        block = STREAM_BLOCKS[name]
        assert block.meta.template
        assert get_template(block.meta.template)
        assert block.is_previewable
