### Обмен между своими счетами.

button-exchange = 💱 Обмен
button-exchange-from = Со счёта { $available }
button-exchange-get = Указать, сколько получу
button-exchange-give = Указать, сколько отдам
button-exchange-turn = ⇄ { $gives } → { $gets }

exchange-from =
    <b>Обмен</b>

    Какие деньги отдаёте?
exchange-into = Вы отдаёте { $currency }. Что хотите получить?
exchange-nothing = Обменивать нечего: на счетах пусто. Сначала пополните кошелёк.
exchange-usage =
    Не получилось прочитать. Напишите, например:
    /exchange 1000 rub usd — отдать 1000 рублей
    /exchange rub 20 usd — получить 20 долларов за рубли
exchange-ask-gives =
    <b>{ $gives } → { $gets }</b>

    Сколько { $gives } отдаёте? Напишите сумму. Доступно: { $available }
exchange-ask-gets =
    <b>{ $gives } → { $gets }</b>

    Сколько { $gets } хотите получить? Напишите сумму. Доступно: { $available }

exchange-rate = Курс: 1 { $unit } = { $rate } { $counter }
exchange-rate-of = На { $day }, источник: { $source }
exchange-fee = Комиссия: { $fee }, входит в то, что вы отдаёте
exchange-no-fee = Комиссия: нет
exchange-source-cbr = Банк России
exchange-source-ecb = Европейский центральный банк
exchange-source-operator = оператор этого кошелька

exchange-offer =
    <b>Проверьте, пожалуйста</b>

    Отдаёте: <b>{ $gives }</b>
    Получаете: <b>{ $gets }</b>
    { $terms }
    Останется: { $after }

    Действует до { $until }: до этого времени курс не изменится. Без подтверждения ничего не обменивается.
exchange-code =
    { $gives } на <b>{ $gets }</b>: деньги зарезервированы, курс закреплён.

    Код отправлен на <b>{ $phone }</b>. Напишите его сюда, чтобы обменять; он действует 5 минут.
exchange-receipt =
    ✅ <b>Обмен выполнен</b>

    Отдали: <b>{ $gives }</b>
    Получили: <b>{ $gets }</b>
    { $terms }
    Номер: { $number }
exchange-cancelled = Этот обмен отменён. Ничего не обменяно, и ничего под него не зарезервировано.

operator-position =
    💱 Позиция обмена: <b>{ $position }</b>, { $least ->
        [any] вниз не ограничена
       *[other] не ниже { $least }
    }, { $most ->
        [any] вверх не ограничена
       *[other] не выше { $most }
    }
