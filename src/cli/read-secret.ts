import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { AppError } from '../kernel/errors.ts'

interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly output: NodeJS.WritableStream
}

const LARGEST_BYTES = 64 * 1024

/**
 * A secret that a person types or pastes without seeing it, or that a program writes to standard input. Never an
 * argument: those are in the shell's history and in the list of processes.
 * @throws AppError `invalid_input` when there is none
 */
export async function readSecret(what: string, { input, output }: Terminal): Promise<string> {
  const text = input.isTTY === true ? await ask(what, { input, output }) : await readAll(input)
  const secret = text.trim()
  if (secret !== '') return secret
  throw new AppError('invalid_input', `There was no ${what} on standard input.`, {
    hint: `Run the command in a terminal and paste it, or give it on standard input: command < file`,
  })
}

/** The line editor shows nothing: what it would echo goes nowhere. */
async function ask(what: string, { input, output }: Terminal): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const editor = createInterface({ input, output: nowhere, terminal: true, historySize: 0 })
  const stopped = new AbortController()
  editor.once('SIGINT', () => stopped.abort())
  editor.once('close', () => stopped.abort())
  output.write(`Paste the ${what} (it stays hidden) and press Enter: `)
  try {
    return await editor.question('', { signal: stopped.signal })
  } catch (cause) {
    if (!stopped.signal.aborted) throw cause
    throw new AppError('invalid_input', 'The command was stopped; nothing was changed.', { cause })
  } finally {
    editor.close()
    output.write('\n')
  }
}

async function readAll(input: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of input) {
    size += chunk.length
    if (size > LARGEST_BYTES) {
      throw new AppError('invalid_input', 'What came on standard input is too long for a token.')
    }
    chunks.push(Buffer.from(chunk))
  }
  return Buffer.concat(chunks).toString('utf8')
}
