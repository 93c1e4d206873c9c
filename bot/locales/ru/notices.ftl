### Сообщения, которые приходят сами.

notice-invoice =
    🧾 <b>{ $payee }</b> просит оплатить <b>{ $amount }</b>
    За что: { $description }
    Оплатить до { $until }
notice-topup =
    ➕ <b>{ $amount }</b> пришли в кошелёк
    { $terminal }, чек { $receipt }
notice-refund =
    ↩️ <b>{ $payee }</b> вернул <b>{ $amount }</b>
    Деньги на вашем счёте { $currency }.
notice-hold-captured =
    ✅ <b>{ $payee }</b>: списано <b>{ $amount }</b> из удержанного
    За что: { $description }
notice-hold-released =
    ↩️ <b>{ $amount }</b>, удержанные для <b>{ $payee }</b>, снова свободны
    Ничего не оплачено. За что: { $description }
notice-correction =
    <b>{ $amount }</b> пришли в кошелёк от его оператора
    Почему: { $reason }
notice-card =
    💳 <b>Карта •••• { $last_four }</b>
    Номер и первая цифра кода безопасности — в SMS на { $phone }. Остальное на странице ниже: она показывается один раз, в течение 10 минут.
notice-card-no-page =
    💳 <b>Карта •••• { $last_four }</b>
    Номер и первая цифра кода безопасности — в SMS на { $phone }. Страница с остальным здесь не настроена: спросите оператора кошелька.
