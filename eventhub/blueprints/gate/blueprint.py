"""The blueprint on which the gate's modules put their routes."""

from flask import Blueprint

pages = Blueprint("gate", __name__, url_prefix="/gate")
