"""Pages of fablab_picnic."""

from flask import Blueprint

pages = Blueprint("fablab_picnic", __name__)
