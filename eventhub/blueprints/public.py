"""Pages of public."""

from flask import Blueprint

pages = Blueprint("public", __name__)
