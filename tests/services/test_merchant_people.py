"""A merchant's people: by numeric id and role, asked again at each step."""

import pytest

from services.merchant_people import (
    PEOPLE_MAX,
    MerchantPersonNotFoundError,
    NotOfMerchantError,
    Right,
    Role,
    RoleError,
    TelegramIdError,
    TooManyPeopleError,
)
from services.merchants import MerchantNotFoundError
from tests.cast import Cast

OLGA, MARK, VERA = 101, 102, 103


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.OWNER, {Right.SEE, Right.TRADE, Right.KEYS}),
        (Role.MANAGER, {Right.SEE, Right.TRADE}),
        (Role.VIEWER, {Right.SEE}),
    ],
)
async def test_role_says_what_one_may(cast: Cast, role: Role, rights: set[Right]) -> None:
    shop, people = await cast.shop(), cast.services.merchant_people
    await people.add(merchant_id=shop.id, telegram_id=OLGA, role=role)

    for right in Right:
        asked = people.act(merchant_id=shop.id, telegram_id=OLGA, right=right, what="a test")
        if right in rights:
            found = await asked
            assert (found.merchant, found.role, found.may(right)) == (shop, role, True)
            continue
        with pytest.raises(RoleError) as refused:
            await asked
        assert refused.value.values == {"role": role.value}


async def test_whoever_was_removed_may_nothing(cast: Cast) -> None:
    """Also what was on the screen before."""
    shop, people = await cast.shop(), cast.services.merchant_people
    await people.add(merchant_id=shop.id, telegram_id=OLGA, role=Role.OWNER)
    await people.remove(merchant_id=shop.id, telegram_id=OLGA)

    for asked in (
        people.look(merchant_id=shop.id, telegram_id=OLGA, right=Right.SEE),
        people.act(merchant_id=shop.id, telegram_id=OLGA, right=Right.SEE, what="a test"),
        people.look(merchant_id="no such", telegram_id=OLGA, right=Right.SEE),
    ):
        with pytest.raises(NotOfMerchantError):
            await asked
    with pytest.raises(MerchantPersonNotFoundError):
        await people.remove(merchant_id=shop.id, telegram_id=OLGA)
    assert await people.of_person(telegram_id=OLGA) == []


async def test_added_again_has_the_new_role(cast: Cast) -> None:
    shop, people = await cast.shop(), cast.services.merchant_people
    first = await people.add(merchant_id=shop.id, telegram_id=OLGA, role=Role.OWNER)
    cast.clock.advance(days=1)
    await people.add(merchant_id=shop.id, telegram_id=MARK, role=Role.MANAGER)

    await people.add(merchant_id=shop.id, telegram_id=OLGA, role=Role.VIEWER)

    found = await people.listed(merchant_id=shop.id)
    assert [(each.telegram_id, each.role) for each in found] == [
        (OLGA, Role.VIEWER),
        (MARK, Role.MANAGER),
    ]
    assert found[0].added_at == first.added_at


async def test_person_of_several_shops_sees_them_by_name(cast: Cast) -> None:
    people = cast.services.merchant_people
    for name in ("Tea", "Books", "Music"):
        shop = await cast.shop(name)
        await people.add(merchant_id=shop.id, telegram_id=VERA, role=Role.VIEWER)

    found = await people.of_person(telegram_id=VERA)

    assert [each.merchant.name for each in found] == ["Books", "Music", "Tea"]


async def test_who_did_what_is_kept_with_the_shop(cast: Cast) -> None:
    shop, people = await cast.shop(), cast.services.merchant_people
    await people.add(merchant_id=shop.id, telegram_id=OLGA, role=Role.OWNER)
    await people.act(merchant_id=shop.id, telegram_id=OLGA, right=Right.TRADE, what="refund 1")
    await people.remove(merchant_id=shop.id, telegram_id=OLGA)

    steps = await cast.store.read(lambda book: book.steps.of(shop.owner))

    assert [(each.event, each.actor, each.reason) for each in steps[1:]] == [
        ("person_add", "operator", f"{OLGA} owner"),
        ("person_act", f"telegram {OLGA}", "refund 1"),
        ("person_remove", "operator", str(OLGA)),
    ]


async def test_bounds(cast: Cast) -> None:
    shop, people = await cast.shop(), cast.services.merchant_people
    for telegram_id in (0, -5, 2**52):
        with pytest.raises(TelegramIdError):
            await people.add(merchant_id=shop.id, telegram_id=telegram_id, role=Role.OWNER)
    with pytest.raises(MerchantNotFoundError):
        await people.add(merchant_id="no such", telegram_id=OLGA, role=Role.OWNER)
    with pytest.raises(MerchantNotFoundError):
        await people.listed(merchant_id="no such")

    for number in range(PEOPLE_MAX):
        await people.add(merchant_id=shop.id, telegram_id=1 + number, role=Role.VIEWER)
    with pytest.raises(TooManyPeopleError):
        await people.add(merchant_id=shop.id, telegram_id=1_000, role=Role.VIEWER)
    await people.add(merchant_id=shop.id, telegram_id=1, role=Role.OWNER)  # is there already
