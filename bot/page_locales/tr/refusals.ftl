### O sayfada ödeme neden reddedildi.

error-phone-not-understood = Bu bir telefon numarası değil. Ülke koduyla yazın.
error-card-text = Kartı denetleyin: on altı hane, ay ve yıl, üç haneli kod.
error-consent-missing = Mağaza daha sonra da çekmek istiyor. Kabul ettiğinizi işaretleyin ya da ödemeyin.
error-code-wrong = Kod bu değil. Kalan deneme: { $tries_left }.
error-code-expired = Kod beş dakika geçerliydi, artık eski. Başka kod isteyin.
error-code-exhausted = Çok fazla yanlış: deneme kalmadı, hiçbir şey ödenmedi. Baştan başlayın.
error-code-throttled = Az önce bir kod gönderildi. Yeniden istemeden yarım dakika bekleyin.
error-checkout-expired = Çok uzun bekledi, hiçbir şey ödenmedi. Baştan başlayın.
error-checkout-not-found = Bu tarayıcıda böyle bir ödeme yok. Baştan başlayın.
error-insufficient-funds = Para yetmiyor: { $needed } gerekli, { $available } var. Para yükleyip aynı kodu yeniden gönderin ya da başka yolla ödeyin.
error-wallet-locked = Cüzdan kilitli, hiçbir şey ödenmedi. Kilidi sohbetinde açın.
error-card-frozen = Kart dondurulmuş, hiçbir şey ödenmedi. Sohbette açın: /cards
error-card-limit = Kartın kendi sınırı izin vermiyor, hiçbir şey ödenmedi. Sohbette /cards bölümüne bakın.
error-source-unknown = Cüzdanda böyle bir hesap ya da kart yok, hiçbir şey ödenmedi. Başka bir yol seçin.
error-limit-exceeded = Cüzdanın sınırı izin vermiyor, hiçbir şey ödenmedi. Sohbette /limits bölümüne bakın.
error-exchange = Şu an çevrilemez, hiçbir şey ödenmedi. Başka para birimi seçin ya da sonra gelin.
error-held-exchange = Bu mağaza parayı sonra alır, bu yüzden yalnız { $currency } ile ödenir.
error-other = Cüzdan reddetti, hiçbir şey ödenmedi. Ayrıntısı sohbetinde.
