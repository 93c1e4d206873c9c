### Настройки, блокировка и то, что видят операторы.

button-notices-on = 🔔 Включить сообщения
button-notices-off = 🔕 Выключить сообщения
button-unlock = 🔓 Разблокировать
button-unlock-wallet = 🔓 Разблокировать кошелёк

settings-title = <b>Настройки</b>
settings-phone = Номер: { $phone }
settings-language = Язык: { $language }
settings-notices-on = Сообщения о новых счетах: включены
settings-notices-off = Сообщения о новых счетах: выключены. О ваших деньгах я пишу всё равно.

lock-done =
    🔒 <b>Кошелёк и его карты заблокированы.</b> Платить нельзя.

    Получать деньги можно. Чтобы разблокировать, нужен код, который придёт на ваш телефон.
unlock-code = Код отправлен на <b>{ $phone }</b>. Напишите его сюда, чтобы разблокировать кошелёк; он действует 5 минут.
unlock-done = 🔓 <b>Кошелёк разблокирован.</b> Снова можно платить.

operator-title = <b>Для оператора</b>
operator-total =
    <b>{ $currency }</b>: у людей { $holders }, у магазинов { $merchants }, терминалы { $terminals }, поставщики { $providers }, свои { $system }; зарезервировано { $held }
operator-books =
    { $faults ->
        [0] ✅ Книги верны: проверено проводок — { $transactions }.
        [one] ❗ { $faults } ошибка в { $transactions } проводках. Запустите «purser verify».
       *[other] ❗ Ошибок: { $faults }, проводок: { $transactions }. Запустите «purser verify».
    }
operator-fault = • { $name }: { $row }
operator-head = Цепочка: позиция { $position }, { $hash }
operator-dead =
    { $count ->
        [0] Недоставленного нет.
       *[other] Не доставлено (последние, не больше { $most }; «purser outbox»):
    }
operator-aside =
    { $count ->
        [0] Отложенных обновлений нет.
       *[other] Отложенные обновления (последние, не больше { $most }):
    }
operator-line = • { $name }: { $error }
operator-chain-head =
    <b>Конец журнала</b>, с подписью. Сохраните: по нему «purser verify» покажет, если журнал обрезали или переписали.

    { $head }
operator-aside-notice = ❗ Обновление { $number } обработать не удалось, оно отложено: { $error }
