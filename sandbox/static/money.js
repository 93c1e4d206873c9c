// Amounts are integers in minor units; text is made and read without arithmetic on fractions.

function digits(currency) {
  const options = { style: "currency", currency };
  return new Intl.NumberFormat("en", options).resolvedOptions().maximumFractionDigits;
}

/** "₽1,250.00" for {minor: 125000, currency: "RUB"}. */
export function format(minor, currency) {
  let places;
  try { places = digits(currency); } catch { return `${minor} ${currency}`; }
  const sign = minor < 0 ? "-" : "";
  const whole = String(Math.abs(minor)).padStart(places + 1, "0");
  const cut = whole.length - places;
  const text = places ? `${whole.slice(0, cut)}.${whole.slice(cut)}` : whole;
  const style = { style: "currency", currency, currencyDisplay: "narrowSymbol", minimumFractionDigits: places };
  return new Intl.NumberFormat("en", style).format(sign + text);
}

/** Minor units of what a person typed, or null: "12,5" is 1250 in roubles. */
export function parse(text, currency) {
  const places = digits(currency);
  const found = /^(\d{1,12})(?:[.,](\d*))?$/.exec(text.replace(/[\s\u00a0\u202f]/g, ""));
  if (!found || (found[2] ?? "").length > places) return null;
  return Number(found[1] + (found[2] ?? "").padEnd(places, "0"));
}
