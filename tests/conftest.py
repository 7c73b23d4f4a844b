"""What every test may use: records with sensible defaults, a fold with one promise, a private Redis."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
