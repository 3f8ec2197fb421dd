"""rabattkonto: credit for every article bought, taken off the next order by itself.

Nothing outside the standard library may be imported here: ``python3 -m bridge``
runs this file before anything is installed.
"""

__version__ = "0.1.0"
