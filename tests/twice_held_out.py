"""Credentials written in other ways than tests/credentials.py and tests/once_held_out.py have them, and lines that are none.

Held out until 1 December 2026 (see tests/held_out.py): made before the forms of 26 November 2026, without a look at what
was there. The forms of what they showed to be missed were written with them in view.
"""

import base64
import random
import string
from collections.abc import Iterator

from tests.credentials import ALNUM, B64, HEX, UPPER, URL64, Case, Make, any_of, any_uuid, filled, letters, written


def _chosen(rng: random.Random) -> str:
    """A password as a person chooses it: a word, a sign, a word and some digits."""
    first, second = (letters(rng, string.ascii_lowercase, count).title() for count in (6, 4))
    return f"{first}{rng.choice('!*-_+.')}{second}{letters(rng, '23456789', 3)}"


def _made(rng: random.Random) -> str:
    """A password as a manager makes it."""
    return letters(rng, ALNUM, 19) + rng.choice("23456789")


def _in_base64(rng: random.Random) -> str:
    return base64.b64encode(_made(rng).encode()).decode()


def _discord(rng: random.Random) -> str:
    return f"MT{letters(rng, URL64, 24)}.G{letters(rng, ALNUM, 5)}.{letters(rng, URL64, 38)}"


FOUND: tuple[tuple[str, str, str, Make], ...] = (
    ("password", "db/init/01.sql", "ALTER USER reporting WITH ENCRYPTED PASSWORD '{}' VALID UNTIL 'infinity';", _chosen),
    ("password", "db/logins.sql", "CREATE LOGIN [shop] WITH PASSWORD = N'{}', CHECK_POLICY = OFF;", _chosen),
    ("password", "db/mysql.sql", "alter user 'root'@'localhost' identified with mysql_native_password by '{}';", _made),
    ("password", "db/oracle.sql", 'CREATE USER app IDENTIFIED BY "{}" DEFAULT TABLESPACE users;', _chosen),
    ("password", "tests/conftest.py", '    cursor.execute("CREATE ROLE worker LOGIN PASSWORD \'{}\'")', _made),
    ("password", "bin/init.sh", "  mysql -e \"GRANT ALL ON shop.* TO 'shop'@'%' IDENTIFIED BY '{}'\"", _made),
    ("password", "conf/server.xml", '<Resource name="jdbc/shop" username="shop" password="{}" maxTotal="20"/>', _chosen),
    ("password", "web.config", '    <add key="SmtpPassword" value="{}" />', _chosen),
    ("password", "conf/beans.xml", '<property name="password" value="{}"/>', _chosen),
    ("password", "nuget.config", '      <add key="ClearTextPassword" value="{}" />', _made),
    ("secret", "jenkins/job.xml", "  <apiToken>{}</apiToken>", any_of(HEX, 34, "11")),
    ("password", "home/_netrc", "machine api.heroku.example\n  login maria@shop.example\n  password {}", any_uuid),
    ("password", "ci/netrc", "default login anonymous password {}", _chosen),
    ("password", "src/Mail.java", '        sender.setPassword("{}");', _chosen),
    ("password", "src/Redis.java", 'return RedisURI.builder().withHost("cache").withPassword("{}".toCharArray()).build();',
        _made),
    ("password", "src/Ds.scala", '  config.setJdbcUrl(url); config.addDataSourceProperty("password", "{}")', _chosen),
    ("password", "src/Oracle.java", 'DriverManager.getConnection("jdbc:oracle:thin:shop/{}@db.example:1521:XE");', _made),
    ("password", "src/jdbc.properties", "url=jdbc:sqlserver://db.example;databaseName=shop;user=sa;password={};encrypt=true",
        _chosen),
    ("password", "resources/config.edn", "{{:db {{:user \"shop\"\n      :password \"{}\"}}}}", _chosen),
    ("secret", "project.clj", '  :env {{:stripe-secret "{}"}}', any_of(ALNUM, 32)),
    ("password", "src/shop.erl", '{{ok, C}} = epgsql:connect("db", "shop", #{{password => "{}"}}),', _chosen),
    ("password", "wp-config.php", "define( 'DB_PASSWORD', '{}' );", _made),
    ("password", "k8s/deploy.yaml", "        - name: POSTGRES_PASSWORD\n          value: {}", _made),
    ("password", "k8s/secret.yaml", "kind: Secret\ndata:\n  password: {}", _in_base64),
    ("password", "compose.yml", "    environment:\n      - MYSQL_ROOT_PASSWORD={}", _chosen),
    ("password", "infra/variables.tf", 'variable "db_password" {{\n  type    = string\n  default = "{}"\n}}', _chosen),
    ("password", "bin/sync.sh", "sshpass -p '{}' rsync -az build/ shop@web.example:/srv/", _chosen),
    ("password", "bin/dump.sh", "PGPASSWORD={} pg_dump -h db.example shop", _made),
    ("password", "bin/login.sh", "docker login -u shop -p {} registry.example", _made),
    ("password", "bin/cache.sh", "redis-cli -h cache.example -a {} FLUSHALL", _made),
    ("password", ".pgpass", "db.example:5432:shop:maria:{}", _made),
    ("password", "win/setup.ps1", '$pw = ConvertTo-SecureString "{}" -AsPlainText -Force', _chosen),
    ("password", "firmware/wifi.h", '#define WIFI_PASS "{}"', _chosen),
    ("password", "analysis/load.R", 'con <- dbConnect(MariaDB(), user = "shop", pwd = "{}")', _chosen),
    ("secret", "etc/wg0.conf", "[Interface]\nPrivateKey = {}=", any_of(B64, 43)),
    ("secret", ".env.local", "TWILIO_AUTH_TOKEN={}", any_of(HEX, 32)),
    ("secret", "bot/main.py", 'client.run("{}")', _discord),
    ("secret", "secrets/key.txt", "AGE-SECRET-KEY-1{}", any_of(UPPER.replace("I", "Q"), 58)),
    ("secret", "ci/publish.sh", "docker login -u shop --password-stdin <<< dckr_pat_{}", any_of(URL64, 27)),
    ("secret", "ops/graf.py", 'headers = {{"Authorization": "Bearer glsa_{}"}}', lambda rng:
        f"{letters(rng, ALNUM, 32)}_{letters(rng, HEX, 8)}"),
)  # fmt: skip
"""Forty: kind, path, form, value."""

HARMLESS = """\
db/roles.sql|ALTER USER shop WITH PASSWORD :'shop_password';
db/roles.sql|CREATE USER shop IDENTIFIED BY '${{SHOP_PASSWORD}}';
db/roles.sql|ALTER ROLE shop PASSWORD NULL;
db/roles.sql|CREATE USER shop IDENTIFIED WITH auth_socket;
db/roles.sql|CREATE USER maria IDENTIFIED EXTERNALLY;
db/roles.sql|-- passwords are set by hand: ALTER USER shop PASSWORD '...'
db/roles.sql|SELECT id FROM users WHERE name = 'shop' AND password = crypt('x', password);
db/users.py|cursor.execute("ALTER USER %s IDENTIFIED BY %s", (user, password))
db/users.py|sql = f"CREATE ROLE {{name}} LOGIN PASSWORD '{{password}}'"
db/users.go|db.Exec("ALTER USER shop IDENTIFIED BY ?", password)
db/users.rb|execute "CREATE USER shop WITH PASSWORD '#{{password}}'"
db/users.php|$sql = "CREATE USER shop IDENTIFIED BY '" . $password . "'";
db/schema.sql|  password VARCHAR(255) NOT NULL COMMENT 'argon2id, see docs/auth.md',
db/schema.sql|  CONSTRAINT password_length CHECK (length(password) > 11),
db/schema.sql|COMMENT ON COLUMN users.password IS 'Hash only, never the password';
conf/server.xml|<Resource name="jdbc/shop" username="shop" password="${{db.password}}"/>
conf/server.xml|<password>${{env.NEXUS_PASSWORD}}</password>
conf/server.xml|<password><!-- from the vault --></password>
conf/server.xml|<password/>
conf/server.xml|<property name="passwordEncoder" ref="bcryptPasswordEncoder"/>
conf/server.xml|<property name="password" value="@db.password@"/>
conf/schema.xsd|<xs:element name="password" type="xs:string" minOccurs="0"/>
conf/schema.xsd|<xs:attribute name="secret" type="nonEmptyToken" use="required"/>
conf/mapping.xml|<result property="password" column="password_hash" jdbcType="VARCHAR"/>
res/layout.xml|<EditText android:id="@+id/password" android:inputType="textPassword" android:hint="@string/password_hint"/>
res/values.xml|<string name="password">Password</string>
res/values.xml|<string name="error_incorrect_password">This password is incorrect</string>
res/values.xml|<string name="token_expired">Token abgelaufen</string>
web/login.html|<input type="password" id="password" autocomplete="current-password" minlength="12">
web/login.html|<password-field v-model="password" :rules="passwordRules"></password-field>
web/login.html|<app-token-list [tokens]="tokens$ | async" key="personal-access-tokens"></app-token-list>
docs/netrc.md|machine git.example login YOUR_NAME password YOUR_TOKEN
docs/netrc.md|Put `machine HOST login USER password TOKEN` into `~/.netrc`.
docs/netrc.md|The machine asks for your login and password before it starts.
src/Pool.java|dataSource.setPassword(System.getenv("DB_PASSWORD"));
src/Pool.java|dataSource.setPassword(config.getString("db.password"));
src/Pool.java|user.setPasswordResetToken(UUID.randomUUID().toString());
src/Pool.java|form.setPassword("");
src/Pool.java|field.setTokenSeparators(",; ");
src/Pool.java|builder.withSecretName("shop-tls").withNamespace("default");
src/Pool.java|label.setPasswordHint("At least twelve characters");
src/UserTest.java|user.setPassword("password");
src/UserTest.java|user.setPassword("secret");
src/UserTest.java|when(settings.getPassword()).thenReturn("test");
src/Pool.java|String url = "jdbc:postgresql://db/shop?user=" + user + "&password=" + password;
src/Pool.java|String url = "jdbc:mysql://db/shop?useSSL=true&allowPublicKeyRetrieval=true";
src/Pool.java|String url = "jdbc:postgresql://db/shop?user=shop&password=<your password>";
src/jdbc.properties|url=jdbc:sqlserver://db;databaseName=shop;user=${{USER}};password=${{PASSWORD}};encrypt=true
src/jdbc.properties|url=jdbc:h2:mem:test;DB_CLOSE_DELAY=-1;USER=sa;PASSWORD=
src/db.clj|(def db {{:user "shop" :password (env :db-password)}})
src/db.clj|(s/def ::password (s/and string? #(<= 12 (count %))))
src/db.clj|[:input {{:type "password" :name "password" :placeholder "Password"}}]
src/db.clj|{{:error :password-too-short :token "csrf-token"}}
lib/auth.rb|params.require(:user).permit(:name, :password, :password_confirmation)
lib/auth.rb|validates :password, presence: true, length: {{ minimum: 12 }}
lib/auth.ex|field :password, :string, virtual: true, redact: true
lib/auth.erl|handle(#{{password := Password}}) -> check(Password).
wp-config-sample.php|define( 'DB_PASSWORD', 'password_here' );
wp-config-sample.php|define( 'AUTH_KEY', 'put your unique phrase here' );
k8s/deploy.yaml|            - name: POSTGRES_PASSWORD_FILE
k8s/deploy.yaml|              value: /run/secrets/postgres-password
k8s/deploy.yaml|      secretKeyRef: {{ name: shop, key: postgres-password }}
compose.yml|      - POSTGRES_PASSWORD=${{POSTGRES_PASSWORD:?}}
compose.yml|      - POSTGRES_HOST_AUTH_METHOD=trust
infra/main.tf|output "password" {{ value = random_password.db.result, sensitive = true }}
bin/run.sh|read -rsp "Password: " PASSWORD
bin/run.sh|sshpass -e ssh shop@web.example
bin/run.sh|docker login -u "$USER" -p "$PASSWORD" registry.example
bin/run.sh|echo "$TOKEN" | docker login ghcr.example --password-stdin
bin/run.sh|redis-cli -a "$(cat /run/secrets/redis)" PING
win/setup.ps1|$pw = Read-Host -AsSecureString "Password for $user"
firmware/wifi.h|#define WIFI_PASS CONFIG_ESP_WIFI_PASSWORD
firmware/wifi.h|#define MAX_TOKEN_LENGTH 128
analysis/load.R|con <- dbConnect(MariaDB(), user = "shop", pwd = Sys.getenv("SHOP_PWD"))
etc/wg0.conf|PublicKey = {b43}=
tests/golden/etag.http|ETag: W/"{md5}"
tests/golden/etag.http|X-Request-Id: {uuid}
pnpm-lock.yaml|    resolution: {{integrity: sha512-{b86}==}}
Package.resolved|        "revision" : "{sha}",
gradle/verification.xml|         <sha256 value="{sha256}" origin="Generated by Gradle"/>
"""
"""Eighty: path and line; {names} stand for data by chance, which is no secret either."""


def cases(seed: int = 2) -> Iterator[Case]:
    """The credentials, with values by chance."""
    rng = random.Random(seed)
    yield from written(FOUND, rng)


def harmless(seed: int = 2) -> Iterator[Case]:
    """The lines that are none."""
    rng = random.Random(seed)
    yield from filled(HARMLESS, lambda: _data(rng))


def _data(rng: random.Random) -> dict[str, str]:
    return {
        "md5": letters(rng, HEX, 32),
        "sha": letters(rng, HEX, 40),
        "sha256": letters(rng, HEX, 64),
        "uuid": any_uuid(rng),
        "b43": letters(rng, B64, 43),
        "b86": letters(rng, B64, 86),
    }
