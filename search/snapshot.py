"""Who may see which entry, and what they are counted by, in memory: one bit per entry.

Made again when the index has changed (``search.state``). Counting an intersection of bits takes
microseconds where the database would join and group thousands of rows.
"""

import threading
import uuid
from collections.abc import Iterable, Mapping

from portal.core.visibility import Reader, closed_paths, group_ids
from search.models import EntryFacet, IndexEntry

LANGUAGE = "language"


class Snapshot:
    """The entries of the index, at one moment."""

    def __init__(self, token: uuid.UUID | None) -> None:
        """Read every entry and every facet (three queries)."""
        self.token = token
        self._ids: list[int] = []
        self._days: list[int] = []
        self._paths: list[str] = []
        self._visible: dict[tuple[object, ...], int] = {}
        members: dict[tuple[str, str], list[int]] = {}
        is_open: list[int] = []
        restricted: list[int] = []
        rows = IndexEntry.objects.order_by("pk").values_list(
            "pk", "language", "kind", "date", "path", "open_to_all", "restricted"
        )
        for position, (pk, language, kind, day, path, open_to_all, closed) in enumerate(
            rows.iterator(chunk_size=5_000)
        ):
            self._ids.append(pk)
            self._days.append(day.toordinal() if day else 0)
            self._paths.append(path)
            members.setdefault((LANGUAGE, language), []).append(position)
            members.setdefault(("kind", kind), []).append(position)
            if day:
                members.setdefault(("year", str(day.year)), []).append(position)
            if open_to_all:
                is_open.append(position)
            if closed:
                restricted.append(position)
        self._positions = {pk: position for position, pk in enumerate(self._ids)}
        for entry, facet, value in EntryFacet.objects.values_list(
            "entry_id", "facet", "value"
        ).iterator(chunk_size=5_000):
            if entry in self._positions:
                members.setdefault((facet, value), []).append(self._positions[entry])
        self._values: dict[str, dict[str, int]] = {}
        for (facet, value), positions in members.items():
            self._values.setdefault(facet, {})[value] = self._bits(positions)
        self._all = (1 << len(self._ids)) - 1
        self._open = self._bits(is_open)
        self._restricted = self._bits(restricted)
        by_group: dict[int, list[int]] = {}
        for entry, group in IndexEntry.readers.through.objects.values_list(
            "indexentry_id", "group_id"
        ):
            if entry in self._positions:
                by_group.setdefault(group, []).append(self._positions[entry])
        self._readable = {group: self._bits(found) for group, found in by_group.items()}

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self._ids)

    def _bits(self, positions: Iterable[int]) -> int:
        field = bytearray(len(self._ids) // 8 + 1)
        for position in positions:
            field[position >> 3] |= 1 << (position & 7)
        return int.from_bytes(field, "little")

    def bits_of(self, entries: Iterable[int]) -> int:
        """Return the bits of ``entries``; those that came since count for nothing."""
        known = self._positions
        return self._bits(known[entry] for entry in entries if entry in known)

    def entries_of(self, bits: int) -> list[int]:
        """Return the numbers of the entries of ``bits``."""
        found: list[int] = []
        for index, byte in enumerate(bits.to_bytes(len(self._ids) // 8 + 1, "little")):
            rest = byte
            while rest:
                low = rest & -rest
                found.append(self._ids[(index << 3) + low.bit_length() - 1])
                rest ^= low
        return found

    def day(self, entry: int) -> int:
        """Return the day of an entry, as an ordinal; 0 when it has none."""
        return self._days[self._positions[entry]]

    def value(self, facet: str, value: str) -> int:
        """Return the entries that have ``value``."""
        return self._values.get(facet, {}).get(value, 0)

    def visible_to(self, user: Reader) -> int:
        """Return what ``user`` may read: the rule of ``IndexEntry.objects.visible_to``."""
        if user.is_authenticated and user.is_superuser:
            return self._all
        closed = closed_paths(user)
        groups = group_ids(user)
        key = (user.is_authenticated, groups, closed)
        known = self._visible.get(key)
        if known is None:
            known = self._visible[key] = self._visible_to(
                signed_in=user.is_authenticated, groups=groups, closed=closed
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
            visible &= ~self._bits(
                position for position, path in enumerate(self._paths) if path.startswith(closed)
            )
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
