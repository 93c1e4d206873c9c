### الصفحة التي يدفع فيها زبائن المتاجر.

title = الدفع إلى { $payee }
to = إلى
for = مقابل
until = يُدفع قبل { $until } ({ $zone })
languages = اللغة

note-hold = يُحجز المبلغ حتى { $days } أيام إلى أن يأخذه المتجر أو يحرّره.
note-recurring = بالدفع تسمح لـ { $payee } بأن يسحب من محفظتك لاحقًا دون سؤال، إلى أن توقف ذلك: أرسل ⁦/links⁩ إلى محادثة المحفظة.
consent = أوافق على أن يسحب { $payee } من محفظتي لاحقًا دون سؤال إلى أن أوقف ذلك.
note-test = تجربة: لا يتحرك أي مال
note-test-explain = يجرّب المتجر صفحته. اختر كيف تنتهي العملية.
test-pay = كأنها دُفعت
test-refuse = كأنها رُفضت

telegram-heading = في تيليجرام
telegram-explain = امسح الرمز بهاتفك أو افتح محادثة المحفظة من هنا.
telegram-open = افتح تيليجرام
qr-label = رمز QR يفتح محادثة المحفظة

phone-heading = برقم محفظتك
phone-label = رقم هاتف محفظتك
phone-hint = مع رمز البلد: ⁦+971 50 123 4567⁩
from-label = ادفع من
from-own = { $amount }
from-exchanged = { $amount } بعد الصرف: { $rate }، الرسوم { $fee }
from-exchanged-free = { $amount } بعد الصرف: { $rate }
way-label = التأكيد
way-code = برمز عبر رسالة SMS
way-chat = في محادثة المحفظة
continue = متابعة

card-heading = ببطاقة من المحفظة
card-number = رقم البطاقة
card-expires = صالحة حتى (شهر/سنة)
card-code = رمز الأمان
card-cost = يخرج من المحفظة { $amount }.

cash-heading = نقدًا في جهاز دفع
cash-offer = يطلب الجهاز رقمًا من ثماني خانات.
cash-show = أظهر الرقم
cash-explain = اكتب هذا الرقم في الجهاز وأدخل { $amount } بالضبط: فهو لا يعيد الباقي.

code-heading = اكتب الرمز
code-sent = إن كانت لدى { $phone } محفظة فالرمز في طريقه إليها برسالة SMS.
code-sent-card = إن كانت البطاقة صحيحة فالرمز في طريقه برسالة SMS إلى رقم صاحبها، البطاقة •••• { $last }.
code-label = الرمز من الرسالة
code-pay = ادفع { $amount }
code-none = لم يصل الرمز خلال دقيقة؟ ارجع وأكّد في محادثة المحفظة.
code-again = أرسل رمزًا آخر
other-way = ادفع بطريقة أخرى
chat-heading = أكّد في تيليجرام
chat-explain = إن كانت لدى { $phone } محفظة فمحادثتها تسأل الآن. اضغط هناك على زر الدفع، وستلاحظ هذه الصفحة ذلك بنفسها.
chat-none = لم يصل شيء؟ افتح المحادثة بنفسك:
cost = يخرج من المحفظة { $amount }
cost-rate = بسعر { $rate }، الرسوم { $fee }
cost-rate-free = بسعر { $rate }

state-waiting = في انتظار الدفع
state-waiting-explain = تلاحظ هذه الصفحة الدفع بنفسها.
state-paid = تم الدفع
state-paid-explain = أُبلغ المتجر.
state-authorised = تم الدفع والمبلغ محجوز للمتجر
state-authorised-explain = يأخذ المتجر المبلغ عندما يكون جاهزًا أو يحرّره.
state-expired = انتهى الوقت
state-expired-explain = انتهت مهلة هذا الدفع ولم يُدفع شيء. اطلب من المتجر رابطًا جديدًا.
state-rejected = أُلغي
state-rejected-explain = رُفض هذا الدفع أو سحبه المتجر، ولم يُدفع شيء.
state-refunded = دُفع ثم أُعيد
state-refunded-explain = أعاد المتجر المبلغ كله.
state-refunded-in-part = دُفع وأُعيد جزء منه
state-refunded-in-part-explain = أُعيد { $amount }.
state-closed = لا يقبل المتجر الدفع الآن
state-closed-explain = لم يُدفع شيء. اسأل المتجر.
number = الرقم

return = العودة إلى المتجر
return-none = ارجع إلى صفحة المتجر: لديه الخبر.

missing = لا يوجد دفع كهذا
missing-explain = تحقق من الرابط أو اطلب من المتجر رابطًا جديدًا.
stale = حاول مرة أخرى من فضلك
stale-explain = بقيت الصفحة مفتوحة طويلًا أو أن متصفحك لا يحفظ ملفات تعريف الارتباط. افتح رابط المتجر من جديد واسمح بها.
busy = محاولات كثيرة
busy-explain = عد بعد بضع دقائق من فضلك.
