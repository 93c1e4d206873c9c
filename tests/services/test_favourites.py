"""Saved accounts: one for each account, the one used last first, and no more than fifty."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from services import favourites
from services.account_fields import AccountFieldError
from services.catalogue import ProviderNotFoundError
from services.favourites import (
    FavouriteNameError,
    FavouriteNotFoundError,
    TooManyFavouritesError,
)
from services.holders import Holder
from services.money import RUB, Money
from tests.cast import BOB, OTHER_PHONE, Cast
from tests.catalogue import LIGHT, STEAM, order, stock


@pytest.fixture
async def ann(cast: Cast) -> Holder:
    """Somebody with 2,000 roubles, in a wallet whose catalogue can be paid."""
    await stock(cast.services)
    ann = await cast.join()
    await cast.fund(ann, 2_000_00)
    return ann


async def save(cast: Cast, holder: Holder, login: str) -> favourites.Favourite:
    return await cast.services.favourites.save(
        holder=holder, provider_id=STEAM.id, fields={"login": login}
    )


async def test_saved_account_comes_back(cast: Cast, ann: Holder) -> None:
    """However it was typed: the kept form is what is saved."""
    saved = await save(cast, ann, " ann _2026 ")

    assert saved.account == "ann_2026"
    assert saved.name == ""
    assert await cast.services.favourites.listed(holder=ann) == [saved]
    found = await cast.services.favourites.open(holder=ann, favourite_id=saved.id)
    assert found == saved


async def test_same_account_is_saved_once(cast: Cast, ann: Holder) -> None:
    """It keeps its name, and comes first."""
    first = await save(cast, ann, "ann")
    other = await save(cast, ann, "bob")
    await cast.services.favourites.rename(holder=ann, favourite_id=first.id, name="Mine")
    cast.clock.advance(minutes=1)

    again = await save(cast, ann, "ann")

    assert (again.id, again.name) == (first.id, "Mine")
    listed = await cast.services.favourites.listed(holder=ann)
    assert [each.id for each in listed] == [first.id, other.id]


async def test_one_account_saved_a_hundred_times_at_once(cast: Cast, ann: Holder) -> None:
    """A button that is pressed by two fingers on two devices."""
    saved = await asyncio.gather(*(save(cast, ann, "ann") for _ in range(100)))

    assert len({each.id for each in saved}) == 1
    assert len(await cast.services.favourites.listed(holder=ann)) == 1


async def test_used_last_comes_first(cast: Cast, ann: Holder) -> None:
    names = ("one", "two", "three")
    saved = {}
    for name in names:
        saved[name] = await save(cast, ann, name)
        cast.clock.advance(minutes=1)

    await cast.services.favourites.use(holder=ann, favourite_id=saved["two"].id)

    listed = await cast.services.favourites.listed(holder=ann)
    assert [each.account for each in listed] == ["two", "three", "one"]


async def test_meter_and_date_are_not_kept(cast: Cast, ann: Holder) -> None:
    """They are new with each payment."""
    fields = {"account": "12345-67890", "day": "100", "night": "50"}

    saved = await cast.services.favourites.save(holder=ann, provider_id=LIGHT.id, fields=fields)

    assert saved.fields == {"account": "1234567890"}


async def test_name_of_ones_own(cast: Cast, ann: Holder) -> None:
    saved = await save(cast, ann, "ann")

    named = await cast.services.favourites.rename(
        holder=ann, favourite_id=saved.id, name="  Mum's \n game "
    )

    assert named.name == "Mum's game"
    for bad in ("", "   ", "x" * 41, "a\u202eb"):
        with pytest.raises(FavouriteNameError) as refused:
            await cast.services.favourites.rename(holder=ann, favourite_id=saved.id, name=bad)
        assert refused.value.values == {"maximum": 40}


async def test_deleted_is_gone(cast: Cast, ann: Holder) -> None:
    saved = await save(cast, ann, "ann")

    for _ in range(2):
        await cast.services.favourites.delete(holder=ann, favourite_id=saved.id)

    assert await cast.services.favourites.listed(holder=ann) == []
    with pytest.raises(FavouriteNotFoundError):
        await cast.services.favourites.open(holder=ann, favourite_id=saved.id)
    with pytest.raises(FavouriteNotFoundError):
        await cast.services.favourites.use(holder=ann, favourite_id=saved.id)
    with pytest.raises(FavouriteNotFoundError):
        await cast.services.favourites.rename(holder=ann, favourite_id=saved.id, name="Mine")


async def test_somebody_elses_is_not_there(cast: Cast, ann: Holder) -> None:
    """Neither to look at, nor to pay, rename or delete."""
    bob = await cast.join(BOB, OTHER_PHONE)
    saved = await save(cast, ann, "ann")

    with pytest.raises(FavouriteNotFoundError):
        await cast.services.favourites.open(holder=bob, favourite_id=saved.id)
    await cast.services.favourites.delete(holder=bob, favourite_id=saved.id)

    assert await cast.services.favourites.listed(holder=ann) == [saved]
    assert await cast.services.favourites.listed(holder=bob) == []
    assert (await save(cast, bob, "ann")).id != saved.id


async def test_no_more_than_there_may_be_even_at_once(
    cast: Cast, ann: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted one after the other, however many are saved at one moment."""
    monkeypatch.setattr(favourites, "FAVOURITES_MAX", 5)

    outcomes = await asyncio.gather(
        *(save(cast, ann, f"login{number}") for number in range(20)), return_exceptions=True
    )

    refused = [each for each in outcomes if isinstance(each, TooManyFavouritesError)]
    assert len(refused) == 15
    assert len(await cast.services.favourites.listed(holder=ann)) == 5
    assert await save(cast, ann, (await cast.services.favourites.listed(holder=ann))[0].account)


async def test_what_cannot_be_saved(cast: Cast, ann: Holder) -> None:
    with pytest.raises(ProviderNotFoundError):
        await cast.services.favourites.save(holder=ann, provider_id="nobody", fields={})
    with pytest.raises(AccountFieldError):
        await save(cast, ann, "no/login")
    with pytest.raises(AccountFieldError):
        await cast.services.favourites.save(holder=ann, provider_id=STEAM.id, fields={})


async def test_account_of_older_terms_is_kept_by_the_new(cast: Cast, ann: Holder) -> None:
    """A field that was renamed since is asked when it is paid."""
    added = replace(LIGHT, fields=LIGHT.fields[:1])
    await stock(cast.services, added)

    saved = await cast.services.favourites.save(
        holder=ann, provider_id=LIGHT.id, fields={"account": "1234567890", "flat": "12"}
    )

    assert saved.fields == {"account": "1234567890"}


async def test_last_amount_is_of_what_was_paid(cast: Cast, ann: Holder) -> None:
    """Of that account only, not what was refused, and not for ever."""

    async def last(account: str = "ann_2026") -> Money | None:
        return await cast.services.favourites.last_amount(
            holder=ann, provider_id=STEAM.id, account=account
        )

    assert await last() is None
    await cast.pay_provider(ann, order(100_00), key="one")
    await cast.deliver()
    cast.clock.advance(minutes=1)
    await cast.pay_provider(ann, order(200_00), key="two")
    await cast.deliver()

    assert await last() == Money(200_00, RUB)
    assert await last("other") is None
    cast.clock.advance(hours=24 * (favourites.REMEMBERED // timedelta(days=1) + 1))
    assert await last() is None
