"""Words by which a reply is known to be for nobody, or for somebody else. All in lower case."""

# Said of these alone, with those of BESIDE between them, a reply asks for nothing. "No" and "wrong" are none: they object.
_COURTESIES = """
thanks thank thx ty tysm tnx thanx cheers appreciated appreciate
ok okay k kk okie done fixed fix fixing agreed agree ack acked acknowledged resolved addressed applied updated changed
nice great good cool perfect awesome amazing excellent brilliant lovely wow neat lgtm sgtm +1 -1 bump
yes yep yeah yup ya aye sure correct right true exactly indeed absolutely definitely totally
understood noted roger gotcha got oops whoops ouch sorry apologies damn nvm nevermind lol haha hehe rofl xd
sense fair see np
later tomorrow soon asap will i'll we'll
danke dankeschön dankeschoen dank besten passt erledigt klar verstanden stimmt genau gern gerne super prima behoben
merci fait corrigé compris parfait d'accord oui
gracias hecho corregido listo vale entendido perfecto sí claro
grazie fatto corretto capito perfetto sì va bene
obrigado obrigada valeu feito corrigido entendido perfeito sim beleza
bedankt dankjewel gedaan opgelost akkoord begrepen klopt
dziękuję dzięki dzieki zrobione poprawione jasne tak zgoda
tack takk tak kiitos díky děkuji hotovo köszönöm mulțumesc mersi teşekkürler tamam terima kasih ευχαριστώ
спасибо готово исправлено понял понятно ясно дякую зроблено
ありがとう ありがとうございます ありがとうございました 了解 了解です 了解しました 承知しました 修正しました 直しました なるほど
谢谢 謝謝 多谢 感谢 好的 好 收到 已修复 已修改 明白 了解了
감사합니다 고맙습니다 네 확인했습니다 수정했습니다 알겠습니다
"""
COURTESIES = frozenset(_COURTESIES.split())
_BESIDE = """
for the a an you u your so very much i we it in on to and all me my too as well next commit push pr review reviewing
feedback comment catch point catching pointing out spotting noticing finding heads up take care of look into i've we've have
has been just now already get getting bot kireji team folks guys mate there again lot lots bunch million help helping
ah you're that's it's makes enough latest find thing
explanation explaining info clarification clarifying suggestion this that do one with by follow
vielen herzlichen schön sehr für die den das hinweis tipp ist wird ich mache es
beaucoup bien pour la le les c'est je vais vu muchas muchísimas por el lo mil mille molte per muito pela dica
wel heel erg je u jou voor de bardzo za så mycket mange tusen
"""
BESIDE = frozenset(_BESIDE.split())

# Before a mention at the beginning of a sentence; and before one at its end that only speaks of somebody.
_GREETINGS = """
hi hey hello hallo dear thanks thank you thx ping pinging cc fyi and or ok okay yes so maybe also well bonjour salut hola ciao
olá hej moin danke merci gracias agree agreed good point great nice sorry
"""
GREETINGS = frozenset(_GREETINGS.split())
_REFERRING = """
with by from of to as per see like and or than for about against via at after before is was that if von mit wie laut par avec
de con por según secondo da van door
"""
REFERRING = frozenset(_REFERRING.split())

# What follows an "@" in code and in documentation's comments, and scopes of packages.
_ANNOTATIONS = """
param params arg return returns throws throw raises type types typedef property prop override overrides overload deprecated
nullable nonnull notnull dataclass staticmethod classmethod abstractmethod cached contextmanager pytest mock patch fixture
test before beforeeach after bean autowired inject component injectable entity column transactional suppresswarnings
safevarargs functionalinterface generated internal public private protected see since author version todo link code example
default ts-ignore ts-expect-error ts-nocheck media import layer supports keyframes font-face charset tailwind apply
babel angular vue nestjs testing-library storybook typescript-eslint emotion mui reduxjs tanstack aws-sdk azure
main available discardableresult objc escaping state binding published observable mainactor sendable
app router lru_cache functools wraps click celery route get post put delete requestmapping pathvariable requestbody
"""
ANNOTATIONS = frozenset(_ANNOTATIONS.split())
