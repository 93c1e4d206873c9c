### Settings, the lock, and what operators see.

button-notices-on = 🔔 Turn messages on
button-notices-off = 🔕 Turn messages off
button-unlock = 🔓 Unlock
button-unlock-wallet = 🔓 Unlock the wallet

settings-title = <b>Settings</b>
settings-phone = Number: { $phone }
settings-language = Language: { $language }
settings-notices-on = Messages about new invoices: on
settings-notices-off = Messages about new invoices: off. About your money I write all the same.

lock-done =
    🔒 <b>The wallet and its cards are locked.</b> Nothing can be paid.

    Money can still come in. To unlock, you need a code that goes to your phone.
unlock-code = A code was sent to <b>{ $phone }</b>. Type it here to unlock the wallet; it is good for 5 minutes.
unlock-done = 🔓 <b>The wallet is unlocked.</b> You can pay again.

operator-title = <b>Operator's view</b>
operator-total =
    <b>{ $currency }</b>: holders { $holders }, shops { $merchants }, terminals { $terminals }, providers { $providers }, own { $system }; reserved { $held }
operator-books =
    { $faults ->
        [0] ✅ The books are right: { $transactions } transactions checked.
        [one] ❗ One fault in { $transactions } transactions. Run “purser verify”.
       *[other] ❗ { $faults } faults in { $transactions } transactions. Run “purser verify”.
    }
operator-fault = • { $name }: { $row }
operator-head = Chain: position { $position }, { $hash }
operator-dead =
    { $count ->
        [0] No deliveries were given up.
       *[other] Deliveries given up (the newest, at most { $most }; “purser outbox”):
    }
operator-aside =
    { $count ->
        [0] No updates were set aside.
       *[other] Updates set aside (the newest, at most { $most }):
    }
operator-line = • { $name }: { $error }
operator-chain-head =
    <b>End of the journal</b>, signed. Keep it: with it “purser verify” shows whether the journal was cut or rewritten.

    { $head }
operator-aside-notice = ❗ Update { $number } could not be handled and was set aside: { $error }
