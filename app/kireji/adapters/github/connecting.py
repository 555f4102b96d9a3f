"""Settings -> a `GitHubForge`."""

import logging
from collections.abc import Awaitable, Callable, Sequence

from kireji.adapters.github.forge import GitHubForge
from kireji.adapters.github.http.auth import AppTokens, Credentials, key_material
from kireji.adapters.github.http.marks import Ours, nothing_noted
from kireji.adapters.signing import MARKERS, lasting, signer
from kireji.core.pulls.denial import Home, Runtime
from kireji.core.pulls.posting import OwnPosts
from kireji.core.pulls.pull import PullRef, site
from kireji.errors import SettingsError
from kireji.ports import Apart, Clock, Governors

PUBLIC_API = "https://api.github.com"

log = logging.getLogger("kireji.github")


def connect(
    *,
    api_url: str = PUBLIC_API,
    app_id: int | str | None = None,
    private_key_pem: str | None = None,
    token: str | None = None,
    clock: Clock,
    check_name: str = "Kireji",
    governors: Governors | None = None,
    buttons: bool = True,
    runtime: Runtime | None = None,
    noted: Callable[[str], None] = log.warning,
    signing: Sequence[str] = (),
    posted: Callable[[PullRef], Awaitable[OwnPosts]] = nothing_noted,
    apart: Apart | None = None,
) -> GitHubForge:
    """A forge from settings: an App's id and key, a token, or both. Raises SettingsError for neither or a bad key.

    - `api_url` is "https://HOST/api/v3" for GitHub Enterprise Server.
    - Without `governors` this process knows of the rate limits what it meets itself.
    - Without `buttons` check runs have none: only an App hears of them.
    - `runtime` decides how remedies are worded: by default an App's, or the command line's where there is only a token.
    - `noted` is told of each refusal that costs nothing but what was refused, whoever else hears of it.
    - What is posted is signed with a key from the first of the secrets `signing`, and known again by any of them and by
      the App's private key; without both the token serves. `posted` tells what a database knows to be ours.
    - Texts whose patch GitHub does not serve are compared by `apart`; without it they are unread.
    """
    runtime = runtime or (Runtime.COMMAND if app_id is None else Runtime.APP)
    if app_id is not None and private_key_pem:
        auth = Credentials(AppTokens(app_id, private_key_pem, clock, Home(runtime, site(api_url))), token)
        secrets = [*lasting(signing), key_material(private_key_pem)]
    elif token:
        secrets = lasting(signing, token)
        auth = Credentials(token=token)
    else:
        raise SettingsError(("GitHub needs an App's id and private key, or a token",))

    signs = signer(secrets or [(token or "").encode()], MARKERS, lasting=bool(secrets))

    return GitHubForge(
        api_url,
        auth,
        ours=Ours(signs, posted),
        clock=clock,
        apart=apart,
        check_name=check_name,
        governors=governors,
        buttons=buttons,
        runtime=runtime,
        app_id=app_id,
        noted=noted,
    )
