"""The methods of the Bot API that the sandbox knows, by name."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sandbox.bot_api.params import Params
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.files import Upload, picture_size, picture_type
from sandbox.telegram.markup import check_inline, check_reply
from sandbox.telegram.telegram import Telegram

Method = Callable[[Telegram, Params], Any]
_DELETED_AT_ONCE_MAX = 100


def get_me(telegram: Telegram, _: Params) -> dict[str, Any]:
    """The bot itself."""
    return {
        **telegram.bot(),
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "has_main_web_app": False,
    }


def send_message(telegram: Telegram, params: Params) -> dict[str, Any]:
    """A text."""
    telegram.person(params.text("chat_id"))
    text, entities = params.formatted("text", "entities")
    if not text:
        raise BadRequestError("message text is empty")
    preview = params.json("link_preview_options")
    content = {"link_preview_options": preview} if preview else {}
    return _send(telegram, params, text=text, entities=entities, content=content)


def send_document(telegram: Telegram, params: Params) -> dict[str, Any]:
    """A file of any kind."""
    upload = _upload(telegram, params, "document")
    facts = telegram.files.keep("documents", upload)
    document = {"file_name": upload.name, "mime_type": upload.mime_type, **facts}
    return _send_file(telegram, params, {"document": document})


def send_photo(telegram: Telegram, params: Params) -> dict[str, Any]:
    """A picture, PNG or JPEG."""
    upload = _upload(telegram, params, "photo")
    width, height = picture_size(upload.body)
    typed = replace(upload, mime_type=picture_type(upload.body))
    facts = telegram.files.keep("photos", typed)
    return _send_file(telegram, params, {"photo": [{**facts, "width": width, "height": height}]})


def send_chat_action(telegram: Telegram, params: Params) -> bool:
    """`typing` and its like."""
    telegram.act(params.text("chat_id"), params.text("action") or "typing")
    return True


def edit_message_text(telegram: Telegram, params: Params) -> dict[str, Any]:
    """Another text, and another keyboard or none."""
    text, entities = params.formatted("text", "entities")
    return _edit(telegram, params, text=text, entities=entities)


def edit_message_caption(telegram: Telegram, params: Params) -> dict[str, Any]:
    """Another text under a file."""
    text, entities = params.formatted("caption", "caption_entities")
    return _edit(telegram, params, text=text, entities=entities, is_caption=True)


def edit_message_reply_markup(telegram: Telegram, params: Params) -> dict[str, Any]:
    """Another keyboard or none, the text as it was."""
    return _edit(telegram, params)


def delete_message(telegram: Telegram, params: Params) -> bool:
    """One message."""
    telegram.delete(params.text("chat_id"), params.integer("message_id"))
    return True


def delete_messages(telegram: Telegram, params: Params) -> bool:
    """Several; those that are not there are passed over, as at Telegram."""
    chat_id = params.text("chat_id")
    ids = params.json("message_ids") or []
    if not 0 < len(ids) <= _DELETED_AT_ONCE_MAX:
        raise BadRequestError("message identifiers are not specified")
    present = telegram.chat(telegram.person(chat_id)).messages
    for message_id in [message_id for message_id in ids if message_id in present]:
        telegram.delete(chat_id, message_id)
    return True


def answer_callback_query(telegram: Telegram, params: Params) -> bool:
    """The end of a tap."""
    telegram.answer(
        params.text("callback_query_id"),
        text=params.text("text") or "",
        is_alert=params.flag("show_alert"),
        url=params.text("url"),
    )
    return True


def get_chat(telegram: Telegram, params: Params) -> dict[str, Any]:
    """A person, as a chat."""
    person = telegram.person(params.text("chat_id"))
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription",
         "gifts_from_channels"), False)  # fmt: skip
    return {
        **person.as_chat(),
        "accent_color_id": person.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts,
    }


def get_file(telegram: Telegram, params: Params) -> dict[str, Any]:
    """Where a file can be fetched."""
    return telegram.files.describe(params.text("file_id") or "")


def set_my_commands(telegram: Telegram, params: Params) -> bool:
    """The list behind the menu button."""
    telegram.profile.set_commands(
        params.json("commands"),
        scope=params.json("scope"),
        language=params.text("language_code") or "",
    )
    return True


def delete_my_commands(telegram: Telegram, params: Params) -> bool:
    """No list of this scope and language any more."""
    language = params.text("language_code") or ""
    telegram.profile.set_commands([], scope=params.json("scope"), language=language)
    return True


def get_my_commands(telegram: Telegram, params: Params) -> list[dict[str, Any]]:
    """The list of this scope and language."""
    language = params.text("language_code") or ""
    return telegram.profile.commands(scope=params.json("scope"), language=language)


def set_chat_menu_button(telegram: Telegram, params: Params) -> bool:
    """The button beside the message field."""
    telegram.profile.set_menu(params.json("menu_button"), chat_id=params.integer("chat_id"))
    return True


def get_chat_menu_button(telegram: Telegram, params: Params) -> dict[str, Any]:
    """The button beside the message field."""
    return telegram.profile.menu(params.integer("chat_id"))


def _set_text(name: str) -> Method:
    def method(telegram: Telegram, params: Params) -> bool:
        language = params.text("language_code") or ""
        telegram.profile.set_text(name, params.text(name) or "", language=language)
        return True

    return method


def _get_text(name: str) -> Method:
    def method(telegram: Telegram, params: Params) -> dict[str, Any]:
        language = params.text("language_code") or ""
        return {name: telegram.profile.text(name, language=language)}

    return method


def _send_file(telegram: Telegram, params: Params, content: dict[str, Any]) -> dict[str, Any]:
    text, entities = params.formatted("caption", "caption_entities")
    return _send(telegram, params, text=text, entities=entities, content=content)


def _send(
    telegram: Telegram,
    params: Params,
    *,
    text: str,
    entities: list[dict[str, Any]],
    content: dict[str, Any],
) -> dict[str, Any]:
    markup = params.json("reply_markup") or {}
    is_inline = not markup or "inline_keyboard" in markup
    if params.flag("protect_content"):
        content = {**content, "has_protected_content": True}
    if effect := params.text("message_effect_id"):
        content = {**content, "effect_id": effect}
    return telegram.send(
        params.text("chat_id"),
        text=text,
        entities=entities,
        content=content,
        keyboard=check_inline(markup) if is_inline else None,
        reply_keyboard=None if is_inline else check_reply(markup),
        reply_to=_reply_to(telegram, params),
    )


def _edit(telegram: Telegram, params: Params, **changed: Any) -> dict[str, Any]:
    keyboard = check_inline(params.json("reply_markup"))
    message_id = params.integer("message_id")
    if message_id is None:
        raise BadRequestError("message identifier is not specified")
    return telegram.edit(params.text("chat_id"), message_id, keyboard=keyboard, **changed)


def _reply_to(telegram: Telegram, params: Params) -> int | None:
    asked = params.json("reply_parameters") or {}
    message_id: int | None = asked.get("message_id", params.integer("reply_to_message_id"))
    messages = telegram.chat(telegram.person(params.text("chat_id"))).messages
    if message_id not in messages and asked.get("allow_sending_without_reply"):
        return None
    return message_id


def _upload(telegram: Telegram, params: Params, name: str) -> Upload:
    telegram.recipient(params.text("chat_id"))
    given = params.upload(name)
    found = telegram.files.upload(given) if isinstance(given, str) else given
    if found is None:
        raise BadRequestError("wrong remote file identifier specified: Wrong string length")
    return found if found.name else replace(found, name=name)


METHODS: Mapping[str, Method] = {
    "getme": get_me,
    "sendmessage": send_message,
    "senddocument": send_document,
    "sendphoto": send_photo,
    "sendchataction": send_chat_action,
    "editmessagetext": edit_message_text,
    "editmessagecaption": edit_message_caption,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
    "answercallbackquery": answer_callback_query,
    "getchat": get_chat,
    "getfile": get_file,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setchatmenubutton": set_chat_menu_button,
    "getchatmenubutton": get_chat_menu_button,
    "setmyname": _set_text("name"),
    "getmyname": _get_text("name"),
    "setmydescription": _set_text("description"),
    "getmydescription": _get_text("description"),
    "setmyshortdescription": _set_text("short_description"),
    "getmyshortdescription": _get_text("short_description"),
}
"""Method names are lower-cased: Telegram does not care about their case either."""
