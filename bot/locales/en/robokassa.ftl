# What a payer reads when a shop's order cannot be opened; the numbers are Robokassa's.

robokassa-page-title = The order can’t be paid
robokassa-page-25 = This shop takes no payments at present. Ask the shop how to pay.
robokassa-page-26 = No shop has this login. The shop has to look at MerchantLogin.
robokassa-page-29 = The shop’s signature is wrong, so the wallet can’t tell whether the order is the shop’s. Ask the shop to check its password and hash, and for a test order its test passwords.
robokassa-page-30 = The order can’t be read. The shop has to mend what it sends:
robokassa-page-31 = The sum can’t be paid: it has to be above zero, written with a point, and no finer than kopecks.
robokassa-page-33 = The time for paying this order is over. Order again in the shop.
robokassa-page-34 = This shop may not charge again by itself, or the payer has ended it. Pay in the ordinary way.
robokassa-page-35 = The repeated charge names no payment that agreed to it.
robokassa-page-40 = An order with this number is paid, or its money is held. Look into your history; for another purchase order again in the shop.
robokassa-page-41 = The payment didn’t start. Nothing was taken; try again in a minute.
robokassa-page-53 = There is no such order. Go back to the shop and order again.
robokassa-page-64 = This shop may not hold money before it takes it. Ask the shop to turn that off.
robokassa-page-65 = What the shop sends about holding money can’t be read.
