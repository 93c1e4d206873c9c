"""HTML in, text and entities out, or Telegram's complaint."""

import html
from contextlib import suppress

import pytest
from aiogram.types import MessageEntity
from aiogram.utils.text_decorations import html_decoration
from hypothesis import given
from hypothesis import strategies as st

from sandbox.telegram.detected import detect
from sandbox.telegram.entities import parse_html, utf16_length
from sandbox.telegram.errors import BadRequestError

WORDS = st.text(min_size=1).map(str.strip).filter(bool)
STYLES = st.sampled_from(["bold", "italic", "underline", "strikethrough", "code", "spoiler"])
TAGS = ["<b>", "</b>", "<a href='x:y'>", "</a>", "<pre>", "</pre>", "<code class=a>", "</code>"]
PIECES = [*TAGS, "<", ">", "</", "&lt;", "&", "=", "'", '"', "я", " "]
NO_EQUAL_SIGN = (
    'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'
)
MARKUP = st.lists(st.sampled_from(PIECES)).map("".join)


@given(WORDS)
def test_escaped_text_comes_out_as_it_was(text: str) -> None:
    """Whatever a person typed, the bot can show it."""
    parsed, entities = parse_html(html.escape(text))

    assert parsed == text
    assert entities == []


@given(MARKUP | st.text())
def test_any_source_is_parsed_or_refused(source: str) -> None:
    """Nothing else may happen: the server must not fall over a bot's mistake."""
    with suppress(BadRequestError):
        text, entities = parse_html(source)
        spans = [(e["offset"], e["offset"] + e["length"]) for e in entities]
        assert all(0 <= start < end <= utf16_length(text) for start, end in spans)


@given(st.text(alphabet='ab я😀&<>"', min_size=1).map(lambda s: f"x{s}x"), STYLES)
def test_what_aiogram_writes_is_read_back(text: str, style: str) -> None:
    """Entities cover the same words, counted in UTF-16 as Telegram does."""
    entity = MessageEntity(type=style, offset=0, length=utf16_length(text))

    parsed, entities = parse_html(html_decoration.unparse(text, [entity]))

    assert parsed == text
    assert entities == [{"type": style, "offset": 0, "length": utf16_length(text)}]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("я<x>y</x>", 'Unsupported start tag "x" at byte offset 2'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("x <b", "Unclosed start tag at byte offset 2"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 3'),
        ("<a href>y</a>", NO_EQUAL_SIGN),
        ("<a href='x>y</a>", "Unclosed start tag at byte offset 0"),
        ("<a href=x!>y</a>", "Unexpected end of name token at byte offset 9"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-time unix=soon>x</tg-time>", 'Tag "tg-time" must have a valid attribute "unix"'),
    ],
)  # fmt: skip
def test_wrong_markup_is_refused_in_telegrams_words(source: str, complaint: str) -> None:
    """A template that real Telegram would refuse must not pass here."""
    with pytest.raises(BadRequestError) as refused:
        parse_html(source)

    assert refused.value.description == f"Bad Request: can't parse entities: {complaint}"


@pytest.mark.parametrize(
    ("source", "entity"),
    [
        ('<a href="https://a.b/?x=1&amp;y=2">x</a>',
         {"type": "text_link", "url": "https://a.b/?x=1&y=2", "offset": 0, "length": 1}),
        ('<pre><code class="language-py">x</code></pre>',
         {"type": "pre", "language": "py", "offset": 0, "length": 1}),
        ("<blockquote expandable>x</blockquote>",
         {"type": "expandable_blockquote", "offset": 0, "length": 1}),
        ("<span class='tg-spoiler'>x</span>", {"type": "spoiler", "offset": 0, "length": 1}),
        ("<tg-emoji emoji-id='5'>x</tg-emoji>",
         {"type": "custom_emoji", "custom_emoji_id": "5", "offset": 0, "length": 1}),
        ("<tg-time unix='1' format='D'>x</tg-time>",
         {"type": "date_time", "unix_time": 1, "date_time_format": "D", "offset": 0, "length": 1}),
        ("  <b> x</b>", {"type": "bold", "offset": 0, "length": 1}),
    ],
)  # fmt: skip
def test_every_tag_has_its_entity(source: str, entity: dict[str, object]) -> None:
    """The tags the Bot API lists, and the space around a text cut off as it does."""
    assert parse_html(source) == ("x", [entity])


def test_references_stand_for_characters() -> None:
    """Unknown names stay as they are; numbers beyond Unicode too."""
    text, _ = parse_html("&lt;&gt;&amp;&quot;&#65;&#x42;&nbsp;&#0;&#1114112;")

    assert text == '<>&"AB&nbsp;&#0;&#1114112;'


def test_addresses_and_commands_are_found_outside_code() -> None:
    """The page makes them tappable, as Telegram's clients do."""
    text = "/start https://a.b. @someone"
    found = detect(text, [])

    assert [entity["type"] for entity in found] == ["bot_command", "url", "mention"]
    assert detect(text, [{"type": "code", "offset": 0, "length": len(text)}]) == [
        {"type": "code", "offset": 0, "length": len(text)}
    ]
