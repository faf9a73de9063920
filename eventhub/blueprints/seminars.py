"""Pages of seminars."""

from flask import Blueprint

pages = Blueprint("seminars", __name__)
