"""Words that hold a question together and say nothing of what is sought, in each language.

Function words, forms of « être », « avoir » and « faire », and what questions begin with. Folded,
as ``search.text`` folds them. A query made only of such words keeps them all.
"""

from collections.abc import Sequence
from functools import cache

from search.text import words

_FRENCH = """
    à afin ai aie ait ainsi alors an ans après as assez au aucun aucune aussi autre autres aux avant avec
    avez avoir avons car ce ceci cela celle celles celui ces cet cette ceux chaque chez ci
    combien comme comment contre dans de depuis des desquelles desquels dès doit doivent dois donc dont du
    duquel elle elles en encore entre es est et étaient était êtes être eux existe faire fais fait
    faites faut font hors hui il ils je la là laquelle le lequel les lesquelles lesquels leur leurs lors
    lui ma mais me même mêmes mes moi moins mon ne ni nos notre nôtre nous on ont ou où par parmi pas
    pendant peut peuvent peux plus plutôt pour pourquoi pourrait puis puisque quand que quel
    quelle quelles quels qui quoi sa sans se sera serait ses si sien sinon soi soient sois soit sommes son
    sont sous suis sur ta tandis te tel telle telles tels tes toi ton tous tout toute toutes très trop tu
    un une vers veux vos votre vôtre vous voici voilà y savoir trouver chercher existe-t-il a-t-il puis-je
    l d j m t s n c qu
    va vais vas vont aller peuvent veut voudrais voudrait aimerais faudrait cherche trouve
    connaitre sert servent sujet propos concernant lorsque afin
    prochain prochaine prochains prochaines bonjour merci svp stp
"""
_ENGLISH = """
    a about all am an and any are as at be been but by can could did do does for from get had has have
    how i if in into is it its me my no not of on or our ours shall should so that the their them then
    there these they this those to us was we were what when where which who whom whose why will with
    would you your
"""


@cache
def stopwords(language: str) -> frozenset[str]:
    """Return the folded stop words of ``language``; none for a language that has no list here."""
    lists = {"fr": _FRENCH, "en": _ENGLISH}
    return frozenset(words(lists.get(language, "")))


def telling(written: Sequence[str], language: str) -> list[str]:
    """Return the folded words that say what is sought; all of them when none does."""
    small = stopwords(language)
    return [word for word in written if word not in small] or list(written)
