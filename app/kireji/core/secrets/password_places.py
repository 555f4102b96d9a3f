"""Where a password or key stands that no assignment names: on command lines, in headers, in addresses' queries, beside a name.

Sources: the manuals of sshpass, MySQL's and Redis' clients, sqlcmd, docker login, ConvertTo-SecureString and net use; the
headers that GitLab, Vault, Azure and others document; the Kubernetes API's `EnvVar`, Amazon ECS' task definitions and
Terraform's `variable`. All repeats are bounded, and each begins behind a word that is looked for first.
"""

_PASS = r"(?:password|passwd|pwd|passphrase|passcode)"  # noqa: S105 - names
_KEY = r"(?:api|access|secret|private|signing|encryption|auth|account|master|storage|subscription)[_-]?key"
_NAME = rf"(?:{_PASS}|pass|psk|secret|token|credentials?|{_KEY})"
_OPEN = r"(?:csrf|xsrf|idempotency|cache|surrogate|public|partition|page|continuation|next|sort|content|request)"

# What a shell takes for one word: quoted, quoted within a quoted text, or bare; never an option, a variable or a call.
_WORD = (
    r"(?:\\\"([^\"\\\s$`]{6,200}+)\\\"|\"((?:[^\"\\\n$`]|\\.){6,200}+)\"|'([^'\n]{6,200}+)'|"
    r"((?![-$<{(\[`\"'\\&|;])[^\s\"'`$<>|;&(){}\\]{6,200}+))"
)
# A value in YAML, JSON or a program: quoted or bare.
_VALUE = r"(?:\"((?:[^\"\\\n]|\\.){6,200}+)\"|'([^'\n]{6,200}+)'|((?![$<{\[(*&!|>\"'%])[^\s\"'`,{}<>]{6,200}+))"
_LONG = r"[A-Za-z0-9%+/=_.~-]"
_UNTIL = r"[^\n|;&]{0,120}?\s"  # of the same command

FORMS: tuple[tuple[tuple[str, ...], str], ...] = (
    # --password X, --db-token=X, -Password "X", -storepass X.
    (
        (
            " --",
            '"--',
            "'--",
            "`--",
            "(--",
            " -p",
            " -P",
            " -store",
            " -key",
            " -secret",
            " -Secret",
            " -token",
            " -Token",
        ),
        rf"(?<![-\w])--?(?i:(?!{_OPEN})[a-z][\w-]{{0,30}}?)??(?i:{_PASS}|pass|secret|token|{_KEY})(?:[ \t]{{1,4}}|=)"
        + _WORD,
    ),
    (("sshpass",), r"\bsshpass[ \t]{1,4}-p[ \t]{0,4}" + _WORD),
    # mysql -pX: behind a space it would be the database.
    (("mysql", "mariadb"), rf"\b(?:mysql|mariadb)[\w-]{{0,12}}\b{_UNTIL}-p(?=\S)" + _WORD),
    (("login",), rf"\blogin\b{_UNTIL}-[pw][ \t]{{0,4}}" + _WORD),
    (("redis-cli", "valkey-cli"), rf"\b(?:redis|valkey)-cli\b{_UNTIL}(?:-a|--pass)[ \t]{{1,4}}" + _WORD),
    (
        ("sqlcmd", "bcp ", "zip ", "7z ", "mongo", "ldap"),
        rf"\b(?:sqlcmd|bcp|zip|unzip|7za?|mongo\w{{0,12}}|ldap\w{{2,10}})\b{_UNTIL}-[pPw][ \t]{{0,4}}" + _WORD,
    ),
    (("net use", "NET USE"), rf"\b(?i:net[ \t]{{1,4}}use)\b{_UNTIL}(?i:/user:)\S{{1,80}}[ \t]{{1,4}}" + _WORD),
    (("passin", "passout"), r"\bpass(?:in|out)[ \t]{1,4}pass:([^\s\"'`$<>|;&]{6,200}+)"),
    (("ConvertTo-SecureString",), r"\bConvertTo-SecureString[ \t]{1,4}(?:-String[ \t]{1,4})?" + _WORD),
    # Headers: X-Api-Key: X, "PRIVATE-TOKEN": "X".
    (
        (
            *(f"-{word}" for word in ("key", "Key", "KEY", "token", "Token", "TOKEN", "secret", "Secret")),
            "apikey",
            "ApiKey",
        ),
        rf"\b(?i:x-(?!(?:[a-z0-9]{{1,20}}-){{0,4}}{_OPEN})(?:[a-z0-9]{{1,20}}-){{0,4}}(?:apikey|key|token|secret)|"
        r"(?:private|job|deploy|api|access|auth)-(?:token|key)|ocp-apim-subscription-key|apikey)"
        r"[\"'`]?[ \t]{0,4}(?::|,|=>?)[ \t]{0,4}[\"'`]?(?:(?i:bearer|basic|token|apikey)[ \t]{1,4})?"
        rf"({_LONG}{{16,2000}}+)",
    ),
    # 'Basic X' and "Bearer X", whatever it is assigned to.
    (("asic ", "earer "), rf"[\"'`](?:Basic|Bearer)[ ]({_LONG}{{20,2000}}+)[\"'`]"),
    # ?token=X&sig=X.
    (
        ("oken=", "ey=", "ecret=", "word=", "sig=", "ignature=", "OKEN=", "EY="),
        r"[?&;](?i:(?:access|auth|api|private|refresh|id|security|session)?_?-?token|x-(?:amz|goog)-(?:signature|security-token)|"
        rf"api_?-?key|key|subscription-key|client_?secret|secret|password|passwd|sig)=({_LONG}{{16,2000}}+)",
    ),
    # Kubernetes, ECS: a name and, on the next line perhaps, its value.
    (
        ("value:", "Value:", 'value"', 'Value"', "value'", "value=", "value ="),
        rf"(?i:\bname)[\"']?[ \t]{{0,4}}[:=][ \t]{{0,4}}[\"']?(?i:[\w.-]{{0,60}}?{_NAME})[\"']?[ \t]{{0,4}},?[ \t]{{0,8}}"
        r"(?:\r?\n[ \t]{0,60})?[\"']?(?i:value)[\"']?[ \t]{0,4}[:=][ \t]{0,4}" + _VALUE,
    ),
    (
        ("variable",),
        rf"\bvariable[ \t]{{1,4}}\"(?i:[\w-]{{0,60}}?{_NAME})\"[ \t]{{0,4}}\{{"
        r"[^{}]{0,400}?\bdefault[ \t]{0,20}=[ \t]{0,4}"
        r"\"([^\"\s$]{6,200}+)\"",
    ),
    (("define",), rf"#[ \t]{{0,4}}define[ \t]{{1,8}}(?i:\w{{0,40}}?{_NAME})[ \t]{{1,20}}L?\"([^\"\s]{{6,200}}+)\""),
    (("jdbc:oracle",), r"jdbc:oracle:\w{3,5}:[\w.$-]{1,60}/([^\s@\"'/]{4,100}+)@"),
    (
        ("session", "Session", "SESSION"),
        r"(?i:aws_?session_?token)[\"']?[ \t]{0,8}(?:=>|:=|=|:)[ \t]{0,8}[\"']?([A-Za-z0-9/+=]{60,3000}+)",
    ),
)
"""Each with the words of which one stands in every text that has it; of the groups, the one that is there is the secret."""
