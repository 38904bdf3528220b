"""`python3 -m cases CONFIG.json`."""

import sys

from cases.run import main

sys.exit(main())
