### Счета и их оплата.

button-pay = Оплатить
button-refuse = Отказаться
button-view = Посмотреть
button-all-invoices = Все счета
button-to-invoice = К счёту
button-pay-with = Оплатить: { $source }

invoices-title = <b>Счета, которые ждут оплаты</b>, новые сверху:
invoices-none = Неоплаченных счетов нет. Когда магазин пришлёт счёт, я сразу скажу.
invoice-line = { $amount } — { $name }
invoices-line = • <b>{ $amount }</b> — { $payee }: { $description }

invoice-title = 🧾 <b>Счёт от { $payee }</b>
invoice-amount = Сумма: <b>{ $amount }</b>
invoice-description = За что: { $description }
invoice-issued = Выставлен: { $at }
invoice-until = Оплатить до: { $until }
invoice-recurring = 🔁 Оплатив, вы разрешаете { $payee } списывать и дальше, не спрашивая, пока не отмените это в /links.
invoice-held = ⏳ Деньги будут удержаны до { $days } дн., пока магазин их не спишет или не отпустит.
invoice-test = 🧪 Это проверка магазина: деньги не двигаются, отсюда её не оплатить.
invoice-state = Состояние: <b>{ $state }</b>
invoice-refunded = Возвращено: { $amount }
invoice-state-waiting = ждёт оплаты
invoice-state-authorised = оплачен, деньги удержаны, пока магазин не спишет
invoice-state-paid = оплачен
invoice-state-rejected = отклонён
invoice-state-expired = просрочен
invoice-state-refunded-in-part = оплачен, часть возвращена
invoice-state-refunded = оплачен и возвращён

source-account = счёт { $currency }
source-card = карта •••• { $last_four }
source-usable = • { $source }: доступно { $available }
source-exchange = 💱 Обмен по пути:
source-exchanged = • { $source }: спишется <b>{ $cost }</b>, с обменом. { $rate }. Доступно { $available }
source-blocked = • { $source }: сейчас нельзя. { $reason }

nothing-said = не указано

payment-choose = <b>{ $amount }, получатель { $payee }.</b> Чем оплатить?
payment-offer =
    <b>Проверьте, пожалуйста</b>

    Кому: <b>{ $payee }</b>
    За что: { $description }
    Сумма: <b>{ $amount }</b>
    Откуда: { $source }
    Комиссия: нет
    Итого: <b>{ $total }</b>
    Останется: { $after }

    Действует до { $until }. Пока вы не подтвердите, ничего не спишется.
payment-code =
    { $amount } для получателя <b>{ $payee }</b> зарезервированы.

    Код отправлен на <b>{ $phone }</b>. Напишите его сюда, чтобы оплатить; он действует 5 минут.
payment-receipt =
    ✅ <b>Оплачено</b>

    Кому: <b>{ $payee }</b>
    За что: { $description }
    Сумма: <b>{ $amount }</b>
    Откуда: { $source }
    Комиссия: нет
    Когда: { $at }
    Номер: { $number }
payment-held =
    ⏳ <b>Оплачено, деньги удержаны для магазина</b>

    Кому: <b>{ $payee }</b>
    За что: { $description }
    Удержано: <b>{ $amount }</b>
    Чем: { $source }
    До: { $until } самое позднее; что магазин до этого не спишет, снова свободно
    Номер: { $number }
payment-cancelled = Этот платёж отменён. Ничего не оплачено и ничего для него не зарезервировано.
payment-offer-exchanged =
    <b>Проверьте, пожалуйста</b>

    Кому: <b>{ $payee }</b>
    За что: { $description }
    Сумма: <b>{ $amount }</b>
    Комиссия: нет
    Откуда: { $source }
    { $terms }
    Вы отдаёте всего: <b>{ $total }</b>
    Останется: { $after }

    Действует до { $until }: до тех пор сохранится курс. Пока вы не подтвердите, ничего не спишется.
payment-receipt-exchanged =
    ✅ <b>Оплачено</b>

    Кому: <b>{ $payee }</b>
    За что: { $description }
    Сумма: <b>{ $amount }</b>
    Комиссия: нет
    Откуда: { $source }
    { $terms }
    Вы отдали всего: <b>{ $total }</b>
    Когда: { $at }
    Номер: { $number }
