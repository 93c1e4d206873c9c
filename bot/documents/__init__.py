"""Documents that the wallet makes: receipts, statements, pictures of a month's spending.

Words come from the Fluent files and formats from Babel, as in the chat; typst sets them.
What is shown goes in as JSON and never into a template's source, so nothing that somebody
is called can be more than text.
"""
