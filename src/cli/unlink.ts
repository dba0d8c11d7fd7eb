import { hostOf } from '../accounts/names.ts'
import { unlinkAccount } from '../accounts/unlink-account.ts'
import { OWNER } from '../kernel/caller.ts'
import { AppError } from '../kernel/errors.ts'
import { openLinking, readConnector } from './open-linking.ts'
import { readOptions } from './options.ts'

/** `mostik unlink amocrm NAME`: takes a linked account away, with its token. */
export async function run(words: readonly string[]): Promise<number> {
  const { positionals } = readOptions(words, {})
  const [word, name, ...rest] = positionals
  const connector = readConnector(word)
  if (name === undefined || rest.length > 0) {
    throw new AppError('invalid_input', 'The name of the account is missing, or not in quotes.', {
      hint: `Run: mostik unlink ${connector.id} "NAME" — the names are listed by: mostik accounts`,
    })
  }
  const linking = await openLinking('be there')
  try {
    const environment = linking.environmentOf(connector)
    const account = await unlinkAccount(
      { owner: OWNER, connector, name },
      { store: linking.store, environment },
    )
    const [first] = await linking.review(connector)
    const lines = [
      `Unlinked: ${account.name} (${hostOf(account.address)}). Its token is removed here; to end it everywhere, revoke it in ${connector.title}.`,
      first === undefined
        ? `No ${connector.title} account is left.`
        : `Calls that name no account work in ${first.label} (${first.host}).`,
    ]
    process.stdout.write(`${lines.join('\n')}\n`)
    return 0
  } finally {
    await linking.close()
  }
}
