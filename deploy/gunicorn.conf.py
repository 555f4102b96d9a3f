"""For those who run gunicorn themselves: `gunicorn -c deploy/gunicorn.conf.py 'app.entry.wsgi:create()'`.

`kireji serve` uses the same options without this file.
"""

from app.entry.server import options
from app.entry.startup import begin, web_or_exit

globals().update(options(begin(web_or_exit())))
