### Чеки: документ, страница проверки, чат.

button-pdf-receipt = 📄 Чек PDF
button-receipts = 🧾 Другие чеки

receipt-title = Чек
receipt-state = Исполнено
receipt-to = Получатель
receipt-from = От кого
receipt-terminal = Терминал
receipt-refunded-by = Вернул
receipt-what = Что
receipt-purpose = За что
receipt-why = Причина
receipt-account-holder = Владелец счёта
receipt-amount = Сумма
receipt-credited = Зачислено
receipt-commission = Комиссия
receipt-commission-none = нет
receipt-borne-by-provider = { $amount }, платит получатель
receipt-total = Итого
receipt-given = Вы отдали
receipt-got = Вы получили
receipt-fee = В т. ч. комиссия обмена
receipt-fee-none = нет
receipt-rate = Курс
receipt-rate-value = 1 { $unit } = { $rate } { $counter }
receipt-rate-source = Источник курса
receipt-rate-source-value = { $source }, { $day }
receipt-paid-with = Откуда
receipt-came-to = Куда
receipt-account-value = счёт { $currency }
receipt-card-value = карта •• { $last_four }
receipt-phone = Кошелёк
receipt-begun = Начато
receipt-done = Исполнено
receipt-number = Номер
receipt-txn = Номер операции
receipt-terminal-txn = Номер на чеке терминала
receipt-provider-txn = Номер у получателя
receipt-check = Проверить этот чек может каждый: { $link }
receipt-check-nowhere = Это код чека; проверить его может оператор кошелька.
receipt-check-offline = Сам файл подписан: изменится хоть один байт — и подпись не сойдётся.

receipt-caption = { $title }: { $amount }
receipt-choose = <b>Чеки</b>. Выберите операцию, и я пришлю чек в PDF.
    Или напишите её номер после команды: <code>/receipt 0197…</code>
receipt-none = Чеков пока нет: ничего ещё не оплачено и ничего не пришло.

receipt-page-title = Проверка чека
receipt-page-genuine = Такой чек есть
receipt-page-explain = { $wallet } выдал чек с таким кодом. Сравните его с тем, что написано здесь: что расходится, то изменено.
receipt-page-code = Код
receipt-page-state = Состояние
receipt-page-state-done = Исполнено
receipt-page-state-part = Исполнено; позже возвращено { $amount }
receipt-page-state-back = Позже возвращено полностью
receipt-page-missing = Чека с таким кодом нет
receipt-page-missing-explain = Проверьте код: в нём 13 букв и цифр, и одну легко прочесть неверно. Если код верный, этот чек выдал не этот кошелёк.
receipt-page-busy = Слишком много запросов
receipt-page-busy-explain = Пожалуйста, вернитесь через минуту.
receipt-page-ask = Код на чеке
receipt-page-look = Проверить
