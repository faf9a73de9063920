"""Pages of organiser."""

from flask import Blueprint

pages = Blueprint("organiser", __name__, url_prefix="/organiser")
