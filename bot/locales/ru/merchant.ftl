### Сотрудники магазина: что у него есть, счета, ключи и уведомления.

button-merchant-shop = ‹ Магазин
button-merchant-others = Другие магазины
button-merchant-invoices = 🧾 Счета
button-merchant-invoice = ‹ К счёту
button-merchant-new-invoice = ➕ Новый счёт
button-merchant-refund = ↩️ Вернуть деньги
button-merchant-refund-all = Всё: { $amount }
button-merchant-refund-ok = ↩️ Да, вернуть
button-merchant-keys = 🔑 Ключи
button-merchant-deliveries = 📨 Уведомления

merchant-none =
    Вас нет среди сотрудников ни одного магазина. Если у вас есть магазин, попросите оператора кошелька добавить вас по номеру вашего аккаунта Telegram: { $id }
merchant-choose = <b>Какой магазин?</b>
merchant-title =
    { $role ->
        [owner] 🏪 <b>{ $name }</b> · вы владелец
        [manager] 🏪 <b>{ $name }</b> · вы управляющий
       *[viewer] 🏪 <b>{ $name }</b> · вы можете смотреть
    }
merchant-disabled = ⛔️ Оператор отключил этот магазин: платежи он не принимает.
merchant-balance = <b>Баланс</b>
merchant-available = • Доступно <b>{ $amount }</b>
merchant-reserved = • В резерве { $amount }: обещано, отдаётся позже
merchant-in-payout = • На пути в ваш банк { $amount }
merchant-today = <b>Сегодня</b>
merchant-today-nothing = Пока ничего не оплачено.
merchant-day-paid =
    { $count ->
        [one] • { $count } платёж, <b>{ $amount }</b>
        [few] • { $count } платежа, <b>{ $amount }</b>
       *[other] • { $count } платежей, <b>{ $amount }</b>
    }
merchant-day-fees = • Тариф: { $amount }
merchant-day-refunded =
    { $count ->
        [one] • { $count } возврат, { $amount }
        [few] • { $count } возврата, { $amount }
       *[other] • { $count } возвратов, { $amount }
    }

merchant-invoices = <b>Счета магазина { $name }</b>, новые первыми:
merchant-invoices-none = У магазина <b>{ $name }</b> здесь нет счетов.
merchant-invoice-line =
    { $state ->
        [waiting] ⏳ { $amount } — { $name }
        [authorised] 🔒 { $amount } — { $name }
        [paid] ✅ { $amount } — { $name }
        [refunded] ↩️ { $amount } — { $name }
        [refunded_in_part] ↩️ { $amount } — { $name }
       *[other] ✖️ { $amount } — { $name }
    }
merchant-invoice =
    { $state ->
        [waiting] 🧾 <b>{ $amount }</b> · ждёт оплаты
        [authorised] 🧾 <b>{ $amount }</b> · удержано для магазина
        [paid] 🧾 <b>{ $amount }</b> · оплачен
        [refunded] 🧾 <b>{ $amount }</b> · возвращён
        [refunded_in_part] 🧾 <b>{ $amount }</b> · возвращён частично
        [expired] 🧾 <b>{ $amount }</b> · срок истёк
       *[other] 🧾 <b>{ $amount }</b> · отклонён
    }
merchant-invoice-test = 🧪 Проверка: деньги не движутся.
merchant-invoice-reference = Ваш номер: { $reference }
merchant-invoice-description = За что: { $description }
merchant-invoice-payer = Кому: { $phone }
merchant-invoice-issued = Выставлен: { $at }
merchant-invoice-paid = Оплачен: { $at }
merchant-invoice-refunded = Возвращено: { $amount }
merchant-invoice-until = Оплатить до { $until }. Передайте плательщику одну из ссылок:
merchant-ask-invoice =
    <b>Сколько и за что?</b> Одной строкой, например: 1500 Кофе в зёрнах

    Сумма в { $currency }; другую валюту напишите после суммы: 15 USD Кофе в зёрнах. Оплатить сможет любой, у кого есть ссылка.
merchant-ask-refund =
    <b>Сколько вернуть?</b> Оплачено { $amount }, ещё можно вернуть { $left }.

    Выберите всё или напишите сумму.
merchant-confirm-refund =
    <b>Вернуть { $amount }?</b>

    Из: { $paid }, { $name }
    После этого можно будет вернуть ещё { $after }.

    Деньги сразу уйдут тому, кто платил, с баланса магазина. Отменить это нельзя.
merchant-refunded = ✅ <b>{ $amount }</b> возвращено.

button-key-new = ➕ Новая пара
button-key-revoke = Отозвать
button-key-revoke-now = Да, отозвать
button-key-hide = 🙈 Скрыть сейчас
keys-title = <b>Действующие пары ключей</b>, старые первыми. Откройте пару, чтобы увидеть открытый ключ или отозвать её.
keys-none = Действующих пар ключей нет: программа магазина не может обратиться к кошельку.
key-line = { $name } · { $at }
key-page =
    🔑 <b>{ $name }</b>
    Создана: { $at }
    Открытый ключ: { $public }
key-notifies = Подписывает уведомления на { $url }
key-ask-name = <b>Как назвать пару?</b> Например, по программе, которая будет ею пользоваться.
key-fresh =
    🔑 <b>{ $name }</b>

    Открытый ключ: { $public }

    Секретный ключ: { $secret }

    Секретный ключ показан единственный раз. Скопируйте его в настройки магазина и скройте это сообщение: оно прошло через серверы Telegram, и его прочтёт любой, кто откроет этот чат.
key-hidden = Ключи скрыты. Секретный ключ больше никто не прочтёт; если вы его не скопировали, создайте новую пару.
key-ask-revoke =
    <b>Отозвать «{ $name }»?</b>

    Всё, что пользуется этими ключами, сразу потеряет доступ к кошельку. Вернуть пару нельзя.
key-revoked = Пара «{ $name }» отозвана.

button-delivery-test = 🧪 Отправить проверку
button-delivery-resend = Отправить № { $number } снова
deliveries-title = 📨 <b>О чём сообщали вашему магазину</b>
deliveries-failed =
    { $count ->
        [one] ⚠️ <b>{ $count } сообщение</b> не дошло, попыток больше не будет:
        [few] ⚠️ <b>{ $count } сообщения</b> не дошли, попыток больше не будет. Новые первыми:
       *[other] ⚠️ <b>{ $count } сообщений</b> не дошли, попыток больше не будет. Новые первыми:
    }
deliveries-newest = <b>Последние попытки:</b>
deliveries-none = Пока ничего не отправлялось.
deliveries-tested = 🧪 <b>Проверка отправлена.</b> Заказа в ней нет. Ответ магазина:
delivery-failed = • { $kind }, { $at }: { $why }
delivery-line =
    { $outcome ->
        [delivered] ✅ { $kind }, { $at }: { $status }
        [again] 🔁 { $kind }, { $at }: { $status } { $detail }
       *[other] ⚠️ { $kind }, { $at }: { $status } { $detail }
    }
delivery-answer = Ответ: { $answer }
delivery-resent = Сообщение отправляется снова.

button-op-shops = Магазины
op-shops-title = <b>Магазины</b> по имени:
op-shops-none = Магазинов нет. Добавьте: `purser merchant add`.
op-shop-line =
    { $state ->
        [disabled] ⛔️ { $name }
       *[active] { $name }
    }
op-shop =
    🏪 <b>{ $name }</b>
    { $id }
    { $currency }, { $state ->
        [disabled] отключён
       *[active] работает
    }
op-shop-people =
    { $count ->
        [0] Сотрудников нет. Добавьте: `purser merchant people`.
       *[other] Сотрудники:
    }
op-shop-person =
    { $role ->
        [owner] • { $id }, владелец
        [manager] • { $id }, управляющий
       *[viewer] • { $id }, только смотрит
    }
