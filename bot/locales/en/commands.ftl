### The list of commands that Telegram shows.

command-start = Your wallet
command-balance = What you have
command-invoices = Invoices to pay
command-pay = Pay for games, phone, bills, fines
command-exchange = Exchange money
command-topup = Top up, find a receipt
command-cards = Your cards
command-limits = What you may spend, and how to raise it
command-history = Payments, step by step
command-receipt = Receipt of a payment
command-refunds = What came back
command-links = Shops that may charge you
command-merchant = Your shop
command-settings = Language and messages
command-lock = Stop every payment at once
command-help = What I can do
command-cancel = Leave what you were doing
