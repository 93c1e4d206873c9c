"""What the checkout's pages show: an invoice in each of its states, and the question for a code.

Everything works by forms and redirects; the script only asks now and then whether the state
has changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlencode

from gateway.checkout.forms import SOURCES
from gateway.checkout.page import Html, Words, html
from gateway.checkout.returns import Return
from services.checkout_life import Checkout, Cost, Look, Way
from services.errors import WalletError
from services.exchange import Conversion
from services.invoices import Capture, Invoice
from services.payments import CAPTURE_TIME

FORM = "/form"
CHECKOUT = "/form/checkout"
LANGUAGE_NAMES = {
    "en": "English",
    "ru": "Русский",
    "hi": "हिन्दी",
    "gu": "ગુજરાતી",
    "tr": "Türkçe",
    "ar": "العربية",
}
PHONE_MAX, TYPED_MAX = 32, 12
NO_BREAK_SPACE = "\u00a0"
SQUARES_KEPT = 512
"""A page is shown several times while it is paid."""
_WAITING = ("waiting",)
_GOOD = ("paid", "authorised")
_EXCHANGE = ("rate_", "exchange_", "amount_")


@dataclass(frozen=True, slots=True)
class Frame:
    """What all screens of one request share."""

    words: Words
    look: Look
    token: str
    chat: str
    """Opens the wallet's chat at this invoice."""
    kept: Mapping[str, str]
    """Parameters of the address that every form and link carries on."""
    sources: frozenset[str]
    """What may be paid with: `qw`, `card`."""
    back: Return | None = None
    preselected: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    error: WalletError | None = None

    @property
    def invoice(self) -> Invoice:
        """What is paid."""
        return self.look.invoice

    def say(self, key: str, **values: object) -> Html:
        """The sentence *key* as HTML."""
        return html(self.words.plain(key, **values))

    def address(self, **more: str) -> str:
        """This page's own, with parameters besides."""
        return f"{FORM}/?{urlencode({**self.kept, **more})}"


def invoice_screen(frame: Frame) -> Html:
    """The page of an invoice."""
    state = frame.look.state
    parts = [_heading(frame), _state(frame)]
    if state in _WAITING:
        parts.append(_ways(frame))
    else:
        parts.append(_return(frame))
    parts.append(_languages(frame))
    return Html("".join(parts))


def checkout_screen(frame: Frame, checkout: Checkout) -> Html:
    """The page on which a code is typed, or on which the chat is waited for."""
    ask = _chat_question if checkout.way is Way.CHAT else _code_question
    parts = (_heading(frame), _state(frame, is_quiet=True), _alert(frame), ask(frame, checkout))
    other = f'<p><a href="{html(frame.address())}">{frame.say("other-way")}</a></p>'
    return Html("".join((*parts, other)))


def error_text(words: Words, error: WalletError) -> str:
    """What is wrong, in the payer's language."""
    key = f"error-{error.code.replace('_', '-')}"
    if error.code.startswith(_EXCHANGE):
        key = "error-exchange"
    return words.plain(key, **error.values) if words.has(key) else words.plain("error-other")


def _heading(frame: Frame) -> str:
    invoice = frame.invoice
    what = (
        f'<p class="what"><span>{frame.say("for")}</span> '
        f"<bdi>{html(invoice.description)}</bdi></p>"
        if invoice.description
        else ""
    )
    amount = html(frame.words.money(invoice.amount))
    test = (
        f'<p class="test" data-test="test"><strong>{frame.say("note-test")}</strong></p>'
        if invoice.is_test
        else ""
    )
    return (
        f'{test}<header><p class="to">{frame.say("to")}</p>'
        f"<h1><bdi>{html(invoice.merchant_name)}</bdi></h1>"
        f'<p class="amount" data-test="amount"><bdi>{amount}</bdi></p>{what}</header>'
    )


def _state(frame: Frame, *, is_quiet: bool = False) -> str:
    """The state, told to screen readers when it changes; quiet where the page asks something."""
    state = frame.look.state
    key = f"state-{state.replace('_', '-')}"
    sort = "good" if state in _GOOD else "waiting" if state in _WAITING else "over"
    shown = "hidden" if is_quiet and state in _WAITING else ""
    explain = frame.say(f"{key}-explain", amount=frame.invoice.refunded)
    uid = html(frame.kept["invoice_uid"])
    return (
        f'<section class="state {sort}" role="status" aria-live="polite" data-state="{state}"'
        f' data-invoice="{uid}" data-page="{html(frame.address())}" data-test="state" {shown}>'
        f"<h2>{frame.say(key)}</h2><p>{explain}</p></section>"
    )


def _ways(frame: Frame) -> str:
    if frame.invoice.is_test:
        return _test(frame)
    notes, costs = _notes(frame), frame.look.costs
    ends = frame.invoice.expires_at
    until = frame.say("until", until=ends, zone=frame.words.zone(ends))
    ways = []
    if "qw" in frame.sources:
        ways.append(_phone_form(frame, costs))
    if "card" in frame.sources and frame.look.card_cost is not None:
        ways.append(_card_form(frame, frame.look.card_cost))
    if frame.preselected == "card":
        ways.reverse()
    if frame.look.takes_cash and frame.sources == SOURCES:
        ways.append(_terminal(frame))
    chat = _telegram(frame)
    return (
        f'<p class="quiet">{until}</p>{notes}{_alert(frame)}'
        f'<div class="ways">{chat}<div>{"".join(ways)}</div></div>'
    )


def _notes(frame: Frame) -> str:
    invoice, notes = frame.invoice, []
    if invoice.is_recurring:
        notes.append(frame.say("note-recurring", payee=invoice.merchant_name))
    if invoice.capture is Capture.LATER:
        notes.append(frame.say("note-hold", days=CAPTURE_TIME.days))
    return "".join(f'<p class="note">{each}</p>' for each in notes)


def _alert(frame: Frame) -> str:
    if frame.error is None:
        return ""
    said = html(error_text(frame.words, frame.error))
    return f'<p class="alert" role="alert" id="error" data-test="error">{said}</p>'


def _telegram(frame: Frame) -> str:
    return (
        f'<section class="way chat"><h2>{frame.say("telegram-heading")}</h2>'
        f'<a class="button" href="{html(frame.chat)}" rel="noreferrer" data-test="telegram">'
        f"{frame.say('telegram-open')}</a>"
        f'<div class="qr" role="img" aria-label="{frame.say("qr-label")}">'
        f"{_square(frame.chat)}</div>"
        f'<p class="quiet">{frame.say("telegram-explain")}</p></section>'
    )


@lru_cache(SQUARES_KEPT)
def _square(link: str) -> str:
    """*link* as a QR code; to try all its masks would take five times as long."""
    import segno  # noqa: PLC0415  # not before somebody looks at an invoice

    drawn = segno.make(link, error="m", micro=False, mask=3)
    return drawn.svg_inline(scale=4, border=3, dark="#000", light="#fff", omitsize=True)


def _phone_form(frame: Frame, costs: Sequence[Cost]) -> str:
    typed = html(frame.typed.get("phone", ""))
    way = frame.typed.get("way", "code")
    ways = "".join(
        f'<label class="choice"><input type="radio" name="way" value="{each}"'
        f"{' checked' if each == way else ''}> {frame.say(f'way-{each}')}</label>"
        for each in ("code", "chat")
    )
    return (
        f'<section class="way"><h2>{frame.say("phone-heading")}</h2>{_form_start(frame, "start")}'
        f'<label for="phone">{frame.say("phone-label")}</label>'
        f'<input id="phone" name="phone" type="tel" dir="ltr" autocomplete="tel" required'
        f' maxlength="{PHONE_MAX}" value="{typed}" aria-describedby="phone-hint">'
        f'<p class="quiet" id="phone-hint">{frame.say("phone-hint")}</p>'
        f"{_costs(frame, costs)}"
        f"<fieldset><legend>{frame.say('way-label')}</legend>{ways}</fieldset>"
        f"{_consent(frame, 'phone-agrees')}"
        f'<button data-test="continue">{frame.say("continue")}</button></form></section>'
    )


def _costs(frame: Frame, costs: Sequence[Cost]) -> str:
    chosen = frame.typed.get("of") or costs[0].amount.currency.code
    choices = "".join(
        f'<label class="choice"><input type="radio" name="of" value="{each.amount.currency.code}"'
        f"{' checked' if each.amount.currency.code == chosen else ''}> "
        f"<span>{_cost_line(frame, each)}</span></label>"
        for each in costs
    )
    return f"<fieldset><legend>{frame.say('from-label')}</legend>{choices}</fieldset>"


def _cost_line(frame: Frame, cost: Cost) -> Html:
    if cost.conversion is None:
        return frame.say("from-own", amount=cost.amount)
    return _exchanged(frame, "from-exchanged", cost.conversion, amount=cost.amount)


def _exchanged(frame: Frame, key: str, conversion: Conversion, **more: object) -> Html:
    """A sentence of a rate and its fee, if there is one.

    The rate is one value: in a line of the other direction it keeps its own.
    """
    rate = frame.words.decimal(conversion.rate)
    priced = f"1 {conversion.unit.code} = {rate} {conversion.counter.code}"
    priced = priced.replace(" ", NO_BREAK_SPACE)
    if conversion.fee.minor:
        return frame.say(key, rate=priced, fee=conversion.fee, **more)
    return frame.say(f"{key}-free", rate=priced, **more)


def _card_form(frame: Frame, cost: Cost) -> str:
    is_open = " open" if frame.preselected == "card" or "number" in frame.typed else ""
    said = "" if cost.conversion is None else _cost_line(frame, cost)
    own = frame.say("card-cost", amount=cost.amount)
    return (
        f'<details class="way"{is_open}><summary><h2>{frame.say("card-heading")}</h2></summary>'
        f'{_form_start(frame, "card")}<label for="number">{frame.say("card-number")}</label>'
        '<input id="number" name="number" inputmode="numeric" dir="ltr" autocomplete="cc-number"'
        ' required maxlength="23">'
        '<div class="pair"><div>'
        f'<label for="expires">{frame.say("card-expires")}</label>'
        '<input id="expires" name="expires" inputmode="numeric" dir="ltr" autocomplete="cc-exp"'
        ' required maxlength="7" placeholder="07/29"></div><div>'
        f'<label for="csc">{frame.say("card-code")}</label>'
        '<input id="csc" name="csc" inputmode="numeric" dir="ltr" autocomplete="cc-csc"'
        f' type="password" required maxlength="3"></div></div><p class="quiet">{said or own}</p>'
        f"{_consent(frame, 'card-agrees')}"
        f'<button data-test="continue-card">{frame.say("continue")}</button></form></details>'
    )


def _terminal(frame: Frame) -> str:
    """The number that is typed at a cash terminal: drawn when it is first asked for."""
    number, is_open = frame.look.cash_number, " open" if frame.preselected == "terminal" else ""
    if number is None:
        asks = f'<button class="plain" data-test="cash-show">{frame.say("cash-show")}</button>'
        inside = (
            f'<p class="quiet">{frame.say("cash-offer")}</p>'
            f"{_form_start(frame, 'terminal')}{asks}</form>"
        )
    else:
        inside = (
            f"<p>{frame.say('cash-explain', amount=frame.invoice.amount)}</p>"
            f'<p class="digits" dir="ltr" data-test="cash-number">{number[:4]} {number[4:]}</p>'
        )
    heading = f"<summary><h2>{frame.say('cash-heading')}</h2></summary>"
    return f'<details class="way" id="terminal"{is_open}>{heading}{inside}</details>'


def _consent(frame: Frame, name: str) -> str:
    if not frame.invoice.is_recurring:
        return ""
    said = frame.say("consent", payee=frame.invoice.merchant_name)
    return (
        f'<label class="choice" for="{name}"><input type="checkbox" id="{name}" name="agrees"'
        f' value="1" required> <span>{said}</span></label>'
    )


def _test(frame: Frame) -> str:
    return (
        f'<p class="quiet">{frame.say("note-test-explain")}</p>{_form_start(frame, "test")}'
        f'<button name="pays" value="1" data-test="test-pay">{frame.say("test-pay")}</button>'
        f'<button class="plain" name="pays" value="0" data-test="test-refuse">'
        f"{frame.say('test-refuse')}</button></form>"
    )


def _code_question(frame: Frame, checkout: Checkout) -> str:
    key = "code-sent-card" if checkout.way is Way.CARD else "code-sent"
    sent = frame.say(key, phone=checkout.asked, last=checkout.asked)
    described = ' aria-describedby="error" aria-invalid="true"' if frame.error else ""
    chat_hint = "" if checkout.way is Way.CARD else f"<p>{frame.say('code-none')}</p>"
    return (
        f'<section class="way"><h2>{frame.say("code-heading")}</h2><p>{sent}</p>'
        f"{_cost(frame, checkout)}{_form_start(frame, 'code', checkout)}"
        f'<label for="code">{frame.say("code-label")}</label>'
        f'<input id="code" name="code" inputmode="numeric" dir="ltr" autocomplete="one-time-code"'
        f' required maxlength="{TYPED_MAX}" autofocus{described}>'
        f'<button data-test="pay">{frame.say("code-pay", amount=checkout.cost)}</button></form>'
        f"{_form_start(frame, 'again', checkout)}"
        f'<button class="plain" data-test="again">{frame.say("code-again")}</button></form>'
        f'<div class="quiet">{chat_hint}</div></section>'
    )


def _chat_question(frame: Frame, checkout: Checkout) -> str:
    return (
        f'<section class="way"><h2>{frame.say("chat-heading")}</h2>'
        f"<p>{frame.say('chat-explain', phone=checkout.asked)}</p>"
        f'<p class="quiet">{frame.say("chat-none")}</p>'
        f'<a class="button" href="{html(frame.chat)}" rel="noreferrer">'
        f"{frame.say('telegram-open')}</a></section>"
    )


def _cost(frame: Frame, checkout: Checkout) -> str:
    conversion = checkout.conversion
    rate = ""
    if conversion is not None:
        rate = f", {_exchanged(frame, 'cost-rate', conversion)}"
    return f'<p data-test="cost">{frame.say("cost", amount=checkout.cost)}{rate}</p>'


def _form_start(frame: Frame, action: str, checkout: Checkout | None = None) -> str:
    fields = dict(frame.kept) | {"token": frame.token}
    if checkout is not None:
        fields["id"] = checkout.id
    hidden = "".join(
        f'<input type="hidden" name="{html(name)}" value="{html(value)}">'
        for name, value in fields.items()
    )
    return f'<form method="post" action="{FORM}/{action}">{hidden}'


def _return(frame: Frame) -> str:
    back = frame.back
    number = f'<p class="quiet">{frame.say("number")}: <bdi>{html(frame.invoice.id)}</bdi></p>'
    if back is None:
        return f"{number}<p>{frame.say('return-none')}</p>"
    if back.method == "GET":
        button = f'<a class="button" href="{html(back.url)}" data-test="return">'
        return f"{number}{button}{frame.say('return')}</a>"
    hidden = "".join(
        f'<input type="hidden" name="{html(name)}" value="{html(value)}">'
        for name, value in back.fields
    )
    return (
        f'{number}<form method="post" action="{html(back.url)}">{hidden}'
        f'<button data-test="return">{frame.say("return")}</button></form>'
    )


def _languages(frame: Frame) -> str:
    own = frame.words.language
    links = "".join(
        f'<a href="{html(frame.address(lang=each))}" lang="{each}" hreflang="{each}"'
        f"{' aria-current=true' if each == own else ''}>{name}</a>"
        for each, name in LANGUAGE_NAMES.items()
    )
    return f'<nav class="languages" aria-label="{frame.say("languages")}">{links}</nav>'
