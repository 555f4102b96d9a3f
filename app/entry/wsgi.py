"""The WSGI entry: `app.entry.wsgi:create()`."""

from flask import Flask
from gunicorn.http.errors import ParseException

from app.entry import logs
from app.entry.startup import settings_or_exit
from app.entry.web import create_app
from app.settings import Settings
from app.wiring import intake


def create(settings: Settings | None = None) -> Flask:
    """The web application over the real parts; reads the environment unless it is given settings."""
    settings = settings or settings_or_exit()
    logs.set_up(settings.log_level, settings.secrets())
    return create_app(
        intake.build_intake(settings),
        secret=settings.webhook_secret.reveal().encode(),
        max_body_bytes=settings.max_body_bytes,
        broken_body=(ParseException,),
    )
