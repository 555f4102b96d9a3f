"""How mail clients word what they put around a quotation, by language. All in lower case."""


def _phrases(table: str) -> frozenset[str]:
    """Phrases with bars between them, in lines."""
    return frozenset(phrase.strip() for phrase in table.replace("\n", "|").split("|") if phrase.strip())


# "On Tue, 1 Dec 2026 at 10:00, Carl wrote:". How it begins, and how it says that somebody wrote.
_OPENERS = (
    "on | in a message dated | am | le | el | il | em | op | dnia | w dniu | den | dne | på | pada | la data | в | у"
)
OPENERS = (*(f"{word} " for word in _phrases(_OPENERS)), "在", "於", "于")
VERBS = tuple(
    _phrases("""
wrote | schrieb | a écrit | escribió | ha scritto | escreveu | schreef | geschreven | napisał | pisze | nadesłał
skrev | kirjoitti | napsal | napísal | написал | написав | пише | пишет | yazdı | a scris | írta | menulis
έγραψε | のメール | 書きました | 写道 | 寫道 | 작성 | 썼습니다
""")
)
# Who speaks of himself quotes nobody's mail; as they are written within a sentence, where a name has another case.
# Left out are those that are part of names, or weekdays, in another language, as "du" and "man".
_PRONOUNS = "I we you he she they somebody ich wir er sie je nous vous tu yo io noi eu nós ik wij ja"
PRONOUNS = frozenset(_PRONOUNS.split())
_WEEKDAYS = """
mon tue wed thu fri sat sun tues thur thurs monday tuesday wednesday thursday friday saturday sunday
mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche
mié jue vie sáb dom lunes martes miércoles jueves viernes sábado domingo
gio sab lunedì martedì mercoledì giovedì venerdì sabato domenica
seg ter qua qui sex segunda terça quarta quinta sexta
ma wo vr za zo maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
pon wt śr czw pt sob nie niedz poniedziałek wtorek środa czwartek piątek sobota niedziela
mån tis ons tor tors fre lör sön man tir lør søn пн вт ср чт пт сб вс
"""
WEEKDAYS = frozenset(_WEEKDAYS.split())

FROM_LABELS = _phrases("""
from | von | de | expéditeur | da | mittente | remitente | van | afzender | od | nadawca | från | fra
lähettäjä | kimden | gönderen | от | от кого | від | feladó | odesílatel | od koho | 差出人 | 送信者 | 发件人
寄件者 | 發件人 | 보낸 사람 | 보낸사람
""")
SUBJECT_LABELS = _phrases("""
subject | betreff | objet | sujet | asunto | oggetto | assunto | onderwerp | temat | ämne | emne | aihe | konu
тема | tárgy | předmět | predmet | 件名 | 题目 | 主题 | 主旨 | 主題 | 제목
""")
DATE_LABELS = _phrases("""
sent | date | gesendet | datum | envoyé | envoyé le | enviado | enviado el | enviado em | enviada em | fecha
inviato | data | verzonden | wysłano | skickat | sendt | lähetetty | päiväys | tarih | gönderildi | дата
отправлено | odesláno | dátum | 送信日時 | 日時 | 日付 | 发送时间 | 日期 | 寄件日期 | 보낸 날짜 | 날짜
""")
TO_LABELS = _phrases("""
to | an | à | pour | para | a | aan | do | till | til | vastaanottaja | kime | alıcı | кому | címzett | komu
宛先 | 收件人 | 收件者 | 받는 사람 | 받는사람 | cc | kopie | dw | kopia | cci
""")

# Between dashes, or with a colon behind them.
FORWARDS = _phrases("""
original message | original email | forwarded message | begin forwarded message | ursprüngliche nachricht
ursprüngliche e-mail | originalnachricht | original-nachricht | weitergeleitete nachricht
anfang der weitergeleiteten nachricht | anfang der weitergeleiteten e-mail | message d'origine
message d’origine | message original | message transféré | début du message transféré
début du message réexpédié | mensaje original | mensaje reenviado | inicio del mensaje reenviado
messaggio originale | messaggio inoltrato | inizio messaggio inoltrato | mensagem original
mensagem encaminhada | início da mensagem encaminhada | oorspronkelijk bericht | origineel bericht
doorgestuurd bericht | begin doorgestuurd bericht | wiadomość oryginalna | oryginalna wiadomość
wiadomość przekazana | treść przekazanej wiadomości | ursprungligt meddelande | vidarebefordrat meddelande
oprindelig meddelelse | videresendt meddelelse | opprinnelig melding | videresendt melding | alkuperäinen viesti
původní zpráva | přeposlaná zpráva | исходное сообщение | пересылаемое сообщение | eredeti üzenet | özgün ileti
元のメッセージ | 転送されたメッセージ | 原始邮件 | 原始郵件 | 转发的邮件 | 轉寄郵件 | 원본 메시지 | 원본 메일
전달된 메시지
""")

# "Sent from my iPhone", and of what it must speak besides.
SENT_FROM = tuple(
    _phrases("""
sent from | sent via | get outlook for | von meinem | gesendet von | gesendet mit | diese nachricht wurde von
envoyé de | envoyé depuis | envoyé à partir de | enviado desde | enviado do | enviado de | enviado a partir
inviato da | verstuurd vanaf | verzonden vanaf | verzonden met | wysłane z | wysłano z | skickat från
sendt fra | lähetetty | odesláno z | отправлено с | iphoneから | ipadから | androidから | 发自 | 從我的 | 从我的
來自我的 | 나의 iphone | 내 iphone
""")
)
CLIENTS = tuple(
    _phrases("""
iphone | ipad | android | galaxy | samsung | pixel | huawei | xiaomi | blackberry | smartphone | handy
my phone | mobile | mobil | outlook | gmail | yahoo | proton | mail for | mail pour | mail für | apple mail
thunderbird | fastmail | spark | ios
""")
)
