### Сколько можно тратить и хранить и как поднять лимиты.

button-my-limits = 📊 Лимиты
button-to-limits = 📊 К лимитам
button-card-limits = 💳 Лимиты карт
button-confirm-email = ✉️ Подтвердить почту
button-change-email = ✉️ Сменить почту
button-other-email = Другой адрес
button-give-data = 🪪 Указать личные данные
button-go-on-data = 🪪 Продолжить ввод данных
button-delete-my-data = Удалить мои данные
button-delete-data = Удалить

limits-title-of = <b>Ваши лимиты, { $currency }</b>
limits-none = В этой валюте ограничений нет.
limit-rule-payment = Один платёж
limit-rule-day = Сегодня
limit-rule-month = В этом месяце
limit-rule-day-count = Платежей сегодня
limit-rule-month-count = Платежей в этом месяце
limit-rule-balance = Остаток
limit-rule-of-kind = { $name }, { $kind ->
        [invoice] счета магазинов
        [provider] оплата услуг
        [exchange] обмен
        [transfer] переводы
       *[card] по карте
    }
limit-line-payment =
    <b>{ $name }</b>
    не больше { $limit }
limit-line =
    <b>{ $name }</b>
    { $bar } { $used } из { $limit }
    { $resets ->
        [never] поместится ещё { $left }
       *[at] осталось { $left } до { $at }
    }
limits-level =
    { $level ->
        [person] 🪪 Мы знаем, кто вы. Это самый высокий уровень.
        [email] ✉️ Ваша почта подтверждена.
       *[phone] 📱 Мы знаем ваш номер телефона.
    }
limits-email-confirmed = Почта: { $address }
limits-email-awaiting = Ссылка отправлена на { $address }. Откройте её и нажмите кнопку на странице.
limits-person-draft = Личные данные введены не полностью. Незаконченное удаляется через сутки.
limits-person-submitted = Личные данные проверяются. Мы вам напишем.
limits-person-approved = Личные данные проверены и хранятся зашифрованными.
limits-person-declined = Личные данные не приняты: { $reason }. Исправьте их и отправьте ещё раз.
limits-raise = С подтверждённой почтой лимиты выше, а с личными данными — ещё выше.

limits-delete-ask =
    <b>Удалить адрес почты и личные данные?</b>

    Лимиты снизятся до тех, что действуют для номера телефона. Данные, которые закон обязывает хранить после расчётов от имени известного лица, удалятся, когда выйдет срок; до тех пор их никто не смотрит.
limits-deleted = Удалено. Теперь действуют лимиты для номера телефона.
limits-deleted-later = Адрес почты удалён, действуют лимиты для номера телефона. Личные данные закон обязывает хранить до { $until }; потом они удалятся сами.

email-ask =
    <b>Адрес электронной почты</b>

    Напишите его, например ann@example.com. Мы отправим на него ссылку и больше ничего.
email-sent =
    ✉️ Письмо отправлено на <b>{ $address }</b>.

    Откройте ссылку из письма и нажмите кнопку на странице. Ссылка действует { $hours } { $hours ->
        [one] час
        [few] часа
       *[many] часов
    }. Если письма нет, загляните в папку «Спам» или укажите другой адрес.
