"""A process that sends webhooks: `poster.py URL FILE`. FILE is JSON lines of [headers, body]; prints the statuses."""

import json
import sys
from pathlib import Path

import requests

url, file = sys.argv[1:]
with requests.Session() as session:
    for line in Path(file).read_text("utf-8").splitlines():
        headers, body = json.loads(line)
        print(session.post(f"{url}/webhook", data=body.encode(), headers=headers, timeout=30).status_code)
