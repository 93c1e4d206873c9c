"""`purser payment`: payments that a provider has not answered for good."""

from typing import Annotated, Any

import typer

from purser.commands.running import AsJson, in_wallet, show
from services.provider_life import ProviderPayment

payment = typer.Typer(help="Payments to providers.", no_args_is_help=True)


@payment.command("waiting")
def waiting(
    *,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The oldest so many.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Those whose provider is still asked, and those that nobody can tell any more."""
    found = in_wallet(
        lambda wallet: wallet.services.provider_sending.waiting(limit=limit), may_make=False
    )
    lines = [
        f"{each.state.value:8} {each.created_at:%Y-%m-%d %H:%M} {each.provider} {each.account}"
        f" {each.total} {each.reason} attempts {each.attempts} {each.id}"
        for each in found
    ]
    show([_facts(each) for each in found], as_json=as_json, text="\n".join(lines) or "none")


@payment.command("resolve")
def resolve(
    payment_id: Annotated[str, typer.Argument(metavar="ID")],
    *,
    paid: Annotated[bool, typer.Option("--paid/--failed", help="Whether it was credited.")],
    reason: Annotated[str, typer.Option(help="How it is known; it stays in the history.")],
    number: Annotated[str, typer.Option(help="The provider's number of it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say what became of a payment that nobody could tell: captured, or given back."""
    resolved = in_wallet(
        lambda wallet: wallet.services.provider_sending.resolve(
            payment_id=payment_id,
            paid=paid,
            reason=reason,
            actor="operator",
            provider_txn=number,
        ),
        may_make=False,
    )
    show(_facts(resolved), as_json=as_json, text=f"{resolved.state.value}: {resolved.total}")


def _facts(payment: ProviderPayment) -> dict[str, Any]:
    return {
        "id": payment.id,
        "txn": str(payment.txn),
        "provider": payment.provider,
        "account": payment.account,
        "amount": payment.amount,
        "total": payment.total,
        "given": payment.given,
        "state": payment.state.value,
        "reason": payment.reason,
        "code": payment.code,
        "attempts": payment.attempts,
        "provider_txn": payment.provider_txn,
        "created_at": payment.created_at,
        "next_at": payment.next_at,
    }
