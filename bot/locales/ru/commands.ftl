### Список команд, который показывает Telegram.

command-start = Ваш кошелёк
command-balance = Сколько денег
command-invoices = Счета к оплате
command-pay = Игры, телефон, коммуналка, штрафы
command-exchange = Обменять деньги
command-topup = Пополнить, найти чек
command-cards = Ваши карты
command-limits = Лимиты и как их поднять
command-history = Платежи, шаг за шагом
command-receipt = Чек платежа
command-refunds = Что вам вернули
command-links = Кому разрешены списания
command-merchant = Ваш магазин
command-settings = Язык и сообщения
command-lock = Сразу остановить платежи
command-help = Что я умею
command-cancel = Выйти из начатого
