"""The kinds of credentials that Kireji knows: how they are named, how bad one is, and forms that the library has not.

Sources of the forms: each provider's documentation of its tokens. Each pattern begins at a token's edge and is bounded,
so that no line can keep a worker busy.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core import password_forms
from app.core.finding import Severity

PASSWORD = "password"  # noqa: S105 - a kind's name
URL_PASSWORD = "url-password"  # noqa: S105
PRIVATE_KEY = "private-key"
JWT = "jwt"
VAGUE = frozenset({PASSWORD, URL_PASSWORD})
"""Known by what stands around them only."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What people read of it: "an AWS access key"; and how grave it is that one is in a repository."""

    words: str
    severity: Severity


_CRITICAL, _HIGH = Severity.CRITICAL, Severity.HIGH

KINDS: Mapping[str, Kind] = {
    "age-key": Kind("an age identity", _CRITICAL),
    "anthropic-key": Kind("an Anthropic API key", _CRITICAL),
    "artifactory-token": Kind("an Artifactory token", _HIGH),
    "aws-access-key": Kind("an AWS access key", _CRITICAL),
    "aws-secret-key": Kind("an AWS secret access key", _CRITICAL),
    "azure-client-secret": Kind("an Azure client secret", _CRITICAL),
    "azure-storage-key": Kind("an Azure storage key", _CRITICAL),
    "databricks-token": Kind("a Databricks token", _CRITICAL),
    "digitalocean-token": Kind("a DigitalOcean token", _CRITICAL),
    "discord-token": Kind("a Discord bot token", _HIGH),
    "github-token": Kind("a GitHub token", _CRITICAL),
    "gitlab-token": Kind("a GitLab token", _CRITICAL),
    "google-api-key": Kind("a Google API key", _HIGH),
    "google-client-secret": Kind("a Google OAuth client secret", _HIGH),
    "hashicorp-token": Kind("a HashiCorp Vault or Terraform token", _CRITICAL),
    "huggingface-token": Kind("a Hugging Face token", _HIGH),
    JWT: Kind("a JSON Web Token", _HIGH),
    "mailchimp-key": Kind("a Mailchimp key", _HIGH),
    "npm-token": Kind("an npm token", _CRITICAL),
    "openai-key": Kind("an OpenAI API key", _CRITICAL),
    PASSWORD: Kind("a password or key", _HIGH),
    PRIVATE_KEY: Kind("a private key", _CRITICAL),
    "pypi-token": Kind("a PyPI token", _CRITICAL),
    "sendgrid-key": Kind("a SendGrid API key", _HIGH),
    "shopify-token": Kind("a Shopify token", _HIGH),
    "slack-token": Kind("a Slack token or webhook", _HIGH),
    "square-secret": Kind("a Square secret", _HIGH),
    "stripe-key": Kind("a Stripe key", _CRITICAL),
    "stripe-test-key": Kind("a Stripe test key", _HIGH),
    "telegram-token": Kind("a Telegram bot token", _HIGH),
    "twilio-key": Kind("a Twilio key", _HIGH),
    URL_PASSWORD: Kind("a password in an address", _HIGH),
}

# By kind, each with the words of which one stands in every text that has it: to look for those is quick. The first group,
# if there is one, is the secret; else all of it.
FORMS: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "age-key": ((("AGE-SECRET-KEY-1",), r"\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b"),),
    "anthropic-key": ((("sk-ant-",), r"(?<![\w-])sk-ant-[\w-]{24,300}"),),
    "artifactory-token": ((("AKC",), r"(?<![\w+/-])AKC[a-zA-Z0-9]{30,}"),),
    "aws-secret-key": (
        (
            ("key", "Key", "KEY"),
            r"(?i:aws_?|s3_?|secret_?)(?i:secret_?)?(?i:access_?)?(?i:key)\b[\"']?\s{0,20}(?:=>|:=|=|:)\s{0,20}[\"']?"
            r"([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
        ),
    ),
    "azure-client-secret": ((("Q~",), r"(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])"),),
    "azure-storage-key": (
        (("ey",), r"(?i:account|sharedaccess)(?i:key)[\"']?\s{0,4}[=:]\s{0,4}[\"']?([A-Za-z0-9+/]{43,86}={1,2})"),
    ),
    "databricks-token": ((("dapi",), r"\bdapi[a-f0-9]{32}(?:-\d)?\b"),),
    "digitalocean-token": ((("_v1_",), r"\bdo[oprt]_v1_[a-f0-9]{64}\b"),),
    "github-token": (
        (("github_pat_",), r"(?<![A-Za-z0-9])github_pat_[A-Za-z0-9_]{36,255}"),
        (("gho_", "ghp_", "ghr_", "ghs_", "ghu_"), r"(?<![A-Za-z0-9])gh[oprsu]_[A-Za-z0-9_.-]{36,600}"),
    ),
    "google-api-key": ((("AIza",), r"(?<![\w-])AIza[\w-]{35}(?![\w-])"),),
    "google-client-secret": ((("GOCSPX-",), r"(?<![\w-])GOCSPX-[\w-]{28}(?![\w-])"),),
    "hashicorp-token": (
        (("hvs.", "hvb.", "hvr."), r"(?<![\w.-])hv[bsr]\.[\w-]{24,300}"),
        ((".atlasv1.",), r"(?<![\w.])[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,70}"),
    ),
    "huggingface-token": ((("hf_", "api_org_"), r"\b(?:hf|api_org)_[A-Za-z]{34}\b"),),
    "npm-token": (
        (("npm_",), r"\bnpm_[A-Za-z0-9]{36}\b"),
        (("_auth",), r":_auth(?:Token)?[ \t]{0,4}=[ \t]{0,4}\"?([A-Za-z0-9+/=_-]{16,200})"),
    ),
    "openai-key": (
        (("sk-proj-", "sk-svcacct-", "sk-admin-"), r"(?<![\w-])sk-(?:proj|svcacct|admin)-[\w-]{40,300}"),
        (("T3BlbkFJ",), r"(?<![\w-])sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}\b"),
    ),
    "pypi-token": ((("pypi-Ag",), r"(?<![\w-])pypi-Ag[\w-]{70,400}"),),
    "shopify-token": ((("shp",), r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b"),),
    "slack-token": (
        (("xox",), r"(?<![\w-])xox[a-z](?:\.xox[a-z])?-[\w-]{10,300}"),
        (("xapp-",), r"(?<![\w-])xapp-\d-[\w-]{20,200}"),
    ),
    "stripe-key": ((("k_live_", "whsec_"), r"(?<![A-Za-z0-9_])(?:[rs]k_live|whsec)_[A-Za-z0-9]{24,250}"),),
    "stripe-test-key": ((("k_test_",), r"(?<![A-Za-z0-9_])[rs]k_test_[A-Za-z0-9]{24,250}"),),
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
        *password_forms.FORMS,
    ),
}
