### જે પેજ પર દુકાનોના ગ્રાહકો ચુકવણી કરે છે.

title = { $payee } ને ચુકવણી
to = કોને
for = શા માટે
until = { $until } ({ $zone }) સુધીમાં ચૂકવો
languages = ભાષા

note-hold = દુકાન પૈસા લે કે છોડે ત્યાં સુધી, વધુમાં વધુ { $days } દિવસ, તે રોકી રાખવામાં આવશે.
note-recurring = ચૂકવવાથી { $payee } પછી પણ પૂછ્યા વિના તમારા વૉલેટમાંથી પૈસા લઈ શકશે, જ્યાં સુધી તમે તે બંધ ન કરો: વૉલેટની ચેટમાં /links મોકલો.
consent = હું સંમત છું કે { $payee } મારા વૉલેટમાંથી પછી પણ પૂછ્યા વિના પૈસા લઈ શકે, જ્યાં સુધી હું તે બંધ ન કરું.
note-test = પરીક્ષણ: કોઈ પૈસા ખસતા નથી
note-test-explain = દુકાન પોતાનું પેજ ચકાસે છે. ચુકવણી કેવી રીતે પૂરી થાય તે પસંદ કરો.
test-pay = જાણે ચૂકવાયું
test-refuse = જાણે નકારાયું

telegram-heading = ટેલિગ્રામમાં
telegram-explain = ફોનથી કોડ સ્કૅન કરો અથવા વૉલેટની ચેટ અહીંથી ખોલો.
telegram-open = ટેલિગ્રામ ખોલો
qr-label = વૉલેટની ચેટ ખોલતો QR કોડ

phone-heading = વૉલેટના નંબરથી
phone-label = તમારા વૉલેટનો ફોન નંબર
phone-hint = દેશના કોડ સાથે: +91 98765 43210
from-label = શામાંથી ચૂકવવું
from-own = { $amount }
from-exchanged = { $amount }, બદલીને: { $rate }, ફી { $fee }
from-exchanged-free = { $amount }, બદલીને: { $rate }
way-label = પુષ્ટિ
way-code = SMS ના કોડથી
way-chat = વૉલેટની ચેટમાં
continue = આગળ વધો

card-heading = વૉલેટના કાર્ડથી
card-number = કાર્ડ નંબર
card-expires = માન્ય (MM/YY)
card-code = સુરક્ષા કોડ
card-cost = વૉલેટમાંથી { $amount } જશે.

cash-heading = ટર્મિનલ પર રોકડ
cash-offer = ટર્મિનલ આઠ અંકનો નંબર પૂછે છે.
cash-show = નંબર બતાવો
cash-explain = ટર્મિનલ પર આ નંબર લખો અને બરાબર { $amount } નાખો: તે છૂટા પાછા નથી આપતું.

code-heading = કોડ લખો
code-sent = જો { $phone } નું વૉલેટ હોય, તો તેના પર SMS થી કોડ આવી રહ્યો છે.
code-sent-card = જો કાર્ડ સાચું હોય, તો તેના માલિકના નંબર પર SMS થી કોડ આવી રહ્યો છે, કાર્ડ •••• { $last }.
code-label = SMS નો કોડ
code-pay = { $amount } ચૂકવો
code-none = એક મિનિટમાં કોડ ન આવ્યો? પાછા જઈને વૉલેટની ચેટમાં પુષ્ટિ કરો.
code-again = બીજો કોડ મોકલો
other-way = બીજી રીતે ચૂકવો
chat-heading = ટેલિગ્રામમાં પુષ્ટિ કરો
chat-explain = જો { $phone } નું વૉલેટ હોય, તો તેની ચેટ હમણાં પૂછે છે. ત્યાં ચુકવણીનું બટન દબાવો; આ પેજ જાતે જાણી લેશે.
chat-none = કંઈ ન આવ્યું? ચેટ જાતે ખોલો:
cost = વૉલેટમાંથી { $amount } જશે
cost-rate = દર { $rate }, ફી { $fee }
cost-rate-free = દર { $rate }

state-waiting = ચુકવણીની રાહ છે
state-waiting-explain = આ પેજ ચુકવણી જાતે જાણી લે છે.
state-paid = ચૂકવાઈ ગયું
state-paid-explain = દુકાનને જણાવી દીધું છે.
state-authorised = ચૂકવાયું, દુકાન માટે રોકેલું
state-authorised-explain = દુકાન તૈયાર થાય ત્યારે પૈસા લેશે અથવા છોડી દેશે.
state-expired = સમય વીતી ગયો
state-expired-explain = આ ચુકવણીનો સમય પૂરો થયો, કંઈ ચૂકવાયું નથી. દુકાન પાસેથી નવી લિંક માગો.
state-rejected = રદ
state-rejected-explain = આ ચુકવણી નકારાઈ અથવા પાછી લેવાઈ, કંઈ ચૂકવાયું નથી.
state-refunded = ચૂકવાયું અને પરત થયું
state-refunded-explain = દુકાને બધું પરત કર્યું.
state-refunded-in-part = ચૂકવાયું, થોડું પરત થયું
state-refunded-in-part-explain = { $amount } પરત થયા.
state-closed = દુકાન હમણાં ચુકવણી લેતી નથી
state-closed-explain = કંઈ ચૂકવાયું નથી. દુકાનને પૂછો.
number = નંબર

return = દુકાન પર પાછા જાઓ
return-none = દુકાનના પેજ પર પાછા જાઓ: તેને ખબર છે.

missing = આવી કોઈ ચુકવણી નથી
missing-explain = લિંક તપાસો અથવા દુકાન પાસેથી નવી માગો.
stale = કૃપા કરી ફરી પ્રયત્ન કરો
stale-explain = પેજ બહુ વાર ખુલ્લું રહ્યું, અથવા બ્રાઉઝર કૂકી રાખતું નથી. દુકાનની લિંક ફરી ખોલો અને કૂકીની પરવાનગી આપો.
busy = ઘણા બધા પ્રયત્નો
busy-explain = કૃપા કરી થોડી મિનિટ પછી આવો.
