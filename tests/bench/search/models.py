"""A table of generated texts that search speaks of, like any other content."""

from django.db import models

from portal.core.searchable import SearchEntry

from .corpus import Corpus

_corpus = Corpus()


class GeneratedText(models.Model):
    """One text of the corpus, by its number."""

    number = models.PositiveIntegerField(primary_key=True)

    class Meta:
        app_label = "search_bench"

    def __str__(self) -> str:
        return str(self.number)

    def search_entries(self) -> list[SearchEntry]:
        """Return the text, as search keeps it."""
        text = _corpus.text(self.number)
        return [
            SearchEntry(
                kind=text.kind,
                kind_label=text.kind,
                language=text.language,
                title=text.title,
                summary=text.summary,
                body=text.body,
                url=f"/fr/mesure/{self.number}/",
                date=text.date,
                engagement_numbers=text.engagements,
                sdg_numbers=text.sdgs,
                tags=text.tags,
            )
        ]
