const LONGEST = 60

const VENDORS: Readonly<Record<string, string>> = {
  chatgpt: 'ChatGPT',
  codex: 'Codex',
  claude: 'Claude',
  'claude-code': 'Claude Code',
  cursor: 'Cursor',
  vscode: 'VS Code',
  opencode: 'opencode',
}

export function vendorName(vendor: string): string {
  return VENDORS[vendor] ?? vendor
}

/** A name from outside as one short line: nothing invisible, nothing that turns the direction of writing. */
export function shownName(name: string): string {
  const line = name
    .replace(/\s+/g, ' ')
    .replace(/[\p{C}\u2028\u2029]/gu, '')
    .trim()
  const letters = [...line]
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : line
}
