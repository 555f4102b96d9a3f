"""Which replies in a thread are for Kireji. Those that are not cost nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.events.command_parser import parse_command
from kireji.core.events.commands import AskCommand, PauseCommand
from kireji.core.text.small_talk import wants_answer

FOR_US = """
@alice's function guards that, so this is wrong.
why?
Why is that a problem?
Really? (2)
?
ok?
Thanks, but why?
Thanks, but x is never None here.
No.
wrong
This is correct.
This is wrong, the caller checks it.
It is fine, trust me.
Not good enough: the lock is taken above.
The stream comes from our own build.
Thanks @kireji, but the caller holds the lock.
@carl, @kireji[bot] is this right?
Can you explain that to @carl, @kireji?
I agree with @carl, the caller checks it.
As @carl said, this can not be None.
Do you agree with @carl?
That was suggested by @carl.
Why is this a bug? cc @carl
Is it still a problem? @carl FYI
What about `@carl can you`?
@property is cached here.
@app.route needs no lock.
@types/node is a dev dependency.
@pytest.fixture runs before.
mail carl@example.com about it, the type is checked there.
See https://example.com/docs, it is documented.
> Why?||It is checked by the caller.
Thanks.||```python|assert x||```
もう一度見てください。なぜですか？
Das stimmt nicht.
Ce n'est pas vrai.
""".strip().splitlines()

NOT_FOR_US = """
You're right
Makes sense
Addressed in the latest commit.
I see, thanks for explaining
Great find 🎉
Sure thing
np
@carl can you have a look at this one?
@carl: why?
@carl @maria wdyt?
@octo/team please decide.
Hey @carl, is that still needed?
Thanks @carl, but why is that so?
cc @carl
FYI @carl @maria
What do you think, @carl?
wdyt @carl?
Can you look at this, @carl
It is validated above.|@carl can you confirm?
@carl can you have a look?|Is this still needed?
@dependabot[bot] rebase
thanks
Thanks!
Thank you so much :)
Thx 🙏
Thanks, good catch! I'll fix it tomorrow.
good catch, will do
Fixed in 1a2b3c4d.
Done in #12
ok
OK 👍
👍
🎉🎉 ❤️
:+1:
:tada: nice
+1
-1
LGTM
Yes, exactly.
lol
Got it, thanks for the review
thanks @kireji
@kireji thanks!
@kireji 👍
Danke, passt.
Vielen Dank für den Hinweis!
Merci beaucoup, c'est fait
¡Muchas gracias!
Grazie mille
Obrigado!
Dziękuję bardzo
ありがとうございます！
了解です。
谢谢！
감사합니다
> Why is that a problem?
> Why?||Thanks!
![thumbs](https://example.com/up.gif)
<img src="https://example.com/up.gif">
<!-- a note -->
Thanks.||On Tue, 1 Dec 2026 at 10:00, Carl <carl@example.com> wrote:||Why is that a problem?
👍||Sent from my iPhone
""".strip().splitlines()


def said(line: str) -> str:
    """A comment, of which the table shows line ends as bars."""
    return line.replace("|", "\n")


@pytest.mark.parametrize("line", FOR_US)
def test_what_is_for_us(line: str) -> None:
    """A question, an objection, an argument, whoever is named in it; and whatever calls us by our name."""
    assert wants_answer(said(line))


@pytest.mark.parametrize("line", NOT_FOR_US)
def test_what_is_not(line: str) -> None:
    """What speaks to somebody else, thanks, agrees, tells that it is done, or is a picture."""
    assert not wants_answer(said(line))


def test_the_app_may_have_another_name() -> None:
    """Its own name is nobody else."""
    assert wants_answer("@carl or @our-bot: is it right?", mention="our-bot")
    assert not wants_answer("@kireji is it right?", mention="our-bot")


@pytest.mark.parametrize("text", ["@kireji thanks!", "@kireji 👍", "@kireji ok, good catch", "@kireji[bot] :tada:"])
def test_thanks_to_us_are_no_command(text: str) -> None:
    """Nobody waits for an answer to them; a command below them is one."""
    assert parse_command(text) is None
    assert parse_command(f"{text}\n\n/review pause") == PauseCommand()


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("@carl @kireji why?", "why?"),
        ("@carl, @maria and @kireji: is it safe?", "is it safe?"),
        ("@kireji @carl why?", "@carl why?"),
        ("@kireji thanks\nbut why?", "thanks\nbut why?"),
    ],
)
def test_several_are_asked(text: str, question: str) -> None:
    """If we are one of them, we answer."""
    assert parse_command(text) == AskCommand(question)


@given(
    st.lists(st.sampled_from(["@carl", "@kireji", "thanks", "why", "?", "\n", ".", ",", "> ", "`", "👍", "cc", "<b>"]))
)
def test_any_reply_is_read(pieces: list[str]) -> None:
    """Nothing is raised, and a question of one line to us is always for us."""
    text = " ".join(pieces)
    assert wants_answer(text) in {True, False}
    assert wants_answer(f"@kireji why is {len(text)} right?")


@pytest.mark.parametrize("piece", ["@a ", "@", "cc @a ", "![", "<", "<!--", ".", "@a, ", "thanks ", ":a", "a\n"])
def test_no_reply_is_slow(piece: str) -> None:
    """65,000 characters; minutes would end the test."""
    assert wants_answer((piece * 65_000)[:65_000]) in {True, False}
