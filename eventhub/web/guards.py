"""Who may call a route: every blueprint declares it, and an undeclared route stops the start-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from eventhub.checkin.devices.rules import PhoneNotPaired
from eventhub.core.errors import NotFound
from eventhub.web.headers import private

Guard = Callable[[], ResponseReturnValue | None]


@dataclass(frozen=True)
class Part:
    """One blueprint, and who may call its routes."""

    blueprint: Blueprint
    guard: Guard


class UndeclaredRoute(RuntimeError):
    """A route says nowhere who may call it."""


def everyone() -> None:
    """Nobody is turned away here; a secret in the address may still be asked for."""


def signed_in() -> ResponseReturnValue | None:
    """A guest is sent to sign in, and comes back."""
    private()
    if current_user.is_authenticated:
        return None
    return redirect(url_for("account.sign_in", next=request.full_path if request.method == "GET" else None))


def organiser() -> ResponseReturnValue | None:
    """Who runs some event. Which one is asked again on the loaded event."""
    answer = signed_in()
    if answer is None and not current_user.is_organiser:
        raise NotFound()
    return answer


def crew() -> ResponseReturnValue | None:
    """Who works at the door of some event: a person, or a paired phone."""
    private()
    if current_user.is_crew:
        return None
    if "lost_phone" in g or "phone_is_over" in g:
        raise PhoneNotPaired()
    answer = signed_in()
    if answer is None:
        raise NotFound()
    return answer


def officer() -> ResponseReturnValue | None:
    """Who answers for people's data."""
    answer = signed_in()
    if answer is None and not current_user.is_officer:
        raise NotFound()
    return answer


def install(app: Flask, parts: tuple[Part, ...]) -> None:
    """Register every blueprint with its guard in front."""
    declared: dict[str, Guard] = app.extensions.setdefault("guards", {})
    for part in parts:
        declared[part.blueprint.name] = part.guard
        app.register_blueprint(part.blueprint)
    app.before_request(_ask_the_guard)


def guard_of(app: Flask, endpoint: str) -> Guard | None:
    """The guard in front of this endpoint; the built files are for everyone."""
    if endpoint == "static":
        return everyone
    guards: dict[str, Guard] = app.extensions["guards"]
    return guards.get(endpoint.rpartition(".")[0])


def check_every_route_is_declared(app: Flask) -> None:
    """Raises UndeclaredRoute with the names of the routes that have no guard."""
    missing = sorted(
        {rule.endpoint for rule in app.url_map.iter_rules() if guard_of(app, rule.endpoint) is None}
    )
    if missing:
        raise UndeclaredRoute(", ".join(missing))


def _ask_the_guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    guard = guard_of(current_app, request.endpoint)
    return guard() if guard else None
