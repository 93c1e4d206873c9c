### Saved accounts.

button-rename = ✏️ Rename
button-delete = Delete
button-delete-it = Delete it
button-no-name = Leave it so

favourites-title = <b>Saved accounts</b>, the one used last first:
favourites-none = You have saved no account yet. After a payment, choose “Save” on its receipt, and paying it again takes two taps.
favourite-title = ⭐ { $picture } <b>{ $name }</b>
favourite-provider = { $name }
favourite-closed = This payee is not in the catalogue any more and cannot be paid.
favourite-saved = ⭐ Saved.
favourite-ask-name = What shall it be called? Type a name, such as “Mum's light”, of at most { $maximum } characters.
favourite-delete = Delete the saved account <b>{ $name }</b>? Past payments stay in the history.
favourite-deleted = Deleted.
