"""Every setting, one row each: the reader takes its default from here, and README's table is made of it."""

from dataclasses import dataclass

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


SETTINGS: tuple[Setting, ...] = (
    Setting("KIREJI_APP_ID", REQUIRED, "The GitHub App's id or client id"),
    Setting("KIREJI_PRIVATE_KEY", "", r"The App's RSA key as PEM, `\n` for line ends; or give the file", secret=True),
    Setting("KIREJI_PRIVATE_KEY_FILE", "", "A file that holds the private key, instead of `KIREJI_PRIVATE_KEY`"),
    Setting("KIREJI_WEBHOOK_SECRET", REQUIRED, "The App's webhook secret; deliveries are checked with it", secret=True),
    Setting(
        "KIREJI_GITHUB_API_URL",
        "https://api.github.com",
        "GitHub's API; for GitHub Enterprise Server `https://HOST/api/v3`. Plain http only for this machine",
    ),
    Setting(
        "GITHUB_TOKEN",
        "",
        "A token for `kireji review OWNER/REPO#N`: it reads the repository, and with `--post` writes; servers need none",
        secret=True,
    ),
    Setting(
        "ANTHROPIC_API_KEY",
        REQUIRED,
        "The key for Claude, unless it signs in without one, by `ANTHROPIC_FEDERATION_RULE_ID`",
        secret=True,
    ),
    Setting(
        "ANTHROPIC_FEDERATION_RULE_ID",
        "",
        "Required to sign in without a key: the federation rule's id in the Claude Console, `fdrl_…`",
    ),
    Setting(
        "ANTHROPIC_ORGANIZATION_ID",
        "",
        "Required to sign in without a key: the organization's id there, a UUID",
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
        "The workspace to be signed in to, `wrkspc_…` or `default`; needed where the rule has several",
    ),
    Setting(
        "ANTHROPIC_IDENTITY_TOKEN_FILE",
        "",
        "The file with the identity token that is exchanged, read anew each time; goes before `ANTHROPIC_IDENTITY_TOKEN`",
    ),
    Setting(
        "ANTHROPIC_IDENTITY_TOKEN",
        "",
        "The identity token itself. Without both, a job of GitHub Actions that has `id-token: write` asks GitHub for it",
        secret=True,
    ),
    Setting("ANTHROPIC_OIDC_AUDIENCE", "https://api.anthropic.com", "Whom GitHub's identity token is to be for"),
    Setting("ANTHROPIC_BASE_URL", "https://api.anthropic.com", "Claude's API, or a gateway in front of it"),
    Setting(
        "KIREJI_PROVIDER",
        "anthropic",
        f"Who serves the model: {', '.join(f'`{name}`' for name in Provider)}; the last is any server at "
        "`ANTHROPIC_BASE_URL` that speaks the Messages API. Only the first needs `ANTHROPIC_API_KEY`, or a sign-in without it",
    ),
    Setting(
        "KIREJI_PROVIDER_MODEL",
        "",
        "What the provider calls the model, where that is not known here, as a profile's ARN",
    ),
    Setting(
        "KIREJI_PROVIDER_DEEP_MODEL",
        "",
        "What the provider calls `KIREJI_DEEP_MODEL`; on a cloud there are no deep reviews without it",
    ),
    Setting("AWS_REGION", "", "For `bedrock` and `bedrock-legacy`; credentials are found as by every AWS library"),
    Setting("CLOUD_ML_REGION", "", "For `vertex`, as `global`; credentials are Google's application default ones"),
    Setting("ANTHROPIC_VERTEX_PROJECT_ID", "", "For `vertex`: the Google Cloud project"),
    Setting("ANTHROPIC_FOUNDRY_RESOURCE", "", "For `foundry`: the resource's name"),
    Setting("ANTHROPIC_FOUNDRY_API_KEY", "", "For `foundry`: its key", secret=True),
    Setting(
        "KIREJI_MODEL",
        "claude-haiku-4-5",
        f"The model that reviews: {list_models(MODELS.values())}; also with a date, as "
        f"`claude-haiku-4-5-20251001`; for `compatible` any name, at unknown cost",
    ),
    Setting(
        "KIREJI_POLICY_MODELS",
        "",
        "Further models that a repository's policy may choose, separated by commas",
    ),
    Setting(
        "KIREJI_DEEP_MODEL",
        "claude-sonnet-5-5",
        "The better model of deep reviews, which plans, reads across files and verifies; `none` for no deep reviews",
    ),
    Setting(
        "KIREJI_BUDGET_REVIEW",
        "2",
        "Dollars that one review may cost, as `0.25`; with less room it does less, and says so. `none` for no limit",
    ),
    Setting(
        "KIREJI_BUDGET_AUTHOR_DAY",
        "5",
        "Dollars that the reviews of one author's pull requests in a repository may cost on a day (UTC), if the author may not "
        "write there; what others ask for is not counted. `none` for no limit",
    ),
    Setting("KIREJI_BUDGET_REPOSITORY_DAY", "", "Dollars that all reviews of a repository may cost on a day (UTC)"),
    Setting(
        "KIREJI_BUDGET_INSTALLATION_MONTH", "", "Dollars that all reviews of an installation may cost in a month (UTC)"
    ),
    Setting(
        "KIREJI_ANSWERS_PER_HOUR",
        "20",
        "Answers that one person gets in a repository within an hour, to questions, `/review help` and commands "
        "that are refused, 1 to 1000; whoever asks for more is told so, once",
    ),
    Setting(
        "KIREJI_DATABASE_URL",
        "",
        "`postgresql://…`, for any number of workers; without it one SQLite file in the data folder, and one worker",
        secret=True,
    ),
    Setting(
        "KIREJI_DATA_DIR",
        ".kireji",
        "The folder of the SQLite file, of the lock that keeps a second start out, and of fetched code",
    ),
    Setting("KIREJI_DEBOUNCE_SECONDS", "5", "How long the review of a push waits for a further push, 0 to 60"),
    Setting("KIREJI_MAX_REVIEWS", "20", "Reviews at once in one worker, 1 to 200"),
    Setting(
        "KIREJI_MAX_REVIEWS_PER_INSTALLATION", "10", "Reviews at once of one installation, in all workers, 1 to 200"
    ),
    Setting("KIREJI_MAX_REVIEWS_PER_REPOSITORY", "5", "Reviews at once of one repository, in all workers, 1 to 200"),
    Setting("KIREJI_DRAIN_SECONDS", "25", "How long a worker that is told to stop lets its reviews go on, 0 to 600"),
    Setting(
        "KIREJI_SWEEP_SECONDS",
        "60",
        "How often Kireji looks for reviews and check runs left behind, 5 to 3600; every 5th time for lost deliveries",
    ),
    Setting(
        "KIREJI_MENTION",
        "kireji",
        "The App's name in its address on GitHub, by which people call it in comments: `@kireji review`",
    ),
    Setting("KIREJI_HOST", "127.0.0.1", "The address to listen on; `0.0.0.0` for every IPv4 one"),
    Setting("KIREJI_PORT", "8080", "The port to listen on"),
    Setting("KIREJI_CONCURRENCY", "32", "Model calls at once, 1 to 256"),
    Setting(
        "KIREJI_CHUNK_TOKENS",
        "4000",
        "Tokens of diff in one model call, 500 to 50000; a change of up to twice as many is read in one",
    ),
    Setting(
        "KIREJI_CONTEXT_TOKENS",
        "1000",
        "Tokens of code that one model call may be shown besides the diff, 0 to 20000",
    ),
    Setting(
        "KIREJI_SEARCH",
        "on",
        "Whether the repository is fetched with git, and searched for what a change uses or breaks: `on` or `off`",
    ),
    Setting(
        "KIREJI_SIGNING_KEY",
        "",
        "A secret of 32 characters or more, by which Kireji recognises what it posted; without it the App's private key "
        "serves, elsewhere Claude's key, else `GITHUB_TOKEN`. Keys used before go behind the new one, after a space",
        secret=True,
    ),
    Setting("KIREJI_MAX_OUTPUT_TOKENS", "4096", "Tokens that one answer may take, from 256 to the model's own limit"),
    Setting(
        "KIREJI_MAX_COMMENTS", "30", "Inline comments in one review, 1 to 100; further findings are in the summary"
    ),
    Setting("KIREJI_MAX_FILE_LINES", "5000", "Changed lines above which a file is skipped as too large, 1 to 100000"),
    Setting("KIREJI_MAX_BODY_BYTES", "26214400", "The largest webhook body, 1024 to 26214400 bytes (GitHub's 25 MB)"),
    Setting("KIREJI_LOG_LEVEL", "INFO", "`DEBUG`, `INFO`, `WARNING` or `ERROR`"),
)
ROWS = {row.name: row for row in SETTINGS}
KEPT_FROM_WEB = {row.name for row in SETTINGS if row.secret} - {"KIREJI_WEBHOOK_SECRET", "KIREJI_DATABASE_URL"} | {
    "KIREJI_PRIVATE_KEY_FILE",
    "ANTHROPIC_IDENTITY_TOKEN_FILE",
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_BEARER_TOKEN_BEDROCK"),
    "GOOGLE_APPLICATION_CREDENTIALS",
}
"""Keys, and what clouds are signed in to with, that the web process has no use for."""


def table() -> str:
    """README's table of settings, in Markdown."""
    rows = (f"| `{row.name}` | {_default(row)} | {row.meaning} |" for row in SETTINGS)
    return "\n".join(("| Setting | Default | Meaning |", "| --- | --- | --- |", *rows))


def _default(row: Setting) -> str:
    return row.default if row.default == REQUIRED else f"`{row.default}`" if row.default else "none"
