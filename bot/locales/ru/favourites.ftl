### Сохранённые счета.

button-rename = ✏️ Переименовать
button-delete = Удалить
button-delete-it = Удалить совсем
button-no-name = Оставить так

favourites-title = <b>Сохранённые счета</b>, последний использованный сверху:
favourites-none = Вы ещё ничего не сохранили. После платежа нажмите «Сохранить» на чеке, и в следующий раз хватит двух нажатий.
favourite-title = ⭐ { $picture } <b>{ $name }</b>
favourite-provider = { $name }
favourite-closed = Этого получателя больше нет в каталоге, оплатить его нельзя.
favourite-saved = ⭐ Сохранено.
favourite-ask-name = Как назвать? Напишите имя, например «Мамин свет», не длиннее { $maximum } знаков.
favourite-delete = Удалить сохранённый счёт <b>{ $name }</b>? Прошлые платежи останутся в истории.
favourite-deleted = Удалено.
