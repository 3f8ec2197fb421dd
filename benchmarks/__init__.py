"""How fast rabattkonto is, each figure beside its limit or a peer in the same run. ``python3 -m bridge bench``."""
