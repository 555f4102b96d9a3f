"""Credentials written in other ways than tests/credentials.py has them, and other lines that are none.

Once held out (see tests/held_out.py): made before their maker had read the forms of app/kireji/core. The forms of what they
showed to be missed were written with them in view.
"""

import base64
import random
import string
from collections.abc import Iterator

from tests.credentials import (
    ALNUM,
    B64,
    HEX,
    TOKENS,
    UPPER,
    URL64,
    Case,
    Make,
    any_of,
    filled,
    letters,
    pem,
    written,
)


def _chosen(rng: random.Random) -> str:
    """A password as a person chooses it: two words, a sign and a year's two digits."""
    words = [letters(rng, string.ascii_lowercase, 5).title() for _ in range(2)]
    return "".join((*words, rng.choice("!%*-_+"), letters(rng, "23456789", 2)))


def _basic(rng: random.Random) -> str:
    return base64.b64encode(f"maria:{letters(rng, ALNUM, 16)}".encode()).decode()


def _app(rng: random.Random) -> str:
    parts = (letters(rng, UPPER, 10), letters(rng, string.digits, 12), letters(rng, HEX, 64))
    return "xapp-1-A" + "-".join(parts)


def _user(rng: random.Random) -> str:
    return "xoxp-" + "-".join((*(letters(rng, string.digits, 12) for _ in range(3)), letters(rng, HEX, 32)))


FOUND: tuple[tuple[str, str, str, Make], ...] = (
    ("github-token", "app/Hub.kt", 'val hub = GitHubBuilder().withOAuthToken("""{}""").build()', any_of(ALNUM, 36, "gho_")),
    ("github-token", "src/lib.rs", 'const PAT: &str = r#"{}"#;', any_of(ALNUM, 36, "ghu_")),
    ("aws-access-key", "ios/Upload.swift", 'let id = "{}"', any_of(UPPER, 16, "ASIA")),
    ("aws-secret-key", "bin/deploy.ps1", "$env:AWS_SECRET_ACCESS_KEY = '{}'", any_of(B64, 40)),
    ("stripe-key", "Dockerfile", "ENV PAYMENTS={} PORT=80", any_of(ALNUM, 24, "rk_live_")),
    ("stripe-key", "lib/hooks.rb", "Stripe::Webhook.construct_event(body, sig, 'whsec_{}')", any_of(ALNUM, 32)),
    ("anthropic-key", "etc/llm.json5", "{{ model: 'haiku', admin: '{}' }},", any_of(URL64, 93, "sk-ant-admin01-")),
    ("openai-key", "config/prod.exs", 'config :openai, organization: "shop", bearer: "{}"', lambda rng:
        f"sk-svcacct-{letters(rng, URL64, 74)}T3BlbkFJ{letters(rng, URL64, 74)}"),
    ("slack-token", "bots/ping.lua", "local s = slack.new [[{}]]", _user),
    ("slack-token", "bots/socket.pl", "my $socket = q{{{}}};", _app),
    ("google-api-key", "android/AndroidManifest.xml", '<meta-data android:name="maps" android:value="{}"/>',
        any_of(URL64.replace("-", ""), 35, "AIza")),
    ("gitlab-token", "ci/runner.toml", '  token = "{}"', any_of(URL64.replace("-", ""), 20, "glrt-")),
    ("npm-token", ".yarnrc.yml", 'npmAuthToken: "{}"', any_of(ALNUM, 36, "npm_")),
    ("pypi-token", ".pypirc", "password = {}", any_of(URL64, 150, "pypi-AgEIcHlwaS5vcmc")),
    ("jwt", "api/orders.http", "Cookie: theme=dark; session={}; lang=de", TOKENS["jwt"]),
    ("telegram-token", "cron/alert.sh", "wget -qO- https://api.telegram.org/bot{}/sendMessage?text=up",
        TOKENS["telegram-token"]),
    ("huggingface-token", "train.ipynb", '    "login(token=\\"{}\\")\\n",', TOKENS["huggingface-token"]),
    ("digitalocean-token", "infra/do.tf", '  do = "{}"', any_of(HEX, 64, "doo_v1_")),
    ("password", "db/roles.sql", "CREATE ROLE shop LOGIN PASSWORD '{}';", _chosen),
    ("password", "db/users.sql", "CREATE USER 'shop'@'%' IDENTIFIED BY '{}';", _chosen),
    ("password", "group_vars/all.yml", "ansible_become_pass: {}", _chosen),
    ("password", "src/Pool.kt", 'dataSource.setPassword("{}")', _chosen),
    ("password", "settings.xml", "      <password>{}</password>", _chosen),
    ("password", "conf/db.clj", '(def db {{:user "shop" :password "{}"}})', _chosen),
    ("url-password", "src/Db.scala", 'val url = "jdbc:postgresql://db.example/shop?user=shop&password={}"', _chosen),
    ("password", "bin/backup.sh", "mysqldump --user=shop --password='{}' shop > shop.sql", _chosen),
    ("password", ".netrc", "machine git.example login maria password {}", _chosen),
    ("bearer", "web/call.js", "headers: {{ Authorization: 'Basic {}' }},", _basic),
    ("azure-storage-key", "bus.yaml",
        "bus: Endpoint=sb://shop.servicebus.example/;SharedAccessKeyName=root;SharedAccessKey={}=", any_of(B64, 43)),
    ("private-key", "cmd/sign.go", "const key = `{}`", lambda rng: "\n".join(pem(rng, "EC PRIVATE KEY", lines=3))),
)  # fmt: skip
"""Thirty: kind, path, form, value."""

HARMLESS = """\
.github/workflows/ci.yml|      - uses: actions/checkout@{sha}  # v4.2.2
.github/workflows/ci.yml|        with: {{ token: "${{{{ steps.app.outputs.token }}}}" }}
Dockerfile|FROM python:3.13-slim@sha256:{sha256}
Dockerfile|RUN --mount=type=secret,id=npm_token npm ci
go.sum|github.com/google/uuid v1.6.0 h1:{b44}
Cargo.lock|checksum = "{sha256}"
flake.nix|  sha256 = "sha256-{b44}";
poetry.lock|    {{file = "idna-3.10-py3-none-any.whl", hash = "sha256:{sha256}"}},
web/index.html|<script src="/app.js" integrity="sha384-{b64}" crossorigin="anonymous"></script>
web/app.css|.icon {{ background: url(data:image/svg+xml;base64,{b64}); }}
web/pay.ts|const stripe = loadStripe(publishableKey);
web/pay.ts|const PRICE = 'price_1{alnum24}';
web/sentry.ts|Sentry.init({{ dsn: 'https://{md5}@o450.ingest.sentry.example/45' }});
web/ga.ts|gtag('config', 'G-1A2B3C4D5E');
web/oauth.ts|clientId: '{digits}-{lower32}.apps.googleusercontent.example',
web/form.vue|<label for="new-password">{{{{ $t('account.newPassword') }}}}</label>
web/form.vue|passwordStrength: {{ weak: 'Weak', fair: 'Fair', strong: 'Strong' }},
web/store.ts|export const selectToken = (state: State) => state.session.token;
web/store.ts|type Credentials = {{ username: string; password: string; otp?: string }};
web/auth.js|if (!token || token.split('.').length !== 3) throw new TypeError('malformed token');
src/User.java|public void setPassword(String password) {{ this.passwordHash = encoder.encode(password); }}
src/User.java|@Column(name = "password_digest", length = 60) private String passwordDigest;
src/Auth.cs|[Required, DataType(DataType.Password)] public string Password {{ get; set; }} = default!;
src/Auth.cs|[Guid("{uuid}")]
src/auth.rs|let secret = std::env::var("APP_SECRET").expect("APP_SECRET is not set");
src/auth.rs|let key: [u8; 32] = rand::random();
src/auth.go|return fmt.Errorf("token %q has expired at %s", id, expiry)
src/auth.go|type Config struct {{ APIKey string `env:"API_KEY,required" json:"-"` }}
src/auth.kt|val password: String by project.extra
src/auth.swift|let query = [kSecClass: kSecClassGenericPassword, kSecAttrAccount: account]
src/auth.php|$password = password_hash($_POST['password'], PASSWORD_ARGON2ID);
src/auth.rb|has_secure_password validations: false
src/auth.ex|plug :verify_token when action in [:update, :delete]
src/auth.c|static const char *password_prompt = "Enter passphrase: ";
src/auth.c|#define KEY_LEN 32
db/schema.sql|password_hash character varying(255) NOT NULL DEFAULT ''::character varying,
db/schema.sql|ALTER TABLE api_keys ADD CONSTRAINT api_keys_token_key UNIQUE (token_digest);
db/seeds.sql|INSERT INTO orders (id, key) VALUES ('{uuid}', 'order-2026-0001');
api/openapi.yaml|    securitySchemes: {{ bearer: {{ type: http, scheme: bearer, bearerFormat: JWT }} }}
api/openapi.yaml|        password: {{ type: string, format: password, minLength: 12 }}
api/shop.proto|  string refresh_token = 3 [(validate.rules).string.min_len = 1];
api/schema.graphql|  login(email: String!, password: String!): AuthPayload!
infra/main.tf|resource "random_password" "db" {{ length = 32 }}
infra/main.tf|  kms_key_id = "arn:aws:kms:eu-central-1:{digits}:key/{uuid}"
infra/chart.yaml|  existingSecret: shop-postgresql-credentials
infra/chart.yaml|  passwordSecretRef: {{ name: shop, key: password }}
ansible/site.yml|    db_password: "{{{{ vault_db_password }}}}"
ansible/site.yml|    password: !vault |
hosts/known_hosts|git.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{b43}
hosts/authorized_keys|ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB{b64}{b64} maria@laptop
docs/setup.md|Fingerprint: SHA256:{b43}
docs/setup.md|Generate a token under *Settings*, then run `gh auth login --with-token < token.txt`.
docs/setup.md|The default password is `admin`; change it after the first login.
docs/setup.md|git clone git@git.example:octo/shop.git && cd shop
docs/setup.md|psql "postgresql://localhost:5432/shop?sslmode=disable"
docs/api.rst|    curl -u "$USER:$PASSWORD" https://api.example/v1/orders
tests/test_auth.py|assert mask("hunter2") == "*******"
tests/test_auth.py|with pytest.raises(InvalidToken, match="signature verification failed"):
tests/fixtures/log.txt|2026-11-25T10:00:00Z INFO auth: token refreshed for user 4711 trace_id={md5}
tests/fixtures/mail.txt|Message-ID: <{alnum24}.{digits}@mail.example>
"""
"""Sixty: path and line; {names} stand for data by chance, which is no secret either."""


def cases(seed: int = 1) -> Iterator[Case]:
    """The credentials, with values by chance."""
    rng = random.Random(seed)
    yield from written(FOUND, rng)


def harmless(seed: int = 1) -> Iterator[Case]:
    """The lines that are none."""
    rng = random.Random(seed)
    yield from filled(HARMLESS, lambda: _data(rng))


def _data(rng: random.Random) -> dict[str, str]:
    hexes = {name: letters(rng, HEX, count) for name, count in (("md5", 32), ("sha", 40), ("sha256", 64))}
    code = letters(rng, HEX, 32)
    return hexes | {
        "uuid": "-".join((code[:8], code[8:12], code[12:16], code[16:20], code[20:])),
        "b43": letters(rng, B64, 43),
        "b44": letters(rng, B64, 43) + "=",
        "b64": letters(rng, B64, 64),
        "alnum24": letters(rng, ALNUM, 24),
        "lower32": letters(rng, string.ascii_lowercase + string.digits, 32),
        "digits": letters(rng, "123456789", 12),
    }
