"""Pages of calendars."""

from flask import Blueprint

feeds = Blueprint("calendars", __name__)
