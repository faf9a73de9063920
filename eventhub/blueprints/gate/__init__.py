"""Pages of gate."""

from flask import Blueprint

pages = Blueprint("gate", __name__, url_prefix="/gate")
