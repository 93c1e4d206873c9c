"""What a storm came to, as a table."""

from dataclasses import dataclass

from tests.torture.checks import Found
from tests.torture.records import Records


@dataclass(frozen=True, slots=True)
class Report:
    """One storm."""

    engine: str
    seed: int
    seconds: float
    records: Records
    found: Found
    updates: int
    notes: list[str]

    @property
    def violations(self) -> list[str]:
        """What must never be."""
        return self.records.violations

    def rows(self) -> list[tuple[str, str]]:
        """Name and value of every line of the table."""
        sales, cash = self.records.sales, self.records.cash
        refunds = sum(len(sale.refunds) for sale in sales)
        known = sum(1 for each in cash if each.number is not None)
        return [
            ("engine", f"{self.engine}, seed {self.seed}, {self.seconds:.0f} s in all"),
            ("updates delivered", str(self.updates)),
            ("payments tried", str(sum(sale.is_tried for sale in sales))),
            ("payments acknowledged", str(sum(1 for sale in sales if sale.receipts))),
            ("left while the money was reserved", str(sum(sale.is_left for sale in sales))),
            ("taken back by the shop", str(sum(sale.is_taken_back for sale in sales))),
            ("refunds acknowledged", str(refunds)),
            *self._errands(),
            ("top-ups tried / acknowledged", f"{len(cash)} / {known}"),
            *((name, str(count)) for name, count in sorted(self.records.faults.items()) if count),
            ("money before", _roubles(self.found.before_minor)),
            ("money after", _roubles(self.found.after_minor)),
            *(("note", note) for note in self.notes),
            ("violations", str(len(self.violations))),
            *(("  violation", each) for each in self.violations),
        ]

    def _errands(self) -> list[tuple[str, str]]:
        """What providers were to be paid."""
        tried = [each for each in self.records.errands if each.is_tried]
        sent = sum(1 for each in tried if each.on_its_way | each.paid | each.not_paid)
        paid, not_paid = (
            sum(map(len, found))
            for found in ([e.paid for e in tried], [e.not_paid for e in tried])
        )
        return [
            ("provider payments tried / on their way", f"{len(tried)} / {sent}"),
            ("told that paid / not paid", f"{paid} / {not_paid}"),
        ]

    def table(self) -> str:
        """The rows, one to a line."""
        width = max(len(name) for name, _ in self.rows())
        return "\n".join(f"{name:{width}}  {value}" for name, value in self.rows())


def _roubles(minor: int) -> str:
    return f"{minor // 100:,}.{minor % 100:02d} RUB"
