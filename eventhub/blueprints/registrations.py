"""Pages of registrations."""

from flask import Blueprint

pages = Blueprint("registrations", __name__)
