### Mağaza müşterilerinin ödeme yaptığı sayfa.

title = Ödeme: { $payee }
to = Alıcı
for = Açıklama
until = Son ödeme zamanı: { $until } ({ $zone })
languages = Dil

note-hold = Para, mağaza onu alana ya da serbest bırakana kadar en çok { $days } gün bloke edilir.
note-recurring = Öderseniz { $payee } cüzdanınızdan daha sonra sormadan yeniden para çekebilir. Bitirmek için cüzdanın sohbetine /links yazın.
consent = { $payee } ben bitirene kadar cüzdanımdan sormadan yeniden para çekebilir; kabul ediyorum.
note-test = DENEME: para hareket etmez
note-test-explain = Mağaza sayfasını deniyor. Ödemenin nasıl biteceğini seçin.
test-pay = Ödenmiş say
test-refuse = Reddedilmiş say

telegram-heading = Telegram’da
telegram-explain = Kodu telefonunuzla okutun ya da cüzdanın sohbetini buradan açın.
telegram-open = Telegram’ı aç
qr-label = Cüzdanın sohbetini açan QR kodu

phone-heading = Cüzdan numaranızla
phone-label = Cüzdanınızın telefon numarası
phone-hint = Ülke koduyla: +90 532 123 45 67
from-label = Şuradan öde
from-own = { $amount }
from-exchanged = { $amount }, çevrilerek: { $rate }, ücret { $fee }
from-exchanged-free = { $amount }, çevrilerek: { $rate }
way-label = Onayla
way-code = SMS ile gelen kodla
way-chat = cüzdanın sohbetinde
continue = Devam et

card-heading = Cüzdan kartıyla
card-number = Kart numarası
card-expires = Son kullanma (AA/YY)
card-code = Güvenlik kodu
card-cost = Cüzdandan { $amount } çıkar.

cash-heading = Terminalde nakit olarak
cash-offer = Terminal sekiz haneli bir numara sorar.
cash-show = Numarayı göster
cash-explain = Terminalde bu numarayı yazın ve tam olarak { $amount } yatırın: para üstü vermez.

code-heading = Kodu yazın
code-sent = { $phone } numarasının cüzdanı varsa SMS ile bir kod yolda.
code-sent-card = Kart doğruysa sahibinin numarasına SMS ile bir kod yolda, kart •••• { $last }.
code-label = SMS’teki kod
code-pay = { $amount } öde
code-none = Bir dakikada kod gelmedi mi? Geri dönün ve cüzdanın sohbetinde onaylayın.
code-again = Başka kod gönder
other-way = Başka yolla öde
chat-heading = Telegram’da onaylayın
chat-explain = { $phone } numarasının cüzdanı varsa sohbeti şimdi soruyor. Orada Öde’ye basın; bu sayfa kendiliğinden fark eder.
chat-none = Bir şey gelmedi mi? Sohbeti kendiniz açın:
cost = Cüzdandan { $amount } çıkar
cost-rate = kur { $rate }, ücret { $fee }
cost-rate-free = kur { $rate }

state-waiting = Ödeme bekleniyor
state-waiting-explain = Bu sayfa ödemeyi kendiliğinden fark eder.
state-paid = Ödendi
state-paid-explain = Mağazaya bildirildi.
state-authorised = Ödendi, mağaza için bloke edildi
state-authorised-explain = Mağaza hazır olunca parayı alır ya da serbest bırakır.
state-expired = Süre doldu
state-expired-explain = Bu ödemenin süresi doldu, hiçbir şey ödenmedi. Mağazadan yeni bir bağlantı isteyin.
state-rejected = İptal edildi
state-rejected-explain = Bu ödeme reddedildi ya da geri alındı, hiçbir şey ödenmedi.
state-refunded = Ödendi ve iade edildi
state-refunded-explain = Mağaza tamamını iade etti.
state-refunded-in-part = Ödendi, bir kısmı iade edildi
state-refunded-in-part-explain = { $amount } iade edildi.
state-closed = Mağaza şu an ödeme almıyor
state-closed-explain = Hiçbir şey ödenmedi. Mağazaya sorun.
number = Numara

return = Mağazaya dön
return-none = Mağazanın sayfasına dönün: o biliyor.

missing = Böyle bir ödeme yok
missing-explain = Bağlantıyı denetleyin ya da mağazadan yenisini isteyin.
stale = Lütfen yeniden deneyin
stale-explain = Sayfa çok uzun süre açık kaldı ya da tarayıcınız çerez tutmuyor. Mağazanın bağlantısını yeniden açın ve çerezlere izin verin.
busy = Çok fazla deneme
busy-explain = Lütfen birkaç dakika sonra gelin.
