### Личные данные по шагам и их проверка операторами.

button-no-patronymic = Отчества нет
button-send-data = Отправить на проверку
button-correct-data = Исправить
button-approve = Принять
button-decline = Отклонить
button-identifications = 🪪 Проверка данных

field-surname = Фамилия
field-given-name = Имя
field-patronymic = Отчество
field-birth-date = Дата рождения
field-document = Документ
field-number = Номер
field-address = Адрес
document-passport-ru = Паспорт РФ
document-passport = Заграничный паспорт или паспорт другой страны

identification-ask-surname =
    <b>Шаг { $step } из { $steps }: фамилия</b>

    Напишите, как в документе. Написанное сразу убирается из чата и хранится зашифрованным; его проверит оператор, больше никто его не увидит.
identification-ask-given-name =
    <b>Шаг { $step } из { $steps }: имя</b>

    Как в документе.
identification-ask-patronymic =
    <b>Шаг { $step } из { $steps }: отчество</b>

    Если оно есть в документе.
identification-ask-birth-date =
    <b>Шаг { $step } из { $steps }: дата рождения</b>

    День, месяц и год, например 28.02.1990.
identification-ask-document =
    <b>Шаг { $step } из { $steps }: документ</b>

    Какой у вас документ?
identification-ask-number =
    <b>Шаг { $step } из { $steps }: номер документа</b>

    { $document ->
        [passport_ru] Серия и номер, десять цифр: 4510 123456.
       *[passport] От шести до девяти букв и цифр — как на странице с фотографией.
    }
identification-ask-address =
    <b>Шаг { $step } из { $steps }: адрес</b>

    Где вы живёте: город, улица, дом; не меньше { $minimum } знаков.
identification-said = Вы указали: { $value }
identification-line = { $name }: <b>{ $value }</b>
identification-review =
    <b>Всё верно?</b>

    После отправки данные сверит оператор, а результат придёт сюда.
identification-correct = <b>Что исправить?</b>
identification-sent = ✅ Отправлено. Оператор проверит данные, и мы напишем вам сюда. Больше никому их не покажут.

notice-email =
    ✉️ <b>Адрес подтверждён.</b>
    Лимиты стали выше: /limits
notice-identification-approved =
    🪪 <b>Личные данные приняты.</b>
    Лимиты стали выше: /limits
notice-identification-declined =
    🪪 <b>Личные данные не приняты</b>
    Почему: { $reason }
    Исправьте то, что неверно, и отправьте ещё раз; остальное вводить заново не нужно.
notice-identification-waits = 🪪 Чьи-то личные данные ждут проверки.

review-waiting = 🪪 Личные данные ждут проверки.
review-title =
    { $count ->
        [0] Личных данных на проверке нет.
        [one] <b>На проверке: { $count } анкета.</b>
        [few] <b>На проверке: { $count } анкеты.</b>
       *[many] <b>На проверке: { $count } анкет.</b>
    }
review-line = 🪪 { $at }
review-open =
    <b>Кошелёк { $phone }</b>, отправлено { $at }
    { $twins ->
        [0] Такого документа нет ни у какого другого кошелька.
        [one] ⚠️ Такой же документ ещё у { $twins } кошелька.
       *[other] ⚠️ Такой же документ ещё у { $twins } кошельков.
    }
    То, что вы это смотрите, записано.
review-approved = Принято. Владелец кошелька узнает об этом.
review-declined = Отклонено. Владелец кошелька узнает почему.
review-ask-reason =
    <b>Почему отклонено?</b>

    Напишите, что исправить. Владелец прочтёт ваш текст; сами данные в него не пишите.
