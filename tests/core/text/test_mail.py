"""Comments that came by mail: nothing of the mail below them is a command, and words that only speak of mails hide none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.events.command_parser import parse_command
from kireji.core.events.commands import PauseCommand
from kireji.core.text.paragraphs import without_mail

PAUSE = PauseCommand()

# Who wrote when, as clients put it above what they quote without marks. GitHub shows addresses as ***@***.***.
WROTE = """
On Mon, Carl wrote:
On Tue, Dec 1, 2026 at 10:00 AM Carl Carlson ***@***.***> wrote:
On Tue, 1 Dec 2026 at 10:00, Carl <carl@example.com> wrote:
On Dec 1, 2026, at 10:00 AM, Ming He <ming@example.com> wrote:
On Dec 1, 2026, at 10:00 AM, Ming He wrote:
On 12/1/26 10:00 AM, Carl wrote:
On 2026-12-01 10:00, Carl via GitHub wrote:
On Monday, December 1, 2026, Carl wrote:
Am Di., 1. Dez. 2026 um 10:00 Uhr schrieb Carl <carl@example.com>:
Am 01.12.26 um 10:00 schrieb Carl:
Am 01.12.2026 10:00 schrieb "Carl" <carl@example.com>:
Le mar. 1 déc. 2026 à 10:00, Carl ***@***.***> a écrit :
Le mardi 1 décembre 2026, Jean du Pont a écrit :
Le 1 déc. 2026 à 10:00, Carl a écrit :
El mar, 1 dic 2026 a las 10:00, Carl (<carl@example.com>) escribió:
El 1/12/26 a las 10:00, Carl escribió:
Il giorno mar 1 dic 2026 alle ore 10:00 Carl <carl@example.com> ha scritto:
Il 01/12/2026 10:00, Carl ha scritto:
Em ter., 1 de dez. de 2026 às 10:00, Carl <carl@example.com> escreveu:
Em 01/12/2026 10:00, Carl escreveu:
Op di 1 dec 2026 om 10:00 schreef Carl <carl@example.com>:
Op 01-12-2026 om 10:00 schreef Carl:
wt., 1 gru 2026 o 10:00 Carl <carl@example.com> napisał(a):
W dniu 1.12.2026 o 10:00, Carl pisze:
Den tis 1 dec. 2026 kl 10:00 skrev Carl <carl@example.com>:
Den man. 1. dec. 2026 kl. 10.00 skrev Carl:
вт, 1 дек. 2026 г. в 10:00, Carl <carl@example.com>:
01.12.2026 10:00, Carl пишет:
2026年12月1日(火) 10:00 Carl <carl@example.com>:
2026年12月1日(火) 10:00 Carl ***@***.***>:
Carl <carl@example.com> 于2026年12月1日周二 10:00写道：
在 2026/12/1 10:00, Carl 写道:
2026년 12월 1일 (화) 오전 10:00, Carl <carl@example.com>님이 작성:
""".strip().splitlines()

# Lines of which one alone tells that a mail, a signature or GitHub's own words begin.
LINES = """
-----Original Message-----
-----Ursprüngliche Nachricht-----
-------- Weitergeleitete Nachricht --------
-----Message d'origine-----
-----Mensaje original-----
-----Messaggio originale-----
-----Mensagem original-----
-----Oorspronkelijk bericht-----
-----Wiadomość oryginalna-----
-----元のメッセージ-----
-----原始邮件-----
------------------ 原始邮件 ------------------
---------- Forwarded message ---------
Begin forwarded message:
Anfang der weitergeleiteten Nachricht:
Sent from my iPhone
Sent from Mail for Windows
Get Outlook for iOS<https://aka.ms/o0ukef>
[Get Outlook for Android](https://aka.ms/o0ukef)
Von meinem iPhone gesendet
Gesendet mit der Telekom Mail App auf meinem Smartphone
Envoyé de mon iPhone
Enviado desde mi iPhone
Inviato da iPhone
Enviado do meu iPhone
Verstuurd vanaf mijn iPhone
Wysłane z iPhone'a
iPhoneから送信
发自我的 iPhone
Reply to this email directly, view it on GitHub<https://github.com/a/b/pull/1#x>, or unsubscribe<https://github.com/n>.
Reply to this email directly, [view it on GitHub](https://github.com/a/b/pull/1), or [unsubscribe](https://github.com/n).
You are receiving this because you authored the thread.Message ID: ***@***.***>
""".strip().splitlines()

HEADS = """
From: Carl ***@***.***>|Sent: Monday, December 1, 2026 10:00 AM|To: octo/shop ***@***.***>|Subject: Re: x
**From:** Carl|**Sent:** Monday|**To:** octo/shop|**Cc:** Maria|**Subject:** Re: x
*From: *Carl|*Date: *Monday|*To: *octo/shop|*Subject: *Re: x
Von: Carl|Gesendet: Montag|An: octo/shop|Betreff: AW: x
De : Carl|Envoyé : lundi|À : octo/shop|Objet : RE: x
De: Carl|Enviado el: lunes|Para: octo/shop|Asunto: RE: x
Da: Carl|Inviato: lunedì|A: octo/shop|Oggetto: R: x
De: Carl|Enviada em: segunda-feira|Para: octo/shop|Assunto: RES: x
Van: Carl|Verzonden: maandag|Aan: octo/shop|Onderwerp: RE: x
Od: Carl|Wysłano: poniedziałek|Do: octo/shop|Temat: ODP: x
差出人: Carl|送信日時: 2026年12月1日|宛先: octo/shop|件名: Re: x
发件人: Carl|发送时间: 2026年12月1日|收件人: octo/shop|主题: 回复: x
发件人：Carl|日期：2026年12月1日|收件人：octo/shop|主题：回复
""".strip().splitlines()
UNKNOWN = "Expedidor: Carl|Sendita: lundo|Al: octo/shop|Temo: Re: x"


@pytest.mark.parametrize("line", [*WROTE, *LINES])
def test_a_line_below_which_nothing_is_said(line: str) -> None:
    """With a blank line around it or without; what stands above it is said."""
    assert parse_command(f"Thanks.\n\n{line}\n\n/review pause") is None
    assert parse_command(f"Thanks.\r\n{line}\r\n/review pause") is None
    assert parse_command(f"- one\n- two\n\n{line}\n\n@kireji why?\n\n/review pause") is None
    assert parse_command(f"/review pause\n\n{line}\n\n/review cancel") == PAUSE


@pytest.mark.parametrize("line", [line for line in WROTE if len(line) > 50])
def test_who_wrote_over_several_lines(line: str) -> None:
    """Clients break it where it is long."""
    words = line.split(" ")
    for place in (len(words) // 2, len(words) - 1):
        wrapped = f"{' '.join(words[:place])}\n{' '.join(words[place:])}"
        assert parse_command(f"Ok.\n\n{wrapped}\n\n/review pause") is None


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("above", ["", "\n", "_" * 32 + "\n", "\n" + "_" * 32 + "\n\n", "-----Original Message-----\n"])
def test_the_head_of_a_mail(head: str, above: str) -> None:
    """As Outlook puts it, with its line of underscores or without, in the common languages."""
    lines = head.replace("|", "\n")
    assert parse_command(f"Thanks.\n{above}{lines}\n\n/review pause") is None
    assert parse_command(f"Thanks.\n{above}{lines}\n/review pause") is None
    assert parse_command(f"/review pause\n{above}{lines}\n\n/review cancel".replace("\n", "\r\n")) == PAUSE


def test_the_head_of_a_mail_in_another_language() -> None:
    """Below Outlook's underscores no words need be known."""
    lines = UNKNOWN.replace("|", "\n")
    assert parse_command(f"Ok.\n\n{'_' * 32}\n{lines}\n\n/review pause") is None
    assert parse_command(f"Ok.\n\n{lines}\n\n/review pause") == PAUSE


def test_a_head_with_blank_lines_between() -> None:
    """Some clients make a paragraph of each line."""
    assert parse_command(f"Ok.\n\n{HEADS[0]}\n\n/review pause".replace("|", "\n\n")) is None


@pytest.mark.parametrize("text", ["Thanks\n-- \nJane\n\n/review pause", "Thanks\r\n\r\n-- \r\nJane\r\n/review pause"])
def test_a_signature(text: str) -> None:
    """Two dashes and a space, on a line of their own."""
    assert parse_command(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote: use a lock.\n/review pause",
        "On Monday I wrote:\n/review pause",
        "On Monday, we wrote:\n\n/review pause",
        "On 2026-12-01 at 10:00 I wrote:\n/review pause",
        "On line 3, Carl wrote:\n/review pause",
        "On Tue, 1 Dec 2026 at 10:00, Carl wrote: it is fine.\n/review pause",
        "Am Montag schrieb ich:\n/review pause",
        "As Carl <carl@example.com> wrote:\n/review pause",
        "See carl@example.com, 10:00:\n/review pause",
        "From: version 1\nTo: version 2\n/review pause",
        "From: Carl\nI think it is fine.\n/review pause",
        "Subject: none\n/review pause",
        "From the subject to the date:\n/review pause",
        f"Done.\n\n{'_' * 40}\n\n/review pause",
        f"Done.\n\n{'_' * 32}\n\nNote: it holds.\n\n/review pause",
        "Done.\n\n---\n\n/review pause",
        "Done.\n\n----- the original message is gone -----\n\n/review pause",
        "The original message:\n/review pause",
        "The mail was sent from my iPhone.\n/review pause",
        "Sent from the queue.\n/review pause",
        "Sent from my side, thanks.\n/review pause",
        "The footer says: Reply to this email directly, view it on GitHub.\n/review pause",
        "You are receiving two of them.\n/review pause",
        "--\n\n/review pause",
        "```\n-- \nselect 1\n```\n/review pause",
        "```\nOn Tue, 1 Dec 2026 at 10:00, Carl <carl@example.com> wrote:\n```\n\n/review pause",
        "> -----Original Message-----\n\n/review pause",
        "- On Mon, Carl wrote:\n\n/review pause",
        "`-----Original Message-----` is not known.\n\n/review pause",
    ],
)
def test_words_that_only_speak_of_mails(text: str) -> None:
    """A comment typed on GitHub is heard whole."""
    assert parse_command(text) == PAUSE


def test_an_answer_between_the_lines() -> None:
    """Where the quotation has marks of its own, what stands below it is the writer's."""
    wrote = "On Tue, 1 Dec 2026 at 10:00, Carl <carl@example.com> wrote:"
    assert parse_command(f"{wrote}\n> Is it done?\n\nYes.\n\n/review pause") == PAUSE
    assert parse_command(f"{wrote}\n\n> Is it done?\n> /review cancel\n\n/review pause") == PAUSE
    assert parse_command(f"{wrote}\nIs it done?\n\n> No.\n\n/review pause") is None


def test_what_is_left_of_a_comment() -> None:
    """All of it, if there is no mail."""
    assert without_mail("Why?\r\n\r\nOn Mon, Carl wrote:\r\n\r\nBecause.") == "Why?\n"
    assert without_mail("Why?\r\n> a\r\n") == "Why?\r\n> a\r\n"


PIECES = [*WROTE[:6], *LINES, *HEADS[0].split("|"), "-- ", "_" * 32, "> ", "```", "- a", "", "text", ":"]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("\n".join))
def test_what_is_cut_off_is_the_end(text: str) -> None:
    """Whatever stands where, the beginning is left as it is."""
    assert text.startswith(without_mail(text))


@pytest.mark.parametrize(
    "piece", ["-", "_", "From: ", "From: a\n", "On 1:00 @", "<a@", "On Mon, \n", "-- ", "*", "> a\n"]
)
def test_no_mail_is_slow(piece: str) -> None:
    """65,000 characters of what its forms begin with; minutes would end the test."""
    assert len(without_mail((piece * 65_000)[:65_000])) <= 65_000
