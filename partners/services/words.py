"""Proposing words of partners to the RSO unit."""

from django.db import transaction

from partners.models import Charter, CharterWord
from partners.words import tellable_words


@transaction.atomic
def propose_words() -> int:
    """Write the words that enough partners use by now, to be accepted or not; return how many are new.

    A proposal that nobody answered goes when too few use the word; answers stay.
    """
    proposed = 0
    for charter in Charter.objects.all():
        words = {word.key: word for word in tellable_words(charter)}
        CharterWord.objects.unanswered().filter(charter=charter).exclude(key__in=words).delete()
        for word in words.values():
            _row, created = CharterWord.objects.get_or_create(
                charter=charter, key=word.key, defaults={"label": word.label}
            )
            proposed += created
    return proposed
