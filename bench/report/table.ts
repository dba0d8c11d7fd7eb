/** A Markdown table; the first column reads as words, the others as numbers. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  )
}

/** Three significant digits, and a dash for what was not measured. */
export function shown(value: number, unit = ''): string {
  if (!Number.isFinite(value)) return '–'
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)))
  return `${value.toFixed(Math.min(digits, 2))}${unit}`
}

export function times(value: number): string {
  return Number.isFinite(value) ? `${shown(value)}×` : '–'
}
