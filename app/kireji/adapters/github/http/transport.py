"""One HTTP pool for all of GitHub."""

import threading
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urljoin, urlsplit

import requests
from github.Requester import Requester
from requests.adapters import HTTPAdapter

TIMEOUT = (10, 30)  # seconds to connect, seconds between two bytes
POOL_SIZE = 32  # connections kept open; more threads than that wait for none, their connections are just not kept
REDIRECTS = 3


class Transport:
    """The pool of connections, shared by every repository and thread. `requests` counts what was sent, redirects too."""

    def __init__(self, api_url: str) -> None:
        self.api_url = api_url.rstrip("/")
        self.requests = 0
        self._lock = threading.Lock()
        self._session = requests.Session()
        self._session.auth = Requester.noopAuth  # else requests looks for a .netrc
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = HTTPAdapter(max_retries=0, pool_connections=4, pool_maxsize=POOL_SIZE)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def send(self, verb: str, path: str, headers: Mapping[str, str], body: str | None) -> requests.Response:
        """Send one request to the API's own host; follows redirects there (a renamed repository) with the same verb."""
        url = urljoin(self.api_url, path)
        response = self._send(verb, url, headers, body)

        for _ in range(REDIRECTS):
            target = urljoin(url, response.headers.get("location", url))
            moved = response.status_code in {301, 307, 308} and target != url
            if not moved or urlsplit(target)[:2] != urlsplit(url)[:2]:
                break

            url = target
            response = self._send(verb, url, headers, body)

        return response

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def _send(self, verb: str, url: str, headers: Mapping[str, str], body: str | None) -> requests.Response:
        with self._lock:
            self.requests += 1
        return self._session.request(verb, url, headers=headers, data=body, timeout=TIMEOUT, allow_redirects=False)
