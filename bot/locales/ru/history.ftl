### История, возвраты, пополнения.

button-search = 🔍 Найти
button-show-all = Показать все
button-receipt = 📄 Чек
button-enter-code = ✏️ Ввести код

history-title = <b>История</b>, новое сверху. Откройте строку, чтобы увидеть каждый шаг.
history-found = <b>История</b>, где есть «{ $text }». Напишите другое, чтобы искать снова.
history-none = Здесь пока пусто.
history-ask = Что ищете? Напишите часть названия магазина или покупки.
history-line =
    { $state ->
        [held] ⏳ { $day } · <b>{ $amount }</b> · { $title }
        [sent] ⏳ { $day } · <b>{ $amount }</b> · { $title }
        [unknown] ⏳ { $day } · <b>{ $amount }</b> · { $title }
        [failed] ✖ { $day } · { $amount } · { $title }
       *[other] { $day } · <b>{ $amount }</b> · { $title }
    }
history-button =
    { $state ->
        [held] ⏳ { $amount } · { $title }
        [sent] ⏳ { $amount } · { $title }
        [unknown] ⏳ { $amount } · { $title }
        [failed] ✖ { $amount } · { $title }
       *[other] { $amount } · { $title }
    }
history-kind = <b>{ $kind }</b>: <b>{ $amount }</b>
history-title-line = { $title }
history-state = Состояние: <b>{ $state }</b>
history-at = Когда: { $at }
history-note =
    { $kind ->
        [payment] За что: { $note }
        [provider_payment] Счёт: { $note }
        [topup] Чек: { $note }
        [exchange] Получаете: { $note }
       *[other] Примечание: { $note }
    }
history-steps = <b>Шаг за шагом</b>

filter-kind = { $kind ->
        [payment] Платежи
        [topup] Пополнения
        [refund] Возвраты
        [correction] Исправления
        [exchange] Обмены
        [provider_payment] Услуги
       *[other] Всё
    }
filter-currency = { $currency ->
        [all] Все валюты
       *[other] { $currency }
    }
filter-period = { $days ->
        [7] Неделя
        [30] Месяц
        [365] Год
       *[other] Всё время
    }

kind-payment = Платёж
kind-topup = Пополнение
kind-refund = Возврат
kind-correction = Исправление
kind-exchange = Обмен

state-held = зарезервировано, ещё не оплачено
state-authorised = удержано, пока магазин не спишет
state-done = выполнено
state-failed = не оплачено, деньги снова свободны
state-exchange-held = зарезервировано, ещё не обменяно
state-exchange-failed = не обменяно, деньги снова свободны
state-credited = зачислено
state-paid = зачислено
state-announced = объявлено
state-received = принято

step-line = { $at }: { $what }
step-note = { $note }
step-other = изменено
step-payment-hold = деньги зарезервированы, код отправлен
step-payment-settle = оплачено
step-payment-fail = кончилось без оплаты, деньги снова свободны
step-payment-refund-part = возвращена часть
step-payment-refund-rest = возвращено
step-topup-announce = терминал объявил о пополнении
step-topup-receive = терминал принял наличные
step-topup-credit = зачислено в кошелёк
step-refund-pay = зачислено на счёт, с которого платили
step-exchange-hold = деньги зарезервированы, курс закреплён
step-exchange-settle = обменяно
step-exchange-fail = кончилось без обмена, деньги снова свободны
step-correction-credit = зачислено оператором

reason-cancelled = вы отменили
reason-expired = вовремя не подтверждено
reason-invoice-paid = счёт оплачен иначе
reason-invoice-rejected = счёт отклонён
reason-invoice-expired = счёт просрочен
reason-wallet-locked = кошелёк был заблокирован
reason-merchant-disabled = магазин не принимает платежи
reason-card-frozen = карта была заморожена

refunds-title = <b>Что вам вернули</b>, новое сверху:
refunds-none = Вам пока ничего не возвращали. Когда магазин вернёт платёж, деньги придут на тот счёт, с которого платили, и я сразу скажу.
refunds-balances = <b>Ваши счета сейчас</b>
refund-line =
    ↩️ <b>{ $amount }</b> от { $payee }
    { $at }, на счёт { $currency }
refund-reason = Почему: { $reason }
refund-button = { $amount } · { $payee }

topup-how =
    <b>Пополнить наличными</b>

    В терминале выберите этот кошелёк, введите свой номер { $phone } и вставьте купюры. Только целые суммы: сдачи терминал не даёт. Деньги придут сразу, и я скажу.
topup-found = <b>Вот где деньги по чеку:</b>
topup-line =
    🧾 № { $receipt } · <b>{ $amount }</b>
    { $terminal }: { $state }, { $at }
topup-state-announced = терминал спросил, но наличные ещё не подтвердил
topup-state-received = наличные приняты и будут зачислены
topup-state-credited = зачислено
topup-state-unclaimed = ждёт хозяина
topup-ask = Деньги не пришли? Напишите номер чека.
