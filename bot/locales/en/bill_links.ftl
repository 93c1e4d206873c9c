# What a payer reads when a link to a new bill can't be opened.

bill-link-title = The bill can’t be opened
bill-link-shop = No shop here has this key. Go back to the shop and tell it that its link is wrong.
bill-link-missing = There is no such bill. Go back to the shop and order again.
bill-link-amount = The link names no amount that can be paid. Go back to the shop and order again.
bill-link-lifetime = The time for paying by this link is over, or can’t be read. Go back to the shop and order again.
bill-link-taken = The shop has a bill with this number and another amount. Go back to the shop and order again.
bill-link-unreadable = The link can’t be read: something in it is too long or not possible. Tell the shop.
bill-link-busy = Too many bills were opened from here. Wait a minute, then open the link again.
bill-link-failed = The bill didn’t open. Nothing was taken; try again in a minute.
bill-link-ask = How much do you pay?
bill-link-label = Amount
bill-link-go = Go on
