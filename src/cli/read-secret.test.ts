import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { readSecret } from './read-secret.ts'

function terminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true })
  const output = new PassThrough()
  let shown = ''
  output.setEncoding('utf8').on('data', (text: string) => {
    shown += text
  })
  return { input, output, shown: () => shown }
}

it('asks in a terminal and shows nothing of what is typed', async () => {
  const { input, output, shown } = terminal()
  const secret = readSecret('token', { input, output })
  input.write('canarx\u007fy-of-the-')
  input.write('terminal\r')
  expect(await secret).toBe('canary-of-the-terminal')
  expect(shown()).toBe('Paste the token (it stays hidden) and press Enter: \n')
})

it('takes a token of several thousand characters, which no line of a terminal holds', async () => {
  const { input, output } = terminal()
  const secret = readSecret('token', { input, output })
  const long = 'x'.repeat(9_000)
  input.write(`${long}\r`)
  expect(await secret).toBe(long)
})

it.each([
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
])('is stopped by %s', async (_, key) => {
  const { input, output } = terminal()
  const secret = readSecret('token', { input, output })
  input.write(key)
  await expect(secret).rejects.toMatchObject({ kind: 'invalid_input', message: /stopped/ })
})

it('reads what a program writes, whole and without the line end', async () => {
  const input = new PassThrough()
  const secret = readSecret('token', { input, output: new PassThrough() })
  input.write('first half,')
  input.end(' second half\r\n')
  expect(await secret).toBe('first half, second half')
})

it.each([
  ['nothing at all', ''],
  ['an empty line', '\n'],
  ['much more than a token', 'x'.repeat(70_000)],
])('refuses %s', async (_, text) => {
  const input = new PassThrough()
  const secret = readSecret('token', { input, output: new PassThrough() })
  input.end(text)
  await expect(secret).rejects.toMatchObject({ kind: 'invalid_input' })
})
