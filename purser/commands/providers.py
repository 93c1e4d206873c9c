"""`purser provider`: the catalogue of those whom the wallet can pay."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from purser.commands.running import AsJson, fail, in_wallet, or_exit, show
from purser.wallet import Wallet
from services.catalogue import Contents, Provider
from services.catalogue_imports import CatalogueFile, Change, Changed, ImportResult
from services.catalogue_terms import content_of
from services.money import plain

provider = typer.Typer(help="Providers of the catalogue.", no_args_is_help=True)

ProviderId = Annotated[str, typer.Argument(help="As the file names it.", metavar="ID")]
_WORDS = {Change.STAYS_CLOSED: "unchanged, and stays closed: the operator has closed it"}


@provider.command("import")
def import_file(
    path: Annotated[Path, typer.Argument(help="A catalogue in TOML.", metavar="FILE")],
    *,
    close_missing: Annotated[
        bool, typer.Option("--close-missing", help="Close all providers that it does not name.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only say what is wrong with it.")
    ] = False,
    sandbox: Annotated[
        str | None, typer.Option(help="What sandbox: in addresses stands for.", metavar="URL")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the catalogue what a file says; the same file again changes nothing."""
    if check:
        file = or_exit(lambda: _read(path, None, sandbox))
        facts = {"categories": len(file.categories), "providers": len(file.providers)}
        text = f"{facts['categories']} categories, {facts['providers']} providers: all is well"
        show(facts, as_json=as_json, text=text)
        return

    async def put(wallet: Wallet) -> ImportResult:
        imports = wallet.services.catalogue_imports
        file = _read(path, await imports.contents(), sandbox)
        return await imports.import_(file=file, close_missing=close_missing)

    result = in_wallet(put)
    show(result, as_json=as_json, text=_told(result))


@provider.command("list")
def list_providers(
    *,
    category: Annotated[str | None, typer.Option(help="Those of one category.")] = None,
    as_json: AsJson = False,
) -> None:
    """All providers, by category, closed ones too."""
    contents = _contents()
    found = [
        each
        for each in sorted(contents.providers.values(), key=_place_in(contents))
        if category in (None, each.category)
    ]
    lines = [
        f"{each.id:24} {each.category:12} v{each.version:<3}"
        f" {'open' if each.is_open else 'closed':6} {each.name('en')}"
        for each in found
    ]
    show(
        [_summary(each) for each in found],
        as_json=as_json,
        text="\n".join(lines) or "there is none",
    )


@provider.command("show")
def show_provider(
    provider_id: ProviderId,
    *,
    version: Annotated[int | None, typer.Option(min=1, help="Older terms.")] = None,
    as_json: AsJson = False,
) -> None:
    """The terms of a provider, and which versions of them there were."""
    found = in_wallet(
        lambda wallet: wallet.services.catalogue_imports.versions(provider_id=provider_id),
        may_make=False,
    )
    one = next((each for each in found if version in (None, each.version)), None)
    if one is None:
        fail(f"{provider_id} has no version {version}; there is 1 to {found[0].version}")
    facts = _summary(one) | content_of(one) | {"connection": _connection_facts(one)}
    versions = [each.version for each in found]
    show(facts | {"versions": versions}, as_json=as_json, text=_shown(one, versions))


@provider.command("close")
def close_provider(
    provider_id: ProviderId,
    *,
    reason: Annotated[str, typer.Option(help="Why; it stays in the history.")],
    as_json: AsJson = False,
) -> None:
    """Take no payments for a provider until it is opened again; imports don't open it."""
    found = in_wallet(
        lambda wallet: wallet.services.catalogue_imports.close(
            provider_id=provider_id, reason=reason
        ),
        may_make=False,
    )
    show(_summary(found), as_json=as_json, text=f"{found.id} is closed")


@provider.command("open")
def open_provider(provider_id: ProviderId, *, as_json: AsJson = False) -> None:
    """Take payments for a provider that was closed."""
    found = in_wallet(
        lambda wallet: wallet.services.catalogue_imports.open(provider_id=provider_id),
        may_make=False,
    )
    show(_summary(found), as_json=as_json, text=f"{found.id} is open")


@provider.command("sample")
def print_sample() -> None:
    """Print the catalogue that ships, as a file to begin with."""
    from purser.catalogue_file import sample_text  # noqa: PLC0415  # as in `_read`

    typer.echo(sample_text(), nl=False)


def _read(path: Path, contents: Contents | None, sandbox: str | None) -> CatalogueFile:
    """The file, or the end of the program with a line for each problem."""
    from purser.catalogue_file import TomlProblemsError, read_file  # noqa: PLC0415  # seldom used

    known = [] if contents is None else [each.id for each in contents.categories]
    try:
        return read_file(path, known=known, sandbox=sandbox)
    except TomlProblemsError as exc:
        for line in str(exc).splitlines():
            typer.echo(line, err=True)  # as compilers write it, so that editors find the line
        raise typer.Exit(1) from None


def _contents() -> Contents:
    return in_wallet(lambda wallet: wallet.services.catalogue_imports.contents(), may_make=False)


def _place_in(contents: Contents) -> Any:
    """Sorts by category; within one it stays as the file has it."""
    places = {each.id: number for number, each in enumerate(contents.categories)}
    return lambda each: places.get(each.category, len(places))


def _told(result: ImportResult) -> str:
    lines = [_line("category", each) for each in result.categories]
    lines += [_line("provider", each) for each in result.providers]
    counts = Counter(each.change for each in (*result.categories, *result.providers))
    parts = [f"{number} {change.value.replace('_', ' ')}" for change, number in counts.items()]
    total = ", ".join(parts)
    told = [each for each in lines if each is not None]
    return "\n".join([*told, f"catalogue {result.version}: {total or 'nothing in the file'}"])


def _line(kind: str, changed: Changed) -> str | None:
    if changed.change is Change.UNCHANGED:
        return None
    version = f" v{changed.version}" if changed.version else ""
    return f"{kind} {changed.id}{version}: {_WORDS.get(changed.change, changed.change.value)}"


def _shown(found: Provider, versions: list[int]) -> str:
    step = "" if found.step is None else f", in steps of {plain(found.step)}"
    least, most = plain(found.minimum), plain(found.maximum)
    facts = {
        "provider": f"{found.id}, version {found.version} of {len(versions)}",
        "name": ", ".join(f"{each} ({language})" for language, each in found.names.items()),
        "category": found.category,
        "state": "open" if found.is_open else "closed",
        "fields": ", ".join(f"{each.name} ({each.keep.value})" for each in found.fields),
        "amounts": f"{least} to {most} {found.currency.code}{step}",
        "commission": _commission_text(found),
        "hours": "always" if found.hours is None else f"limited, {found.hours.zone}",
        "connection": " ".join(f"{each}" for each in _connection_facts(found).values()),
    }
    return "\n".join(f"{name:11} {fact}" for name, fact in facts.items())


def _commission_text(found: Provider) -> str:
    """What is taken of the least and of the most that may be paid."""
    least, most = (found.charge(each).commission for each in (found.minimum, found.maximum))
    borne_by = found.commission.borne_by.value
    return (
        f"{plain(least)} for the minimum, {plain(most)} for the maximum; the {borne_by} bears it"
    )


def _connection_facts(found: Provider) -> dict[str, Any]:
    """Without what an operator may have hidden in an address or in parameters."""
    settings = found.connection.settings
    shown = {name: each for name, each in settings.items() if name != "parameters"}
    if isinstance(settings.get("url"), str):
        shown["url"] = settings["url"].partition("?")[0]
    return {"kind": found.connection.kind} | shown


def _summary(found: Provider) -> dict[str, Any]:
    return {
        "id": found.id,
        "version": found.version,
        "category": found.category,
        "name": found.name("en"),
        "currency": found.currency,
        "open": found.is_open,
    }
