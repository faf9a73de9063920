"""Takes the two pictures of the README from a running demo: `python tools/screenshots.py [http://127.0.0.1:8000]`.

The gate is opened as the demo's gate crew. Their sign-in is read from GATE_SESSION, the value of the session cookie
as `NAME=VALUE` copied from a signed-in browser, because the demo has no password to type.
"""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "images"
