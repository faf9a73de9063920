"""Pages of tickets."""

from flask import Blueprint

pages = Blueprint("tickets", __name__)
