"""Credentials of every common kind, made by code so that none stands in this repository, and what merely looks like them."""

import base64
import json
import random
import string
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

ALNUM = string.ascii_letters + string.digits
UPPER = string.ascii_uppercase + "234567"
HEX = "0123456789abcdef"
B64 = ALNUM + "+/"
URL64 = ALNUM + "-_"

Make = Callable[[random.Random], str]


@dataclass(frozen=True, slots=True)
class Case:
    """A small file; `secrets` are the values in it that must go (none for false-alarm material). `kind` as in `KINDS`."""

    kind: str
    path: str
    text: str
    secrets: tuple[str, ...] = ()


def letters(rng: random.Random, alphabet: str, count: int) -> str:
    """So many letters by chance."""
    return "".join(rng.choice(alphabet) for _ in range(count))


def any_of(alphabet: str, count: int, prefix: str = "", suffix: str = "") -> Make:
    """What makes so many letters by chance, with what stands around them."""
    return lambda rng: f"{prefix}{letters(rng, alphabet, count)}{suffix}"


def any_uuid(rng: random.Random) -> str:
    """One by chance."""
    return "-".join(letters(rng, HEX, count) for count in (8, 4, 4, 4, 12))


def written(table: Iterable[tuple[str, str, str, Make]], rng: random.Random) -> Iterator[Case]:
    """The credentials of a table of kinds, paths, forms and what makes their values. Of a key the marks may stay."""
    for kind, path, form, make in table:
        value = make(rng)
        yield Case(kind, path, form.format(value) + "\n", tuple(value.split("\n")[1:-1]) or (value,))


def filled(rows: str, data: Callable[[], Mapping[str, str]]) -> Iterator[Case]:
    """Lines that are none: of each row the path, and its text with new data by chance for the {names} in it."""
    for row in rows.splitlines():
        path, _, form = row.partition("|")
        yield Case("", path, form.format(**data()) + "\n")


def _jwt(rng: random.Random) -> str:
    parts = [json.dumps({"alg": "HS256", "typ": "JWT"}), json.dumps({"sub": letters(rng, ALNUM, 12), "iat": 1})]
    head = ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)
    return f"{head}.{letters(rng, URL64, 43)}"


def _slack(rng: random.Random) -> str:
    return f"xoxb-{letters(rng, string.digits, 12)}-{letters(rng, string.digits, 13)}-{letters(rng, ALNUM, 24)}"


def _webhook(rng: random.Random) -> str:
    return f"https://hooks.slack.com/services/T{letters(rng, UPPER, 8)}/B{letters(rng, UPPER, 10)}/{letters(rng, ALNUM, 24)}"


def _openai(rng: random.Random) -> str:
    return f"sk-{letters(rng, ALNUM, 20)}T3BlbkFJ{letters(rng, ALNUM, 20)}"


def _password(rng: random.Random) -> str:
    """Letters, digits and a sign that needs no quotes anywhere; tests/passwords.py has those with all signs."""
    body = [letters(rng, ALNUM, 12), rng.choice("!#%*-_+"), rng.choice(string.digits), rng.choice("abcdefgh")]
    return "".join(body)


TOKENS: Mapping[str, Make] = {
    "anthropic-key": lambda rng: f"sk-ant-api03-{letters(rng, URL64, 93)}AA",
    "aws-access-key": any_of(UPPER, 16, "AKIA"),
    "azure-client-secret": lambda rng: f"{letters(rng, ALNUM, 3)}8Q~{letters(rng, ALNUM, 34)}",
    "databricks-token": any_of(HEX, 32, "dapi"),
    "digitalocean-token": any_of(HEX, 64, "dop_v1_"),
    "github-token": any_of(ALNUM, 36, "ghp_"),
    "github-token (installation)": any_of(ALNUM, 36, "ghs_"),
    "github-token (fine-grained)": lambda rng: f"github_pat_{letters(rng, ALNUM, 22)}_{letters(rng, ALNUM, 59)}",
    "gitlab-token": any_of(URL64.replace("-", ""), 20, "glpat-"),
    "google-api-key": any_of(ALNUM, 35, "AIza"),
    "google-client-secret": any_of(ALNUM, 28, "GOCSPX-"),
    "hashicorp-token": any_of(ALNUM, 90, "hvs."),
    "huggingface-token": any_of(string.ascii_letters, 34, "hf_"),
    "jwt": _jwt,
    "mailchimp-key": any_of(HEX, 32, "", "-us12"),
    "npm-token": any_of(ALNUM, 36, "npm_"),
    "openai-key": _openai,
    "openai-key (project)": lambda rng: f"sk-proj-{letters(rng, URL64, 74)}T3BlbkFJ{letters(rng, URL64, 74)}",
    "pypi-token": any_of(URL64, 150, "pypi-AgEIcHlwaS5vcmc"),
    "sendgrid-key": lambda rng: f"SG.{letters(rng, ALNUM, 22)}.{letters(rng, ALNUM, 43)}",
    "shopify-token": any_of(HEX, 32, "shpat_"),
    "slack-token": _slack,
    "slack-token (webhook)": _webhook,
    "square-secret": any_of(ALNUM, 43, "sq0csp-"),
    "stripe-key": any_of(ALNUM, 99, "sk_live_"),
    "stripe-key (restricted)": any_of(ALNUM, 24, "rk_live_"),
    "telegram-token": lambda rng: f"{letters(rng, '123456789', 10)}:AA{letters(rng, ALNUM, 33)}",
}
"""What a provider gives out, known by its own form wherever it stands."""

PLACES: Mapping[str, str] = {
    "shop/settings.py": 'import os\n\nKEY = "{}"  # from the console\n',
    "web/src/api.ts": "const client = new Client({{ region: 'eu', auth: '{}' }});\n",
    ".env": "PORT=8080\nSERVICE_VALUE={}\n",
    "deploy/values.yaml": "service:\n  replicas: 2\n  credential: {}\n",
    "docs/notes.md": "Ask Maria if the login fails, or take `{}` for now.\n",
    "config/app.json": '{{\n  "name": "shop",\n  "value": "{}"\n}}\n',
}
"""Where a token stands."""

NAMED: Mapping[str, str] = {
    "shop/db.py": 'connect(host="db.example", password="{}")\n',
    "shop/conf.py": 'DB_PASSWORD = "{}"\n',
    "src/Main.java": '    private static final String API_KEY = "{}";\n',
    "web/config.js": "module.exports = {{ user: 'shop', password: '{}' }};\n",
    "cmd/main.go": '\tclientSecret := "{}"\n',
    "src/App.cs": 'var password = "{}";\n',
    ".env.production": "DB_USER=shop\nDB_PASSWORD={}\n",
    "deploy/app.yaml": "db:\n  user: shop\n  password: {}\n",
    "app.properties": "spring.datasource.password={}\n",
    "infra/main.tf": '  master_password = "{}"\n',
    "bin/run.sh": "export API_SECRET={}\n",
    "settings.toml": 'secret_key = "{}"\n',
    "config.json": '{{"smtp": {{"login": "shop", "password": "{}"}}}}\n',
    "lib/mail.rb": "Mail.defaults = {{ :password => '{}' }}\n",
    "src/connect.php": "$password = '{}';\n",
    "shop/tokens.py": 'ACCESS_TOKEN = "{}"\n',
    "db/roles.sql": "CREATE ROLE shop\n  LOGIN PASSWORD '{}';\n",
    "db/users.sql": "ALTER USER 'shop'@'%' IDENTIFIED WITH caching_sha2_password BY '{}';\n",
    "conf/settings.xml": "<server><password>{}</password></server>\n",
    "conf/app.config": '<add key="DbPassword" value="{}" />\n',
    ".netrc": "machine git.example\nlogin maria\npassword {}\n",
    "src/Pool.kt": 'pool.setPassword("{}")\n',
    "src/Client.kt": 'val client = Client.builder().user("shop").password("{}").build()\n',
    "conf/db.edn": '{{:user "shop" :db/password "{}"}}\n',
    "src/Url.scala": 'val url = "jdbc:mysql://db.example/shop?user=shop&password={}&ssl=true"\n',
}
"""Passwords and keys without a form of their own, known by their name or by their place in a grammar."""

URLS = (
    "postgresql://shop:{}@db.internal.example:5432/shop",
    "mysql://shop:{}@10.0.0.7/shop?charset=utf8",
    "mongodb+srv://shop:{}@cluster0.abcde.mongodb.example/orders",
    "redis://:{}@cache.example:6379/0",
    "amqp://worker:{}@queue.example/vhost",
    "https://deploy:{}@git.example/shop.git",
)


def pem(rng: random.Random, name: str = "RSA PRIVATE KEY", lines: int = 8) -> tuple[str, ...]:
    """A private key's lines, marks included, of no real key."""
    body = [letters(rng, B64, 64) for _ in range(lines)]
    return f"-----BEGIN {name}-----", *body, f"{letters(rng, B64, 30)}==", f"-----END {name}-----"


def cases(seed: int = 1, rounds: int = 3) -> Iterator[Case]:
    """Every kind in every place, `rounds` times with other values."""
    rng = random.Random(seed)
    for _ in range(rounds):
        for kind, make in TOKENS.items():
            for path, form in PLACES.items():
                value = make(rng)
                yield Case(kind, path, form.format(value), (value,))
        for path, form in NAMED.items():
            value = _password(rng)
            yield Case("password", path, form.format(value), (value,))
        for form in URLS:
            value = letters(rng, ALNUM, 14)
            for path in ("shop/db.py", "docker-compose.yml"):
                text = f'URL = "{form.format(value)}"\n' if path.endswith("py") else f"    DB: {form.format(value)}\n"
                yield Case("url-password", path, text, (value,))
        yield from _pairs(rng)
        yield from _keys(rng)


def _pairs(rng: random.Random) -> Iterator[Case]:
    """Credentials that only their surroundings tell."""
    value = letters(rng, B64, 40)
    for path, form in {
        ".aws/credentials": "aws_secret_access_key = {}\n",
        "shop/s3.py": 'client("s3", aws_secret_access_key="{}")\n',
        "deploy/env.yaml": "AWS_SECRET_ACCESS_KEY: {}\n",
    }.items():
        yield Case("aws-secret-key", path, form.format(value), (value,))
    value = letters(rng, B64, 86) + "=="
    text = f"DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={value};EndpointSuffix=core.windows.net"
    for path in ("shop/blob.py", "appsettings.json", ".env"):
        form = f"STORAGE={text}\n" if path == ".env" else f'  "storage": "{text}"\n'
        yield Case("azure-storage-key", path, form, (value,))
    value = letters(rng, URL64, 40)
    yield Case("bearer", "bin/call.sh", f'curl -H "Authorization: Bearer {value}" https://api.example/v1\n', (value,))
    value = _password(rng).replace("#", "x")
    yield Case("bearer", "bin/call.sh", f"curl -u maria:{value} https://api.example/v1\n", (value,))
    value = letters(rng, ALNUM, 15) + "7"
    form = f'"Server=db.example;Database=shop;User Id=shop;Password={value};Encrypt=true"'
    yield Case("password", "src/Db.cs", f"var connectionString = {form};\n", (value,))
    value = str(uuid.UUID(int=rng.getrandbits(128)))
    yield Case("npm-token", ".npmrc", f"//npm.example/:_authToken={value}\n", (value,))


def _keys(rng: random.Random) -> Iterator[Case]:
    names = ("RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY")
    for name in names:
        lines = pem(rng, name)
        yield Case("private-key", "deploy/key.pem", "\n".join(lines) + "\n", lines[1:-1])
    lines = pem(rng)
    yield Case("private-key", "shop/key.py", f'KEY = """{lines[0]}\n' + "\n".join(lines[1:]) + '"""\n', lines[1:-1])
    quoted = "\n".join(f'    "{line}\\n"' for line in pem_of(lines))
    yield Case("private-key", "shop/sign.py", f"KEY = (\n{quoted}\n)\n", lines[1:-1])
    block = "\n".join(f"    {line}" for line in lines)
    yield Case("private-key", "k8s/secret.yaml", f"data:\n  key: |\n{block}\n", lines[1:-1])
    escaped = "\\n".join(lines)
    yield Case("private-key", ".env", f'APP_KEY="{escaped}\\n"\n', lines[1:-1])
    account = {"type": "service_account", "project_id": "shop", "private_key": "\n".join(lines) + "\n"}
    yield Case("private-key", "gcp.json", json.dumps(account, indent=2) + "\n", lines[1:-1])


def pem_of(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The same lines: a name for what is quoted line by line."""
    return lines


# -- What is no credential ---------------------------------------------------------------------------------------------

HARMLESS = """\
shop/settings.py|DB_PASSWORD = os.environ["DB_PASSWORD"]
shop/settings.py|password = "changeme"
shop/settings.py|password = ""
shop/settings.py|password: str = Field(min_length=12, max_length=128)
shop/settings.py|    api_key: SecretStr | None = None
shop/settings.py|SECRET_KEY = env("SECRET_KEY", default="insecure-default-for-tests")
shop/settings.py|token = request.headers["Authorization"].removeprefix("Bearer ")
shop/settings.py|password = getpass.getpass("Password: ")
shop/settings.py|if password != stored_password: raise WrongPassword("password does not match")
shop/settings.py|secret = settings.webhook_secret.reveal().encode()
shop/settings.py|api_key = load_key(path="/run/secrets/api_key")
shop/settings.py|PASSWORD_RESET_URL = "/accounts/password/reset/"
shop/settings.py|TOKEN_TYPE = "access_token"
shop/settings.py|"password": "The two password fields did not match.",
shop/settings.py|client = Client(api_key="your-api-key-here")
shop/settings.py|client = Client(api_key="sk-ant-...")
shop/settings.py|client = Client(api_key="test-key-123")
shop/settings.py|DATABASE = "postgresql://user:password@localhost/db"
shop/settings.py|DATABASE = f"postgresql://{user}:{password}@{host}/{name}"
shop/settings.py|if "-----BEGIN PRIVATE KEY-----" in text:
shop/settings.py|    raise ValueError("not a key: expected -----BEGIN RSA PRIVATE KEY-----")
shop/settings.py|password_hash = hashlib.sha256(password.encode()).hexdigest()
shop/settings.py|@pytest.mark.parametrize("secret", ["a", "b"])
shop/settings.py|KEYS = {"api_key": "X-Api-Key", "secret": "X-Secret"}
shop/settings.py|assert response.json()["token"] == expected_token
web/src/login.tsx|<input type="password" name="password" placeholder="Password" />
web/src/login.tsx|const { data: token } = useToken({ key: 'session-token' });
web/src/login.tsx|t('settings.password.label')
web/src/login.tsx|const passwordSchema = z.string().min(8).regex(/[A-Z]/);
web/src/login.tsx|export const API_KEY_HEADER = 'x-api-key';
web/src/login.tsx|secret: process.env.SESSION_SECRET ?? '',
web/src/login.tsx|key={`row-${item.id}`}
web/src/login.tsx|<KeyboardShortcut keys="Ctrl+Shift+P" />
locales/de.json|"password": "Passwort",
locales/de.json|"forgotPassword": "Passwort vergessen?",
locales/de.json|"apiKeyHint": "Den Schlüssel finden Sie unter Einstellungen > API.",
.env.example|DB_PASSWORD=changeme
.env.example|API_KEY=<your key>
.env.example|SECRET_KEY=
.env.example|ANTHROPIC_API_KEY=sk-ant-your-key
deploy/app.yaml|  password: ${DB_PASSWORD}
deploy/app.yaml|  password: "{{ .Values.db.password }}"
deploy/app.yaml|      secretKeyRef:
deploy/app.yaml|        key: database-password
deploy/app.yaml|  secretName: shop-tls
deploy/app.yaml|  token: ${{ secrets.GITHUB_TOKEN }}
deploy/app.yaml|  key: ${{ runner.os }}-pip-${{ hashFiles('requirements.lock') }}
deploy/app.yaml|  id-token: write
infra/main.tf|  password = var.db_password
infra/main.tf|  secret_id = aws_secretsmanager_secret.db.id
bin/run.sh|export TOKEN="$(cat /run/secrets/token)"
bin/run.sh|curl -H "Authorization: Bearer $TOKEN" https://api.example/v1
bin/run.sh|git clone https://x-access-token:${TOKEN}@github.com/octo/shop
docs/auth.md|Set `API_KEY=...` and restart; the password is asked for at the first start.
docs/auth.md|Authorization: Bearer <token>
docs/auth.md|A key looks like AKIAIOSFODNN7EXAMPLE, and its secret like wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY.
docs/auth.md|See http://localhost:8080/docs or mail maria@example.com.
docs/auth.md|Tokens begin with ghp_, gho_ or github_pat_; Stripe's with sk_live_.
web/style.css|.sk-folding-cube-spinner-with-a-long-name { color: #aabbcc; }
cmd/main.go|	password := r.FormValue("password")
cmd/main.go|	token, err := jwt.Parse(raw, keyFunc)
cmd/main.go|	key := fmt.Sprintf("%s/%s", bucket, name)
src/Main.java|    private final String password;
src/Main.java|    @Value("${db.password}") String password;
db/roles.sql|CREATE USER shop IDENTIFIED BY 'changeme';
db/roles.sql|ALTER USER shop WITH PASSWORD '<your password>';
db/roles.sql|ALTER USER shop IDENTIFIED BY '${DB_PASSWORD}';
db/roles.sql|password_digest VARCHAR(60), PASSWORD 'not null'
shop/roles.py|cursor.execute("CREATE USER shop IDENTIFIED BY '%s'" % password)
shop/roles.py|log("each user is identified by 'tenant-and-name'; the password 'expires' in 90 days")
conf/settings.xml|<password>${env.DB_PASSWORD}</password>
conf/settings.xml|<PublicKeyToken>b77a5c561934e089</PublicKeyToken>
conf/settings.xml|<property name="password" value="#{vault.password}"/>
docs/netrc.md|machine git.example login maria password <token>
src/Main.java|pool.setPassword(args[1]); pool.setPasswordCharset("UTF-8"); user.checkPassword("s3cr3t-guess");
src/Main.java|form.setToken("csrf-token"); client.withSecret("prod/db-password").getApiKey("x-api-key-2");
src/Main.java|String url = "jdbc:mysql://db.example/shop?user=shop&password=%s&ssl=true";
conf/db.edn|{:user "shop" :password "changeme" :token "csrf-token"}
shop/settings.py|SQL = "UPDATE users SET password=%(password)s WHERE id=%(id)s"
shop/settings.py|token_query = "token=%(token_v2)s"
shop/settings.py|password = "%s:%s1" % (user, number)
shop/settings.py|password = f"{user.name}{date:%Y%m%d}"
shop/settings.py|auth_token: "Optional[Token[Context1]]" = None
shop/settings.py|api_key: "Annotated[str,Header2]" = ""
shop/settings.py|SECRET_PATTERN = "^[A-Za-z0-9_]{20,64}$"
shop/settings.py|TOKEN_RE = re.compile(r"(?P<token>ghp_[A-Za-z0-9]{36})")
shop/settings.py|password = r"(?=.*[A-Z])(?=.*[0-9]).{12,}"
shop/settings.py|output_token = "Jobs[-1].JobId"
shop/settings.py|token_url = "https://sts.{region}/v1/token"
shop/settings.py|TOKEN_TYPE = "urn:ietf:params:oauth:token-type:saml2"
shop/settings.py|PASSWORD_CHANGED = {"password_changed": "2026-09-08T21:47:36Z"}
shop/settings.py|password_hash = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ"
shop/settings.py|COLOURS = {Token: "#ddd0c0", Token.Keyword: "#ABB2BF"}
web/src/login.tsx|const password = `${user.id}${Date.now()}`;
web/src/login.tsx|const token = `v2:${encode(user)}`;
web/src/login.tsx|<Field name="password" :value="form.fields[2].value" />
web/src/login.tsx|token: '{{token2}}', secret: '<%=secret2%>', password: '#{pass2}',
cmd/main.go|	token := "prefix-%d-%02x"
cmd/main.go|	query := "password=$1"; token := "Map<string,[]byte2>"
src/Main.java|    @Value("${shop.token2:}") String token;
src/Main.java|    @PreAuthorize("hasRole('ADMIN2')") String token = "hasToken2()";
src/connect.php|$password = "$config[password2]"; $token = "$this->token2";
bin/run.sh|password="$(pass show shop/db2)"; token="$(openssl_rand32)"
bin/run.sh|token="${TOKEN_V2:-$(cat)}"
bin/run.sh|api_key="$HOST2:$PORT2"
deploy/app.yaml|  token: hash2(request.token)
deploy/app.yaml|  password = os.environ['DB_PASSWORD2']
deploy/app.yaml|  password_command: get_secret2("shop/db")
deploy/app.yaml|  key: v2-${{runner.os}}-pip-${{hashFiles('x.lock')}}
.env.example|API_KEY=<your-key-2>
.env.example|API_TOKEN={{api_token_2}}
app.properties|spring.datasource.password=${DB_PASSWORD2:}
tests/test_login.py|login(user="maria", password="password123")
tests/test_login.py|login(user="maria", password="wrong-password")
tests/test_login.py|HEADERS = {"Authorization": "Bearer test-token"}
tests/test_login.py|SECRET = "a webhook's secret"
"""


def harmless(seed: int = 1) -> Iterator[Case]:
    """Material that raises false alarms: lines of code about credentials, hashes, ids, data, lock files, minified code."""
    rng = random.Random(seed)
    for row in HARMLESS.splitlines():
        path, _, text = row.partition("|")
        yield Case("", path, text + "\n")
    for path, text in _data(rng):
        yield Case("", path, text)


def _data(rng: random.Random) -> Iterator[tuple[str, str]]:
    for _ in range(20):
        sha, long_sha, md5 = (letters(rng, HEX, count) for count in (40, 64, 32))
        yield "shop/pins.py", f'COMMIT = "{sha}"\nDIGEST = "{long_sha}"\nETAG = "{md5}"\n'
        yield (
            "shop/ids.py",
            f'ORDER = "{uuid.UUID(int=rng.getrandbits(128))}"\nkey = "{uuid.UUID(int=rng.getrandbits(128))}"\n',
        )
        data = base64.b64encode(rng.randbytes(180)).decode()
        yield "tests/test_image.py", f'PNG = "{data}"\nassert decode("{data[:64]}")\n'
        wrapped = "\n".join(data[at : at + 64] for at in range(0, len(data), 64))
        yield "tests/data/cert.pem", f"-----BEGIN CERTIFICATE-----\n{wrapped}\n-----END CERTIFICATE-----\n"
        yield "tests/data/public.pem", f"-----BEGIN PUBLIC KEY-----\n{wrapped}\n-----END PUBLIC KEY-----\n"
        yield "package-lock.json", f'      "integrity": "sha512-{base64.b64encode(rng.randbytes(64)).decode()}",\n'
        yield "go.sum", f"golang.org/x/net v0.30.0 h1:{base64.b64encode(rng.randbytes(32)).decode()}\n"
        yield (
            "uv.lock",
            f'    {{ url = "https://files.example/{sha}/x.whl", hash = "sha256:{long_sha}", size = 12345 }},\n',
        )
        yield "requirements.lock", f"    --hash=sha256:{long_sha}\n"
        yield ".github/workflows/ci.yml", f"      - uses: actions/checkout@{sha}\n"
        yield (
            "index.html",
            f'<script src="x.js" integrity="sha384-{base64.b64encode(rng.randbytes(48)).decode()}"></script>\n',
        )
        yield "id_rsa.pub", f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{letters(rng, B64, 43)} maria@example\n"
        yield "web/bundle.min.js", _minified(rng)
        yield "web/pixel.css", f".a{{background:url(data:image/png;base64,{data})}}\n"


def _minified(rng: random.Random) -> str:
    names = [letters(rng, string.ascii_lowercase, 2) for _ in range(40)]
    parts = [
        f"function {name}(t,e){{return t.key===e.token?{name}.{other}(t):'{other}'}}"
        for name, other in zip(names, names[::-1], strict=True)
    ]
    return ";".join(parts) + "\n"
