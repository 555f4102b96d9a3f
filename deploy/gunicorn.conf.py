"""For those who run gunicorn themselves: `gunicorn -c deploy/gunicorn.conf.py 'app.entry.wsgi:create()'`.

`kireji serve` uses the same options without this file.
"""

from app.entry import logs
from app.entry.server import options
from app.entry.startup import settings_or_exit

_settings = settings_or_exit()
logs.set_up(_settings.log_level, _settings.secrets())
globals().update(options(_settings))
