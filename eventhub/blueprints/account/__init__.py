"""Pages about oneself: signing in and out, own data, and where one is signed in."""

from eventhub.blueprints.account import own, privacy, sign_ins, signing_in
from eventhub.blueprints.account.blueprint import pages

__all__ = ["own", "pages", "privacy", "sign_ins", "signing_in"]
