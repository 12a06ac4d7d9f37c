"""What the partner of an agreement reports each year: tables of totals, never a list of people.

``form`` tells which tables, ``reading`` reads what is brought, ``published`` keeps what may be shown of
it, ``shown`` gives it to pages and files. Pure, but for the reading of settings and languages.
``sealed`` makes a PDF of what is shown, by the machinery of receipts.
"""
