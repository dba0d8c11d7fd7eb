/** An amount in words for a text: `50 000 ₽`. Amounts are whole or have at most two decimals. */
export function inWords(amount: number, symbol: string): string {
  const [whole = '', cents] = String(Math.round(amount * 100) / 100).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ' ')
  return `${cents === undefined ? grouped : `${grouped},${cents.padEnd(2, '0')}`} ${symbol}`.trim()
}
