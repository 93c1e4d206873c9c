### वह पेज जिस पर दुकानों के ग्राहक भुगतान करते हैं।

title = { $payee } को भुगतान
to = किसे
for = किसलिए
until = { $until } ({ $zone }) तक भुगतान करें
languages = भाषा

note-hold = जब तक दुकान पैसे ले नहीं लेती या छोड़ नहीं देती, वे अधिकतम { $days } दिन तक रोके जाएँगे।
note-recurring = भुगतान करने पर { $payee } आगे भी बिना पूछे आपके वॉलेट से पैसे ले सकेगा, जब तक आप इसे बंद नहीं करते: वॉलेट की चैट में /links भेजें।
consent = मैं सहमत हूँ कि { $payee } मेरे वॉलेट से आगे भी बिना पूछे पैसे ले सकता है, जब तक मैं इसे बंद न करूँ।
note-test = परीक्षण: कोई पैसा नहीं हिलता
note-test-explain = दुकान अपना पेज परख रही है। चुनें कि भुगतान कैसे समाप्त हो।
test-pay = मानो भुगतान हो गया
test-refuse = मानो इनकार हुआ

telegram-heading = टेलीग्राम में
telegram-explain = फ़ोन से कोड स्कैन करें या वॉलेट की चैट यहाँ खोलें।
telegram-open = टेलीग्राम खोलें
qr-label = QR कोड, जो वॉलेट की चैट खोलता है

phone-heading = वॉलेट के नंबर से
phone-label = आपके वॉलेट का फ़ोन नंबर
phone-hint = देश के कोड के साथ: +91 98765 43210
from-label = किससे दें
from-own = { $amount }
from-exchanged = { $amount }, बदलकर: { $rate }, शुल्क { $fee }
from-exchanged-free = { $amount }, बदलकर: { $rate }
way-label = पुष्टि
way-code = SMS के कोड से
way-chat = वॉलेट की चैट में
continue = आगे बढ़ें

card-heading = वॉलेट के कार्ड से
card-number = कार्ड नंबर
card-expires = वैधता (MM/YY)
card-code = सुरक्षा कोड
card-cost = वॉलेट से { $amount } जाएँगे।

cash-heading = टर्मिनल पर नकद
cash-offer = टर्मिनल आठ अंकों का नंबर पूछता है।
cash-show = नंबर दिखाएँ
cash-explain = टर्मिनल पर यह नंबर लिखें और ठीक { $amount } डालें: वह छुट्टे नहीं लौटाता।

code-heading = कोड लिखें
code-sent = अगर { $phone } का वॉलेट है, तो उस पर SMS से कोड आ रहा है।
code-sent-card = अगर कार्ड सही है, तो उसके मालिक के नंबर पर SMS से कोड आ रहा है, कार्ड •••• { $last }।
code-label = SMS का कोड
code-pay = { $amount } दें
code-none = एक मिनट में कोड नहीं आया? वापस जाएँ और वॉलेट की चैट में पुष्टि करें।
code-again = दूसरा कोड भेजें
other-way = दूसरे तरीके से दें
chat-heading = टेलीग्राम में पुष्टि करें
chat-explain = अगर { $phone } का वॉलेट है, तो उसकी चैट अभी पूछ रही है। वहाँ भुगतान का बटन दबाएँ; यह पेज खुद जान लेगा।
chat-none = कुछ नहीं आया? चैट खुद खोलें:
cost = वॉलेट से { $amount } जाएँगे
cost-rate = दर { $rate }, शुल्क { $fee }
cost-rate-free = दर { $rate }

state-waiting = भुगतान की प्रतीक्षा है
state-waiting-explain = यह पेज भुगतान को खुद जान लेता है।
state-paid = भुगतान हो गया
state-paid-explain = दुकान को बता दिया गया है।
state-authorised = भुगतान हुआ, दुकान के लिए रोका गया
state-authorised-explain = दुकान तैयार होने पर पैसे लेगी या छोड़ देगी।
state-expired = समय निकल गया
state-expired-explain = इस भुगतान का समय समाप्त हो गया, कुछ नहीं दिया गया। दुकान से नया लिंक माँगें।
state-rejected = रद्द
state-rejected-explain = यह भुगतान अस्वीकार हुआ या वापस लिया गया, कुछ नहीं दिया गया।
state-refunded = भुगतान हुआ और लौटाया गया
state-refunded-explain = दुकान ने सब लौटा दिया।
state-refunded-in-part = भुगतान हुआ, कुछ हिस्सा लौटाया गया
state-refunded-in-part-explain = { $amount } लौटाए गए।
state-closed = दुकान अभी भुगतान नहीं लेती
state-closed-explain = कुछ नहीं दिया गया। दुकान से पूछें।
number = संख्या

return = दुकान पर लौटें
return-none = दुकान के पेज पर लौटें: उसे पता है।

missing = ऐसा कोई भुगतान नहीं है
missing-explain = लिंक जाँचें या दुकान से नया माँगें।
stale = कृपया फिर कोशिश करें
stale-explain = पेज बहुत देर खुला रहा, या ब्राउज़र कुकी नहीं रखता। दुकान का लिंक फिर खोलें और कुकी की अनुमति दें।
busy = बहुत अधिक प्रयास
busy-explain = कृपया कुछ मिनट बाद आएँ।
