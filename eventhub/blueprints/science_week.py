"""Pages of science_week."""

from flask import Blueprint

pages = Blueprint("science_week", __name__)
