"""Takes the two pictures of the README from a running demo, signed in as its gate crew.

`tools/screenshots.py --email CREW --password WORD --code TICKET [--address http://127.0.0.1:8000]`
"""

import argparse
import os
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "images"
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 800}


def home(page: Page) -> None:
    page.goto("/")
    page.screenshot(path=PICTURES / "home.png")


def gate(page: Page, *, email: str, password: str, code: str) -> None:
    page.goto("/account/sign-in/password")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").last.click()
    page.goto("/gate")
    # The first gate of the first event, then the code of one of its tickets as a hand scanner types it.
    page.get_by_role("main").get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")  # keys that come before the script are lost
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.locator(".gate-card .verdict-word").wait_for()
    page.screenshot(path=PICTURES / "gate.png")


def main() -> None:
    wishes = argparse.ArgumentParser(description=__doc__)
    wishes.add_argument("--email", required=True)
    wishes.add_argument("--password", required=True)
    wishes.add_argument("--code", required=True)
    wishes.add_argument("--address", default="http://127.0.0.1:8000")
    wish = wishes.parse_args()
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        )
        same = {"base_url": wish.address, "locale": "en-GB", "reduced_motion": "reduce"}
        home(browser.new_page(viewport=DESK, **same))
        gate(
            browser.new_page(viewport=PHONE, device_scale_factor=2, **same),
            email=wish.email,
            password=wish.password,
            code=wish.code,
        )
        browser.close()


if __name__ == "__main__":
    main()
