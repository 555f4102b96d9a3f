"""For those who run gunicorn themselves: `gunicorn -c deploy/gunicorn.conf.py 'kireji.entry.service.wsgi:create()'`.

`kireji serve` uses the same options without this file.
"""

from kireji.entry.service.server import options
from kireji.entry.startup import begin, web_or_exit

globals().update(options(begin(web_or_exit())))
