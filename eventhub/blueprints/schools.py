"""Pages of schools."""

from flask import Blueprint

pages = Blueprint("schools", __name__)
