### Оплата поставщику: предложение, код, в пути, чек.

button-change-source = Чем платить
button-refresh = 🔄 Обновить
button-open-payment = ⏳ Где он сейчас
button-again = 🔁 Повторить
button-try-again = 🔁 Попробовать снова
button-save = ⭐ Сохранить
button-monthly = 📅 Каждый месяц
button-document = 📄 PDF

provider-offer = <b>Проверьте, пожалуйста</b>
provider-to = Кому: { $picture } <b>{ $name }</b>
provider-payee = Владелец счёта: { $payee }
provider-amount = Сумма: <b>{ $amount }</b>
provider-commission = Комиссия: { $commission }
provider-sum = С комиссией: { $total }
provider-total = Итого: <b>{ $total }</b>
provider-given = Вы отдаёте всего: <b>{ $given }</b>
provider-gave = Вы отдали всего: <b>{ $given }</b>
provider-source = Откуда: { $source }
provider-after = Останется: { $after }
provider-until = Действует до { $until }. Пока вы не подтвердите, ничего не спишется.
provider-code =
    { $given } для получателя <b>{ $name }</b> зарезервированы.

    Код отправлен на <b>{ $phone }</b>. Напишите его сюда, чтобы оплатить; он действует 5 минут.
provider-on-its-way = ⏳ <b>В пути</b>
provider-asking = { $given } зарезервированы, ждём зачисления у получателя «{ $name }». Обычно хватает нескольких секунд; я сообщу.
provider-waiting = Получатель «{ $name }» пока не подтвердил зачисление. Ничего не потеряно: { $given } в резерве, спросим снова: { $again }. Второй раз не платите; я сообщу, чем кончится.
provider-unknown = Получатель «{ $name }» за сутки не ответил, зачислен ли платёж. Ничего не потеряно: { $given } остаются в резерве, пока это не покажет суточный реестр получателя или не выяснит оператор кошелька. Второй раз не платите; я сообщу.
provider-why = Причина: { $reason }.
provider-why-code = Код получателя: { $code }.
provider-receipt = ✅ <b>Оплачено</b>
provider-failed =
    ✖ <b>Не оплачено</b>

    { $name }: платёж не прошёл. { $given } снова свободны, целиком.
provider-when = Когда: { $at }
provider-number = Номер: { $number }
provider-txn = Номер у получателя: { $number }

kind-provider-payment = Платёж
state-sent = в пути, деньги зарезервированы
state-unknown = получатель ещё не ответил; деньги остаются в резерве
step-provider-payment-hold = деньги зарезервированы, код отправлен
step-provider-payment-send = подтверждено; спрашиваем получателя
step-provider-payment-ask = спросили получателя
step-provider-payment-settle = получатель зачислил
step-provider-payment-fail = не оплачено, деньги снова свободны
step-provider-payment-lose = получатель не ответил; ждём его реестр
step-provider-payment-resolve = решено

reason-timeout = не ответил вовремя
reason-cut-off = связь прервалась
reason-unreachable = нет связи с получателем
reason-not-connected = кошелёк не может связаться с этим получателем
reason-no-answer = нет ответа
reason-provider-down = получатель сейчас не отвечает
reason-http-error = ошибка в системе получателя
reason-login-refused = получатель не впустил кошелёк
reason-too-many-requests = получатель перегружен
reason-redirected = ошибка в системе получателя
reason-too-long = ответ не понят
reason-empty = ответ пустой
reason-not-understood = ответ не понят
reason-no-result = ответ не понят
reason-other-payment = ответ о другом платеже
reason-unknown-code = ответ не понят
reason-echoed-other-sum = зачислено, но названа другая сумма; это проверяется
reason-busy = получатель занят
reason-not-finished = получатель ещё не закончил
reason-account-format = счёт записан неверно
reason-account-not-found = такого счёта нет
reason-forbidden = получатель не принимает этот платёж
reason-out-of-order = получатель не работает
reason-field-wrong = что-то заполнено неверно
reason-rate-changed = у получателя изменился курс
reason-account-inactive = счёт не активен
reason-amount-too-small = сумма слишком мала
reason-amount-too-large = сумма слишком велика
reason-account-not-checked = счёт не удалось проверить
reason-provider-error = ошибка у получателя
reason-refused-after-silence = отказ после запроса, на который не ответили
reason-resolved = решено по реестру получателя или оператором кошелька
