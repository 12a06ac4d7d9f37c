"""Who may see which entry, and what they are counted by, in memory: one bit per entry.

Made again when the index has changed (``search.state``). Counting an intersection of bits takes
microseconds where the database would join and group thousands of rows.
"""

import threading
import uuid
from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Aggregate, Q, TextField

from portal.core.visibility import Reader, closed_paths, group_ids, rights_of
from search.models import EntryFacet, IndexEntry

LANGUAGE = "language"

Integers = npt.NDArray[np.int64]


class Joined(Aggregate):
    """Numbers of a group of rows, written one after the other: read much faster than the rows."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Say it as PostgreSQL does."""
        template = "STRING_AGG((%(expressions)s)::text, ',')"
        return self.as_sql(compiler, connection, template=template, **extra)


def integers(written: str | None) -> Integers:
    """Read numbers that the database wrote one after the other; none for nothing."""
    return np.fromstring(written or "", dtype=np.int64, sep=",")


class Snapshot:
    """The entries of the index, at one moment; each has its position, the same in all that it keeps.

    Attributes:
        ids: the numbers of the entries, in order.
        days: the day of each, as an ordinal; 0 when it has none.

    """

    def __init__(self, token: uuid.UUID | None) -> None:
        """Read every entry and every facet (four queries, of few rows each)."""
        self.token = token
        self._visible: dict[tuple[object, ...], int] = {}
        entries = IndexEntry.objects.order_by()
        alike = [
            (*shared, integers(joined))
            for *shared, joined in entries.values_list(
                "language", "kind", "open_to_all", "restricted"
            ).annotate(joined=Joined("pk"))
        ]
        self.ids: Integers = np.sort(np.concatenate([integers(None), *(row[-1] for row in alike)]))
        self.days: Integers = np.zeros(len(self.ids), dtype=np.int64)
        self._all = (1 << len(self.ids)) - 1
        self._open = self._restricted = 0
        self._values: dict[str, dict[str, int]] = {}
        years: dict[str, list[Integers]] = {}
        for language, kind, open_to_all, restricted, numbers in alike:
            bits = self.bits_of_entries(numbers)
            self._add(LANGUAGE, language, bits)
            self._add("kind", kind, bits)
            if open_to_all:
                self._open |= bits
            if restricted:
                self._restricted |= bits
        dated = entries.filter(date__isnull=False).values_list("date")
        for day, joined in dated.annotate(joined=Joined("pk")):
            positions, _known = self.places_of(integers(joined))
            self.days[positions] = day.toordinal()
            years.setdefault(str(day.year), []).append(positions)
        for year, parts in years.items():
            self._add("year", year, self._bits(np.concatenate(parts)))
        counted = EntryFacet.objects.order_by().values_list("facet", "value")
        for facet, value, joined in counted.annotate(joined=Joined("entry_id")):
            self._add(facet, value, self.bits_of_entries(integers(joined)))
        groups = IndexEntry.readers.through.objects.order_by().values_list("group_id")
        self._readable = {
            group: self.bits_of_entries(integers(joined))
            for group, joined in groups.annotate(joined=Joined("indexentry_id"))
        }

    def _add(self, facet: str, value: str, bits: int) -> None:
        values = self._values.setdefault(facet, {})
        values[value] = values.get(value, 0) | bits

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self.ids)

    def _bits(self, positions: Integers) -> int:
        mask = np.zeros(len(self.ids), dtype=np.bool_)
        mask[positions] = True
        return self.bits_of(mask)

    def bits_of(self, mask: npt.NDArray[np.bool_]) -> int:
        """Return the bits of the positions where ``mask`` is true."""
        return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")

    def bits_of_entries(self, entries: Integers) -> int:
        """Return the bits of ``entries``, by their numbers; those that came since have none."""
        return self._bits(self.places_of(entries)[0])

    def positions_of(self, bits: int) -> Integers:
        """Return the positions of ``bits``, in order."""
        packed = np.frombuffer(bits.to_bytes(len(self.ids) // 8 + 1, "little"), dtype=np.uint8)
        return np.flatnonzero(np.unpackbits(packed, bitorder="little"))

    def places_of(self, entries: Integers) -> tuple[Integers, npt.NDArray[np.bool_]]:
        """Return the positions of ``entries``, and which of them are known: some came since."""
        if not len(self.ids):
            return entries[:0], np.zeros(len(entries), dtype=np.bool_)
        found = np.minimum(np.searchsorted(self.ids, entries), len(self.ids) - 1)
        known = self.ids[found] == entries
        return found[known], known

    def value(self, facet: str, value: str) -> int:
        """Return the entries that have ``value``."""
        return self._values.get(facet, {}).get(value, 0)

    def visible_to(self, user: Reader) -> int:
        """Return what ``user`` may read: the rule of ``IndexEntry.objects.visible_to``."""
        if user.is_authenticated and user.is_superuser:
            return self._all
        rights = rights_of(user)
        known = self._visible.get(rights)
        if known is None:
            known = self._visible[rights] = self._visible_to(
                signed_in=user.is_authenticated, groups=group_ids(user), closed=closed_paths(user)
            )
        return known

    def _visible_to(
        self, *, signed_in: bool, groups: frozenset[int], closed: tuple[str, ...]
    ) -> int:
        mine = 0
        for group in groups:
            mine |= self._readable.get(group, 0)
        visible = (
            self._all & ~self._restricted | mine if signed_in else self._open & ~self._restricted
        )
        if closed:
            inside = reduce(or_, (Q(path__startswith=path) for path in closed))
            hidden = np.array(
                IndexEntry.objects.filter(inside).values_list("pk", flat=True), dtype=np.int64
            )
            visible &= ~self.bits_of_entries(hidden)
        return visible

    def filtered(self, filters: Mapping[str, frozenset[str]], *, but: str = "") -> int:
        """Return the entries that pass ``filters``, all but that of one facet."""
        found = self._all
        for facet, values in filters.items():
            if values and facet != but:
                any_of = 0
                for value in values:
                    any_of |= self.value(facet, value)
                found &= any_of
        return found

    def counts(self, bits: int, filters: Mapping[str, frozenset[str]]) -> dict[str, dict[str, int]]:
        """Count ``bits`` by every value of every facet, whatever that facet's own filter."""
        everything = bits & self.filtered(filters)
        counted: dict[str, dict[str, int]] = {}
        for facet, values in self._values.items():
            if facet == LANGUAGE:
                continue
            base = bits & self.filtered(filters, but=facet) if filters.get(facet) else everything
            found = {value: (base & mask).bit_count() for value, mask in values.items()}
            counted[facet] = {value: count for value, count in found.items() if count}
        return counted

    def language_counts(self, bits: int) -> dict[str, int]:
        """Count ``bits`` by language."""
        found = {
            value: (bits & mask).bit_count()
            for value, mask in self._values.get(LANGUAGE, {}).items()
        }
        return {language: count for language, count in found.items() if count}


_lock = threading.Lock()
_kept: list[Snapshot] = []


def snapshot_of(token: uuid.UUID | None) -> Snapshot:
    """Return the snapshot of the index in the state that ``token`` names, made once for it."""
    if _kept and _kept[0].token == token and token is not None:
        return _kept[0]
    with _lock:
        if not (_kept and _kept[0].token == token and token is not None):
            _kept[:] = [Snapshot(token)]
        return _kept[0]
