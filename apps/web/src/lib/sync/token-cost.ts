/** The price of a million tokens. */
export interface TokenPrice {
  perMillion: number;
  currency: string;
}

/** The prices that the server knows; null where none is configured. */
export interface TokenPrices {
  embeddingPrice: TokenPrice | null;
  modelPrice: TokenPrice | null;
}

/** The cost of tokens, in the currency of the price. */
export function costOf(tokens: number, price: TokenPrice): number {
  return (tokens / 1_000_000) * price.perMillion;
}

/** An amount of money, exact to the parts of a cent that a single sync costs. */
export function money(amount: number, currency: string): string {
  const digits = amount !== 0 && Math.abs(amount) < 1 ? 4 : 2;
  return new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  }).format(amount);
}
