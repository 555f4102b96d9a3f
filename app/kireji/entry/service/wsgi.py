"""The WSGI entry: `kireji.entry.service.wsgi:create()`."""

from flask import Flask
from gunicorn.http.errors import ParseException

from kireji.entry.service.web import create_app
from kireji.entry.startup import begin, web_or_exit
from kireji.settings import WebSettings
from kireji.wiring import intake


def create(settings: WebSettings | None = None) -> Flask:
    """The web application over the real parts; reads the environment unless it is given settings."""
    settings = begin(settings or web_or_exit())
    return create_app(
        intake.build_intake(settings),
        secret=settings.webhook_secret.reveal().encode(),
        max_body_bytes=settings.max_body_bytes,
        broken_body=(ParseException,),
    )
