"""The kinds of credentials that Kireji knows: how they are named, how bad one is, and forms that the library has not.

Sources of the forms: each provider's documentation of its tokens. Each pattern begins at a token's edge and is bounded,
so that no line can keep a worker busy.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kireji.core.findings.finding import Severity
from kireji.core.secrets import password_places, passwords, vendors
from kireji.core.secrets.vendors import EDGE, begin

PASSWORD = "password"  # noqa: S105 - a kind's name
URL_PASSWORD = "url-password"  # noqa: S105
PRIVATE_KEY = "private-key"
KEY_LINES = "private-key-lines"
JWT = "jwt"
VAGUE = frozenset({PASSWORD, URL_PASSWORD, KEY_LINES})
"""Known by what stands around them only."""


@dataclass(frozen=True, slots=True)
class CredentialKind:
    """A kind of credential, as people are told of it."""

    words: str
    """As "an AWS access key"."""

    severity: Severity
    """How bad it is that one is in a repository."""


_CRITICAL = Severity.CRITICAL
_HIGH = Severity.HIGH

KINDS: Mapping[str, CredentialKind] = {
    **{prefix.kind: CredentialKind(prefix.words, _HIGH) for prefix in vendors.PREFIXES},
    "age-key": CredentialKind("an age identity", _CRITICAL),
    "airtable-token": CredentialKind("an Airtable token", _HIGH),
    "anthropic-key": CredentialKind("an Anthropic API key", _CRITICAL),
    "artifactory-token": CredentialKind("an Artifactory token", _HIGH),
    "aws-access-key": CredentialKind("an AWS access key", _CRITICAL),
    "aws-secret-key": CredentialKind("an AWS secret access key", _CRITICAL),
    "azure-client-secret": CredentialKind("an Azure client secret", _CRITICAL),
    "azure-devops-token": CredentialKind("an Azure DevOps token", _CRITICAL),
    "azure-storage-key": CredentialKind("an Azure storage key", _CRITICAL),
    "chat-webhook": CredentialKind("the address of a chat's webhook", _HIGH),
    "databricks-token": CredentialKind("a Databricks token", _CRITICAL),
    "digitalocean-token": CredentialKind("a DigitalOcean token", _CRITICAL),
    "discord-token": CredentialKind("a Discord bot token", _HIGH),
    "github-token": CredentialKind("a GitHub token", _CRITICAL),
    "gitlab-token": CredentialKind("a GitLab token", _CRITICAL),
    "google-api-key": CredentialKind("a Google API key", _HIGH),
    "google-client-secret": CredentialKind("a Google OAuth client secret", _HIGH),
    "hashicorp-token": CredentialKind("a HashiCorp Vault or Terraform token", _CRITICAL),
    "huggingface-token": CredentialKind("a Hugging Face token", _HIGH),
    JWT: CredentialKind("a JSON Web Token", _HIGH),
    KEY_LINES: CredentialKind("lines of a private key", _HIGH),
    "mailchimp-key": CredentialKind("a Mailchimp key", _HIGH),
    "maxmind-key": CredentialKind("a MaxMind licence key", _HIGH),
    "npm-token": CredentialKind("an npm token", _CRITICAL),
    "openai-key": CredentialKind("an OpenAI API key", _CRITICAL),
    PASSWORD: CredentialKind("a password or key", _HIGH),
    PRIVATE_KEY: CredentialKind("a private key", _CRITICAL),
    "pypi-token": CredentialKind("a PyPI token", _CRITICAL),
    "sendgrid-key": CredentialKind("a SendGrid API key", _HIGH),
    "shopify-token": CredentialKind("a Shopify token", _HIGH),
    "slack-token": CredentialKind("a Slack token or webhook", _HIGH),
    "square-secret": CredentialKind("a Square secret", _HIGH),
    "stripe-key": CredentialKind("a Stripe key", _CRITICAL),
    "stripe-test-key": CredentialKind("a Stripe test key", _HIGH),
    "telegram-token": CredentialKind("a Telegram bot token", _HIGH),
    "twilio-key": CredentialKind("a Twilio key", _HIGH),
    URL_PASSWORD: CredentialKind("a password in an address", _HIGH),
}

# By kind, each with the words of which one stands in every text that has it: to look for those is quick. The first group,
# if there is one, is the secret; else all of it.
_OURS: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "age-key": (
        (("AGE-SECRET-KEY-1",), begin("AGE-SECRET-KEY-1") + r"[A-Z0-9]{58}(?![A-Za-z0-9])"),
        (("AGE-PLUGIN-",), begin("AGE-PLUGIN-") + r"[A-Z0-9-]{20,400}+"),
    ),
    "airtable-token": ((("pat",), begin("pat") + r"[A-Za-z0-9]{14}\.[a-f0-9]{64}"),),
    "anthropic-key": ((("sk-ant-",), begin("sk-ant-") + r"[\w-]{24,300}"),),
    "artifactory-token": ((("AKC",), r"(?<![A-Za-z0-9])AKC[a-zA-Z0-9]{30,300}+"),),
    "aws-secret-key": (
        (
            ("key", "Key", "KEY"),
            r"(?i:aws_?|s3_?|secret_?)(?i:secret_?)?(?i:access_?)?(?i:key)\b[\"']?\s{0,20}(?:=>|:=|=|:)\s{0,20}[\"']?"
            r"([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
        ),
    ),
    "azure-client-secret": ((("Q~",), r"(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])"),),
    "azure-devops-token": ((("AZDO",), EDGE + r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}(?![A-Za-z0-9])"),),
    "azure-storage-key": (
        (("ey",), r"(?i:account|sharedaccess)(?i:key)[\"']?\s{0,4}[=:]\s{0,4}[\"']?([A-Za-z0-9+/]{43,86}={1,2})"),
    ),
    "chat-webhook": (
        (
            ("discord",),
            r"https://(?:\w{1,20}\.)?discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/\d{15,22}/[\w-]{40,120}+",
        ),
        (("webhook.office.com",), r"webhook\.office\.com/webhookb2/([\w@-]{60,120}/IncomingWebhook/[\w/-]{30,200}+)"),
    ),
    "databricks-token": ((("dapi",), begin("dapi") + r"[a-f0-9]{32}(?:-\d)?(?![A-Za-z0-9])"),),
    "digitalocean-token": ((("_v1_",), EDGE + r"do[oprt]_v1_[a-f0-9]{64}"),),
    "github-token": (
        (("github_pat_",), begin("github_pat_") + r"[A-Za-z0-9_]{36,600}"),
        (("gho_", "ghp_", "ghr_", "ghs_", "ghu_"), EDGE + r"gh[oprsu]_[A-Za-z0-9_.-]{36,600}"),
    ),
    "google-api-key": ((("AIza",), begin("AIza") + r"[\w-]{35}(?![\w-])"),),
    "google-client-secret": ((("GOCSPX-",), begin("GOCSPX-") + r"[\w-]{28}"),),
    "hashicorp-token": (
        (("hvs.", "hvb.", "hvr."), EDGE + r"hv[bsr]\.[\w-]{24,300}"),
        ((".atlasv1.",), r"(?<![\w.])[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,70}"),
    ),
    "huggingface-token": ((("hf_", "api_org_"), EDGE + r"(?:hf|api_org)_[A-Za-z]{34}(?![A-Za-z0-9])"),),
    "maxmind-key": ((("_mmk",), EDGE + r"[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk"),),
    "npm-token": (
        (("npm_",), begin("npm_") + r"[A-Za-z0-9]{36}(?![A-Za-z0-9])"),
        (("_auth",), r":_auth(?:Token)?[ \t]{0,4}=[ \t]{0,4}\"?([A-Za-z0-9+/=_-]{16,200})"),
    ),
    "openai-key": (
        (("sk-proj-", "sk-svcacct-", "sk-admin-"), EDGE + r"sk-(?:proj|svcacct|admin)-[\w-]{40,300}"),
        (("T3BlbkFJ",), EDGE + r"sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}(?![A-Za-z0-9])"),
    ),
    "pypi-token": ((("pypi-Ag",), begin("pypi-Ag") + r"[\w-]{70,400}"),),
    "shopify-token": ((("shp",), EDGE + r"shp(?:at|ca|pa|ss|ua)_[a-fA-F0-9]{32}"),),
    "slack-token": (
        (("xox",), EDGE + r"xox[a-z](?:\.xox[a-z])?-[\w-]{10,300}"),
        (("xapp-",), EDGE + r"xapp-\d-[\w-]{20,200}"),
    ),
    "stripe-key": ((("k_live_", "whsec_"), EDGE + r"(?:[rs]k_live|whsec)_[A-Za-z0-9]{24,250}"),),
    "stripe-test-key": ((("k_test_",), EDGE + r"[rs]k_test_[A-Za-z0-9]{24,250}"),),
    # The library has it where it stands alone; in the service's own addresses it follows a word.
    "telegram-token": ((("bot",), r"(?<![A-Za-z0-9])bot(\d{8,10}:[A-Za-z0-9_-]{35})(?![\w-])"),),
    "twilio-key": (
        (("wilio", "WILIO"), r"(?i:twilio)[^\n]{0,40}?[\"'=:][ \t]{0,4}[\"']?([a-f0-9]{32})(?![A-Za-z0-9])"),
    ),
    URL_PASSWORD: (
        (("://",), r"://[^\s:/?#@\"'<>]{0,100}:([^\s/@\"'<>{}$]{3,200})@[\w.\[-]"),
        (
            ("uthorization", "AUTHORIZATION"),
            r"(?i:\bauthorization)[\"']?[ \t]{0,4}[:=,][ \t]{0,4}[\"']?(?i:basic|bearer|token)[ \t]{1,4}"
            r"([A-Za-z0-9+/=_.~-]{16,2000})",
        ),
        (("curl",), r"\bcurl\b[^\n]{0,200}?\s(?:-u|--user)[ =]?[\"']?[\w.@-]{1,60}:([^\s\"'$<>{}]{6,100})"),
    ),
    PASSWORD: (
        (("=",), r"(?i:password|passwd|pwd)[ \t]{0,4}=[ \t]{0,4}([^\s;\"'<>{}$]{6,100});"),
        # The last of a connection's parts has no semicolon; a call of a function is none.
        (("=",), r"(?<=[; ])(?i:password|passwd|pwd)=([^\s;\"'<>{}$()\[\],+]{6,100})(?=[\"'])"),
        *passwords.FORMS,
        *password_places.FORMS,
    ),
}
_VENDORS = vendors.forms()
FORMS: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    kind: (*_OURS.get(kind, ()), *_VENDORS.get(kind, ())) for kind in (*_OURS, *_VENDORS)
}
"""Ours, and those of the vendors' prefixes."""
