"""Vendors' tokens that a prefix of their own tells wherever they stand: whose, how it begins, what follows, how long at least.

Facts as the vendors document them, or as two lists of such facts have them: gitleaks' rules (config/gitleaks.toml at
github.com/gitleaks/gitleaks, MIT; only prefixes, alphabets and lengths, no pattern is copied), of which
`python -m tests.vendors FILE` tells what is not here, and GitHub's "Supported secret scanning patterns". Each pattern is
a literal and one bounded run of signs that gives nothing back, so it takes linear time.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kireji.core.text.patterns import regex

EDGE = r"(?:(?<![A-Za-z0-9])|(?<=\\[bfnrt])|(?<=%[0-9A-Fa-f]{2}))"
"""Where a token may begin: not within a word, but behind an escaped line end or an encoded sign of an address."""
_NO_WORD = regex(r"[^a-z0-9]+")


def begin(start: str) -> str:
    """A pattern of this literal at such an edge. The literal goes first, since `re` is quick to look for one."""
    there = f".{{{len(start)}}}"
    edge = rf"(?:(?<![A-Za-z0-9]{there})|(?<=\\[bfnrt]{there})|(?<=%[0-9A-Fa-f]{{2}}{there}))"
    return re.escape(start) + edge


_ALPHABETS: Mapping[str, str] = {
    "hex": "[A-Fa-f0-9]",
    "hexes": "[A-Fa-f0-9-]",
    "upper": "[A-Z0-9]",
    "capitals": "[A-Z0-9-]",
    "lower": "[a-z0-9]",
    "alnum": "[A-Za-z0-9]",
    "word": r"[\w-]",
    "dotted": r"[\w.=-]",
    "base64": "[A-Za-z0-9+/=]",
    "any": r"[\w.=+/-]",
}
_MOST = 4000
_AN = frozenset("AEIOaeio") | {"xAI", "NVIDIA"}


@dataclass(frozen=True, slots=True)
class TokenPrefix:
    """Tokens of a vendor that begin alike."""

    vendor: str

    start: str
    """What they begin with."""

    alphabet: str
    """Of which signs the rest is, as `_ALPHABETS` names them."""

    least: int
    """How many signs the rest has at the least."""

    word: bool = False
    """Whether the start is common as that of a name: then neither `-` nor `_` is before it."""

    @property
    def kind(self) -> str:
        """How its placeholder calls it, as `docker-hub-token`."""
        return f"{_NO_WORD.sub('-', self.vendor.lower())}-token"

    @property
    def words(self) -> str:
        """How people read of it, as "an npm token"."""
        return f"{'an' if self.vendor[0] in _AN or self.vendor in _AN else 'a'} {self.vendor} token"

    @property
    def pattern(self) -> str:
        """The regular expression: all of it is the token."""
        alone = rf"(?<![_-].{{{len(self.start)}}})" if self.word else ""
        return f"{begin(self.start)}{alone}{_ALPHABETS[self.alphabet]}{{{self.least},{_MOST}}}+"


def _of(vendor: str, *starts: tuple[str, str, int]) -> tuple[TokenPrefix, ...]:
    return tuple(TokenPrefix(vendor, *start) for start in starts)


PREFIXES: tuple[TokenPrefix, ...] = (
    *_of("42", ("s-s4t2ud-", "hex", 64), ("s-s4t2af-", "hex", 64)),
    *_of("1Password", ("ops_eyJ", "base64", 100), ("A3-", "capitals", 34)),
    *_of("Adafruit IO", ("aio_", "alnum", 28)),
    *_of("Adobe", ("p8e-", "lower", 32)),
    *_of("Alibaba Cloud", ("LTAI", "alnum", 16)),
    *_of("Apify", ("apify_api_", "alnum", 30)),
    *_of("Atlassian", ("ATATT3", "dotted", 60), ("ATCTT3", "dotted", 60), ("ATBB", "dotted", 24), ("ATOA", "dotted", 60)),
    *_of("Amazon Bedrock", ("ABSK", "base64", 100), ("bedrock-api-key-", "base64", 40)),
    *_of("AWS session", ("IQoJb3JpZ2lu", "base64", 60), ("FwoGZXIvYXdz", "base64", 60), ("FQoGZXIvYXdz", "base64", 60)),
    *_of("Authress", ("authress_", "any", 60), ("scauth_", "any", 60)),
    *_of("Bitwarden", ("bws.", "dotted", 30)),
    *_of("Brevo", ("xkeysib-", "word", 60), ("xsmtpsib-", "word", 60)),
    *_of("Buildkite", ("bkua_", "alnum", 40), ("bkct_", "alnum", 40)),
    *_of("CircleCI", ("CCIPAT_", "word", 40), ("CCIPRJ_", "word", 40)),
    *_of("ClickHouse", ("4b1d", "alnum", 38)),
    *_of("Clojars", ("CLOJARS_", "lower", 60)),
    *_of("Cloudflare", ("v1.0-", "hexes", 160), ("cfut_", "alnum", 40), ("cfat_", "alnum", 40)),
    *_of("Contentful", ("CFPAT-", "word", 40)),
    *_of("crates.io", ("cio", "alnum", 32)),
    *_of("Docker Hub", ("dckr_pat_", "word", 24), ("dckr_oat_", "word", 24)),
    *_of("Doppler", *((f"dp.{kind}.", "any", 36) for kind in ("pt", "st", "ct", "sa", "scim", "audit"))),
    *_of("Duffel", ("duffel_live_", "dotted", 40), ("duffel_test_", "dotted", 40)),
    *_of("Dynatrace", ("dt0c01.", "dotted", 80), ("dt0s01.", "dotted", 80), ("dt0s16.", "dotted", 80)),
    *_of("EasyPost", ("EZAK", "alnum", 54), ("EZTK", "alnum", 54)),
    *_of("Facebook", ("EAAM", "alnum", 100), ("EAAC", "alnum", 100)),
    *_of("Figma", ("figd_", "word", 36), ("figo_", "word", 36), ("figdr_", "word", 36)),
    *_of("Fireworks AI", ("fw_", "alnum", 22)),
    *_of("Flutterwave", ("FLWSECK-", "word", 32), ("FLWSECK_TEST-", "word", 12)),
    *_of("Fly.io", ("fo1_", "word", 40), ("fm1a_", "base64", 80), ("fm1r_", "base64", 80), ("fm2_", "base64", 80)),
    *_of("Frame.io", ("fio-u-", "dotted", 60)),
    *_of("GitLab", *((start, "word", 20) for start in (
        "glpat-", "gldt-", "glptt-", "glrt-", "glcbt-", "glft-", "glffct-", "glimt-", "glagent-", "gloas-", "glsoat-",
    ))),
    *_of("Google OAuth", ("ya29.", "word", 60), ("1//0", "word", 40), ("AQ.Ab8RN6", "word", 40)),
    TokenPrefix("GoCardless", "live_", "dotted", 40, word=True),
    *_of("Grafana", ("glsa_", "word", 38), ("glc_", "base64", 32), ("eyJrIjoi", "base64", 60)),
    *_of("Groq", ("gsk_", "alnum", 40)),
    *_of("Harness", ("pat.", "dotted", 66), ("sat.", "dotted", 66)),
    *_of("Heroku", ("HRKU-", "word", 36)),
    *_of("HubSpot", *((f"pat-{zone}-", "hexes", 36) for zone in ("na1", "na2", "eu1", "ap1"))),
    *_of("Infracost", ("ico-", "alnum", 32)),
    *_of("JFrog", ("cmVmd", "alnum", 59)),
    *_of("LangSmith", ("lsv2_pt_", "word", 40), ("lsv2_sk_", "word", 40)),
    *_of("Langfuse", ("sk-lf-", "hexes", 36)),
    *_of("Linear", ("lin_api_", "alnum", 32), ("lin_oauth_", "alnum", 32)),
    TokenPrefix("Lob", "live_", "hex", 35, word=True),
    TokenPrefix("Lob", "test_", "hex", 35, word=True),
    *_of("MailerSend", ("mlsn.", "word", 60)),
    TokenPrefix("Mailgun", "key-", "hex", 32, word=True),
    *_of("Mapbox", ("sk.eyJ", "dotted", 60)),
    *_of("Neon", ("napi_", "alnum", 60)),
    *_of("Netlify", ("nfp_", "alnum", 36), ("nfc_", "alnum", 36), ("nfo_", "alnum", 36)),
    *_of("New Relic", ("NRAK-", "upper", 27), ("NRII-", "word", 32), ("NRAA-", "hex", 27), ("NRJS-", "hex", 19)),
    *_of("Notion", ("ntn_", "alnum", 40)),
    *_of("NuGet", ("oy2", "lower", 43)),
    *_of("NVIDIA", ("nvapi-", "word", 60)),
    TokenPrefix("Octopus Deploy", "API-", "upper", 26, word=True),
    *_of("OpenRouter", ("sk-or-v1-", "hex", 60)),
    *_of("OpenShift", ("sha256~", "word", 43)),
    *_of("Paddle", ("pdl_live_apikey_", "word", 50), ("pdl_sdbx_apikey_", "word", 50)),
    *_of("Perplexity", ("pplx-", "alnum", 40)),
    *_of("PlanetScale", ("pscale_tkn_", "dotted", 32), ("pscale_pw_", "dotted", 32), ("pscale_oauth_", "dotted", 32)),
    *_of("PostHog", ("phx_", "alnum", 40), ("phs_", "alnum", 40)),
    *_of("Postman", ("PMAK-", "hexes", 58), ("PMAT-", "alnum", 26)),
    *_of("Prefect", ("pnu_", "alnum", 36), ("pnb_", "alnum", 36)),
    *_of("Pulumi", ("pul-", "hex", 40)),
    *_of("Razorpay", ("rzp_live_", "alnum", 14)),
    *_of("ReadMe", ("rdme_", "lower", 60)),
    *_of("Render", ("rnd_", "alnum", 28)),
    *_of("Replicate", ("r8_", "alnum", 37)),
    TokenPrefix("Resend", "re_", "word", 30, word=True),
    *_of("RubyGems", ("rubygems_", "hex", 48)),
    *_of("RunPod", ("rpa_", "alnum", 40)),
    *_of("Scalingo", ("tk-us-", "word", 48)),
    *_of("Sentry", ("sntrys_", "any", 60), ("sntryu_", "hex", 64), ("sntrya_", "hex", 64)),
    *_of("Shippo", ("shippo_live_", "hex", 40), ("shippo_test_", "hex", 40)),
    *_of("SonarQube", ("squ_", "hex", 40), ("sqp_", "hex", 40), ("sqa_", "hex", 40), ("sqb_", "hex", 40)),
    *_of("Sourcegraph", ("sgp_", "word", 40), ("slk_", "hex", 64), ("sgd_", "hex", 64)),
    *_of("Square", ("EAAAE", "word", 50), ("EAAAl", "word", 50), ("sq0atp-", "word", 22)),
    *_of("Stytch", ("secret-live-", "word", 36), ("secret-test-", "word", 36)),
    *_of("Supabase", ("sbp_", "hex", 40), ("sb_secret_", "word", 28)),
    *_of("Tailscale", ("tskey-", "word", 20)),
    *_of("Tencent Cloud", ("AKID", "alnum", 32)),
    *_of("Typeform", ("tfp_", "dotted", 40)),
    *_of("Vercel", ("vcp_", "alnum", 24), ("vci_", "alnum", 24), ("vck_", "alnum", 24)),
    *_of("WakaTime", ("waka_", "hexes", 36)),
    *_of("Weights & Biases", ("wandb_v1_", "word", 40)),
    *_of("xAI", ("xai-", "alnum", 60)),
    *_of("Zuplo", ("zpka_", "word", 40)),
)  # fmt: skip
"""By vendor."""


def forms() -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """As `credentials.FORMS` has them: by kind, each with the word to look for."""
    found = dict[str, list[tuple[tuple[str, ...], str]]]()
    for prefix in PREFIXES:
        found.setdefault(prefix.kind, []).append(((prefix.start,), prefix.pattern))
    return {kind: tuple(rows) for kind, rows in found.items()}
