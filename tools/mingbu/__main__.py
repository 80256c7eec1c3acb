"""python -m mingbu."""

import sys

from mingbu.cli import main

sys.exit(main())
