"""The reintegration plan, as the returnee reads it: agree, follow, confirm."""

from flask import Blueprint

bp = Blueprint("plan", __name__, url_prefix="/<language>/my/plan")
