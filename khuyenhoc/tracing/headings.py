"""Which headings of the books lay đồng down, carry them on, or use them whatever they were meant for."""

KINDS = frozenset({"cash", "bank", "held", "stock"})
"""Kinds of accounts on which đồng lie. Money given into somebody's keeping is no more the campaign's to use."""

SOURCES = frozenset({"opening", "received", "other_income"})

CARRIED = {"bought": "bought", "transfers_out": "transfers_in"}
"""Heading of what goes on → heading of where it arrives, in the same document."""

FACTS = frozenset({"bank_fees", "write_off", "refunded", "opening"})
"""What has happened, whatever the money was meant for."""

GIVEN_BACK = "refunded"
"""What a giver got back: it stands on the gift's own đồng, and on no others."""

VOID = "void"
"""Heading of the takes by which a voided document, or one that was re-pointed, takes its own layers away."""
