"""What is given to those who sign: a tagged PDF, sealed by the organisation, that anyone can check.

It is the receipt of the signature of a charter, or an agreement that all its parties have signed.

===============  ====================================================================================
``facts``        what such a file tells, independent of where it is kept
``clock``        an instant in words, with its zone
``pdf``          the facts laid out as a PDF that screen readers understand (PDF/UA)
``certificates`` the organisation's certificate, or the one of a demonstration
``sealing``      the seal (PAdES), the timestamp (RFC 3161), at once or later
``reading``      what the seal of a file says, whoever sends the file
``checks``       what the administrator is told at start
===============  ====================================================================================
"""
