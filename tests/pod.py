"""A pod whose identity token somebody renews, as Kubernetes does, for tests of signing in to Claude without a key."""

from pathlib import Path

from kireji.core.models.signin import TokenFile
from tests.sandbox.claude import ClaudeSandbox
from tests.sandbox.claude.federation import AUDIENCE, Rule
from tests.sandbox.oidc import Issuer

POD = "system:serviceaccount:kireji:worker"
CLUSTER = "https://kubernetes.default.svc.cluster.local"


class Pod:
    """A file with a token that somebody renews, as in a pod, and the rule that takes it."""

    def __init__(self, claude: ClaudeSandbox, folder: Path) -> None:
        self.file = folder / "token"
        self.issuer = Issuer(CLUSTER)
        self.rule: Rule = claude.federation.trust(self.issuer, POD)
        self.renew()

    def renew(self, **changes: object) -> None:
        """Write a fresh token over the old one."""
        about = {"subject": POD, "audience": [AUDIENCE], "seconds": 3600} | changes
        self.file.write_text(self.issuer.token(**about) + "\n", "utf-8")  # type: ignore[arg-type]

    @property
    def source(self) -> TokenFile:
        """Where the token is."""
        return TokenFile(str(self.file))
