"""Pages of conferences."""

from flask import Blueprint

pages = Blueprint("conferences", __name__)
