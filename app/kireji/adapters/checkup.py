"""What `kireji doctor` looks at outside this machine: GitHub and Claude. All of it blocks, and raises as the ports do."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kireji.core.events.delivery import EVENTS
from kireji.core.models.providers import Access, Provider
from kireji.core.operations.checkup import (
    SIGN_IN,
    Check,
    Health,
    check_app,
    check_key,
    check_sign_in,
    check_webhook,
    failed_check,
)
from kireji.core.operations.checkup_models import NOT_ASKED, ModelUse, check_model
from kireji.errors import KirejiError
from kireji.ports import Clock

if TYPE_CHECKING:
    from kireji.adapters.claude import Tokens


@dataclass(frozen=True, slots=True)
class Checkup:
    """What a server is set up with, and the checks of it that ask GitHub and Claude."""

    api_url: str
    app_id: str
    private_key_pem: str = field(repr=False)
    api_key: str = field(repr=False)
    base_url: str | None
    access: Access
    signin_unused: bool
    models: tuple[ModelUse, ...]
    clock: Clock

    def app(self) -> list[Check]:
        """The App as GitHub has it: its permissions, its events, whether the clocks agree."""
        from kireji.adapters.github.checkup import see_app  # noqa: PLC0415 - see above
        from kireji.adapters.github.http.auth import PERMISSIONS  # noqa: PLC0415 - PyGithub takes long to import

        key = self.private_key_pem
        seen = see_app(api_url=self.api_url, app_id=self.app_id, private_key_pem=key, clock=self.clock)

        # GitHub sends every App those of its installation, and a ping, unasked.
        wanted = [row.name for row in EVENTS if not row.name.startswith(("installation", "ping"))]
        return [*check_app(seen, PERMISSIONS, wanted)]

    def webhook(self) -> list[Check]:
        """Whether GitHub's deliveries of late have reached the server."""
        from kireji.adapters import github  # noqa: PLC0415 - see above

        key = self.private_key_pem
        hooks = github.connect_hooks(api_url=self.api_url, app_id=self.app_id, private_key_pem=key, clock=self.clock)
        return [check_webhook(asyncio.run(hooks.attempts()).attempts)]

    def claude(self) -> list[Check]:
        """The models that reviews may be done with, each once. What keeps one from being asked for keeps the others too."""
        from kireji.adapters.claude import Tokens  # noqa: PLC0415 - so does Claude's SDK
        from kireji.adapters.claude.checkup import try_model  # noqa: PLC0415 - see above

        checks = list[Check]()
        today = self.clock.now().date()
        trouble = False

        tokens = None if self.access.signin is None else Tokens(self.access.signin, self.base_url, self.clock)
        if self.access.provider is Provider.ANTHROPIC:
            checks.append(self._sign_in(tokens))
            trouble = checks[0].health is Health.FAIL

        for use in self.models:
            trial = NOT_ASKED
            try:
                if not trouble and not use.is_over(today):
                    trial = try_model(
                        access=self.access, api_key=self.api_key, base_url=self.base_url, use=use, tokens=tokens
                    )
            except KirejiError as error:
                trouble = True
                checks.append(failed_check("Claude", error))
            checks.append(check_model(use, trial, today))

        if tokens is not None:
            tokens.close()
        return checks

    def _sign_in(self, tokens: "Tokens | None") -> Check:
        """How Kireji signs in to Claude, and, without a key, whether the exchange works."""
        if tokens is None:
            return check_key(unused=self.signin_unused)
        try:
            return check_sign_in(tokens.try_it(), tokens.advice)
        except KirejiError as error:
            return failed_check(SIGN_IN, error)
