"""Every setting, one row each: the reader takes its default from here, and deploy/settings.md is made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from kireji.core.models.catalogue import MODELS
from kireji.core.models.model_words import list_models
from kireji.core.models.providers import Provider

PREFIX = "KIREJI_"
SANDBOX_PREFIX = "KIREJI_SANDBOX_"  # the demo's and the tests' own, never the service's
REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Setting:
    """One row: the environment variable, its default as text ("required", or "" for none), what it does."""

    name: str
    default: str
    meaning: str
    secret: bool = False


GITHUB_APP: tuple[Setting, ...] = (
    Setting("KIREJI_APP_ID", REQUIRED, "The GitHub App's id or client id"),
    Setting(
        "KIREJI_PRIVATE_KEY",
        "",
        r"The App's RSA private key as PEM, with `\n` for line breaks; or set `KIREJI_PRIVATE_KEY_FILE`",
        secret=True,
    ),
    Setting("KIREJI_PRIVATE_KEY_FILE", "", "A file with the App's private key, instead of `KIREJI_PRIVATE_KEY`"),
    Setting("KIREJI_WEBHOOK_SECRET", REQUIRED, "The App's webhook secret, which signs deliveries", secret=True),
    Setting(
        "KIREJI_GITHUB_API_URL",
        "https://api.github.com",
        "The address of GitHub's API; for GitHub Enterprise Server `https://HOST/api/v3`. Plain http is accepted only on a "
        "loopback address",
    ),
    Setting(
        "KIREJI_MENTION",
        "kireji",
        "The App's name as in its address on GitHub, by which people mention it in comments: `@kireji review`",
    ),
    Setting(
        "KIREJI_SIGNING_KEY",
        "",
        "A secret of 32 characters or more, by which Kireji recognises what it posted. Without it the App's private key is "
        "used, outside the App Claude's key, else `GITHUB_TOKEN`. Append earlier keys after a space",
        secret=True,
    ),
    Setting(
        "GITHUB_TOKEN",
        "",
        "The token for `kireji review OWNER/REPO#N`: it reads the repository and, with `--post`, writes; servers need none",
        secret=True,
    ),
)
CLAUDE: tuple[Setting, ...] = (
    Setting(
        "ANTHROPIC_API_KEY",
        REQUIRED,
        "The key for Claude, unless you sign in without one, by `ANTHROPIC_FEDERATION_RULE_ID`",
        secret=True,
    ),
    Setting("ANTHROPIC_BASE_URL", "https://api.anthropic.com", "The address of Claude's API, or of a gateway to it"),
    Setting(
        "KIREJI_MODEL",
        "claude-haiku-4-5",
        f"The model that reviews: {list_models(MODELS.values())}; or one of these with a date, such as "
        "`claude-haiku-4-5-20251001`; with `compatible` any name, at unknown cost",
    ),
    Setting(
        "KIREJI_DEEP_MODEL",
        "claude-sonnet-5-5",
        "The stronger model, which plans deep reviews, reads across files in them and verifies their findings; `none` turns "
        "deep reviews off",
    ),
    Setting(
        "KIREJI_POLICY_MODELS",
        "",
        "Additional models that a repository's policy may choose, separated by commas",
    ),
    Setting(
        "ANTHROPIC_FEDERATION_RULE_ID",
        "",
        "The federation rule's id in the Claude Console, `fdrl_…`; required to sign in without a key",
    ),
    Setting(
        "ANTHROPIC_ORGANIZATION_ID",
        "",
        "The organization's id in the Claude Console, a UUID; required to sign in without a key",
    ),
    Setting(
        "ANTHROPIC_SERVICE_ACCOUNT_ID",
        "",
        "The service account that the rule signs in as, `svac_…`; Kireji starts without it, as the SDK does, but Claude's "
        "reference asks for it",
    ),
    Setting(
        "ANTHROPIC_WORKSPACE_ID",
        "",
        "The workspace to sign in to, `wrkspc_…` or `default`; needed if the rule has several",
    ),
    Setting(
        "ANTHROPIC_IDENTITY_TOKEN_FILE",
        "",
        "The file with the identity token to exchange, read afresh each time; takes precedence over `ANTHROPIC_IDENTITY_TOKEN`",
    ),
    Setting(
        "ANTHROPIC_IDENTITY_TOKEN",
        "",
        "The identity token itself. Without a token or a file, a GitHub Actions job with `id-token: write` asks GitHub for one",
        secret=True,
    ),
    Setting("ANTHROPIC_OIDC_AUDIENCE", "https://api.anthropic.com", "The audience of GitHub's identity token"),
)
PROVIDERS: tuple[Setting, ...] = (
    Setting(
        "KIREJI_PROVIDER",
        "anthropic",
        f"The service that runs the model: {', '.join(f'`{name}`' for name in Provider)}; `compatible` is any server at "
        "`ANTHROPIC_BASE_URL` that speaks the Messages API. Only `anthropic` needs `ANTHROPIC_API_KEY`, or a sign-in "
        "without it",
    ),
    Setting(
        "KIREJI_PROVIDER_MODEL",
        "",
        "The provider's own name of `KIREJI_MODEL`, where Kireji does not know it, such as a profile's ARN",
    ),
    Setting(
        "KIREJI_PROVIDER_DEEP_MODEL",
        "",
        "The provider's own name of `KIREJI_DEEP_MODEL`; without it there are no deep reviews on a cloud",
    ),
    Setting(
        "AWS_REGION",
        "",
        "The region, for `bedrock` and `bedrock-legacy`; credentials are found the way AWS's own libraries find them",
    ),
    Setting(
        "CLOUD_ML_REGION",
        "",
        "The region, for `vertex`, such as `global`; credentials are Google's application default credentials",
    ),
    Setting("ANTHROPIC_VERTEX_PROJECT_ID", "", "The Google Cloud project, for `vertex`"),
    Setting("ANTHROPIC_FOUNDRY_RESOURCE", "", "The resource's name, for `foundry`"),
    Setting("ANTHROPIC_FOUNDRY_API_KEY", "", "The key, for `foundry`", secret=True),
)
BUDGETS: tuple[Setting, ...] = (
    Setting(
        "KIREJI_BUDGET_REVIEW",
        "2",
        "Dollars that one review may cost, such as `0.25`. If the whole change does not fit, less of it is reviewed, and the "
        "check run says so. `none` for no limit",
    ),
    Setting(
        "KIREJI_BUDGET_AUTHOR_DAY",
        "5",
        "Dollars per day (UTC) for reviews of one author's pull requests in a repository, if the author may not write there; "
        "reviews that others ask for do not count. `none` for no limit",
    ),
    Setting("KIREJI_BUDGET_REPOSITORY_DAY", "", "Dollars per day (UTC) for all reviews of a repository"),
    Setting("KIREJI_BUDGET_INSTALLATION_MONTH", "", "Dollars per month (UTC) for all reviews of an installation"),
    Setting(
        "KIREJI_ANSWERS_PER_HOUR",
        "20",
        "Answers that one person gets in a repository per hour, to questions, `/review help` and commands that are refused, "
        "1 to 1000; whoever asks for more is told so once",
    ),
)
WORKERS: tuple[Setting, ...] = (
    Setting(
        "KIREJI_DATABASE_URL",
        "",
        "`postgresql://…`, for any number of workers; without it, one SQLite file in the data folder, and one worker",
        secret=True,
    ),
    Setting(
        "KIREJI_DATA_DIR",
        ".kireji",
        "The folder of the SQLite file, of the lock that prevents a second start, and of fetched code",
    ),
    Setting("KIREJI_HOST", "127.0.0.1", "The address to listen on; `0.0.0.0` for all IPv4 addresses"),
    Setting("KIREJI_PORT", "8080", "The port to listen on"),
    Setting("KIREJI_DEBOUNCE_SECONDS", "5", "How long the review of a push waits for another push, 0 to 60"),
    Setting("KIREJI_MAX_REVIEWS", "20", "Concurrent reviews in one worker, 1 to 200"),
    Setting(
        "KIREJI_MAX_REVIEWS_PER_INSTALLATION",
        "10",
        "Concurrent reviews of one installation, across all workers, 1 to 200",
    ),
    Setting(
        "KIREJI_MAX_REVIEWS_PER_REPOSITORY", "5", "Concurrent reviews of one repository, across all workers, 1 to 200"
    ),
    Setting("KIREJI_DRAIN_SECONDS", "25", "How long a worker's running reviews may go on after SIGTERM, 0 to 600"),
    Setting(
        "KIREJI_SWEEP_SECONDS",
        "60",
        "How often Kireji looks for reviews and check runs that were left behind, 5 to 3600; every fifth time also for lost "
        "deliveries",
    ),
    Setting(
        "KIREJI_LOG_LEVEL", "INFO", "The least severe log messages to write: `DEBUG`, `INFO`, `WARNING` or `ERROR`"
    ),
)
LIMITS: tuple[Setting, ...] = (
    Setting("KIREJI_CONCURRENCY", "32", "Concurrent model calls, 1 to 256"),
    Setting(
        "KIREJI_CHUNK_TOKENS",
        "4000",
        "Tokens of diff per model call, 500 to 50000; a change of up to twice as many is read in one call",
    ),
    Setting(
        "KIREJI_CONTEXT_TOKENS",
        "1000",
        "Tokens of code around the change that one model call may include, 0 to 20000",
    ),
    Setting(
        "KIREJI_SEARCH",
        "on",
        "Whether the repository is fetched with git and searched for what a change uses or breaks: `on` or `off`",
    ),
    Setting("KIREJI_MAX_OUTPUT_TOKENS", "4096", "Tokens that one answer may take, from 256 to the model's own limit"),
    Setting(
        "KIREJI_MAX_COMMENTS",
        "30",
        "Inline comments per review, 1 to 100; further findings are listed in the check run",
    ),
    Setting(
        "KIREJI_MAX_FILE_LINES", "5000", "Changed lines above which a file is too large to be reviewed, 1 to 100000"
    ),
    Setting(
        "KIREJI_MAX_BODY_BYTES",
        "26214400",
        "The largest webhook body in bytes, 1024 to 26214400 (GitHub's limit of 25 MB)",
    ),
)
GROUPS: Mapping[str, tuple[Setting, ...]] = {
    "GitHub App": GITHUB_APP,
    "Claude": CLAUDE,
    "Providers": PROVIDERS,
    "Budgets": BUDGETS,
    "Workers": WORKERS,
    "Limits": LIMITS,
}
"""The settings as deploy/settings.md groups them."""

SETTINGS: tuple[Setting, ...] = tuple(chain.from_iterable(GROUPS.values()))
ROWS = {row.name: row for row in SETTINGS}
KEPT_FROM_WEB = {row.name for row in SETTINGS if row.secret} - {"KIREJI_WEBHOOK_SECRET", "KIREJI_DATABASE_URL"} | {
    "KIREJI_PRIVATE_KEY_FILE",
    "ANTHROPIC_IDENTITY_TOKEN_FILE",
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_BEARER_TOKEN_BEDROCK"),
    "GOOGLE_APPLICATION_CREDENTIALS",
}
"""Keys, and what clouds are signed in to with, that the web process has no use for."""


def table(settings: Sequence[Setting] = SETTINGS) -> str:
    """A table of settings, in Markdown."""
    rows = (f"| `{row.name}` | {_default(row)} | {row.meaning} |" for row in settings)
    return "\n".join(("| Setting | Default | Meaning |", "| --- | --- | --- |", *rows))


def _default(row: Setting) -> str:
    return row.default if row.default == REQUIRED else f"`{row.default}`" if row.default else "none"
