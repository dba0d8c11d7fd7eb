import { AppError } from '../../../kernel/errors.ts'
import type { AccountDirectory } from '../client/directory.ts'
import { fold } from './fold.ts'
import { withFresh } from './fresh.ts'
import { named, resolveName } from './resolve.ts'

/**
 * The id of the active user that a name, an e-mail or an id means; «я» and `me` are the user behind the connection.
 * @throws AppError `not_allowed` for a name where amoCRM does not tell this connection who works there.
 */
export async function resolveUserToAssign(directory: AccountDirectory, asked: string): Promise<number> {
  if (ME.has(fold(asked))) {
    const { current_user_id: me } = await directory.account()
    if (me) return me
  }
  return withFresh(directory, 'users', async () => {
    const { users, hidden } = await directory.users()
    if (hidden) return idWithoutList(asked)
    const items = users.filter(({ rights }) => rights.is_active)
    const byEmail = items.find(
      ({ email }) => email !== '' && email.toLowerCase() === asked.trim().toLowerCase(),
    )
    if (byEmail) return byEmail.id
    return resolveName(asked, named('active user', items), 'write').id
  })
}

const ME = new Set(['я', 'me', 'myself', 'на меня', 'мне'])

function idWithoutList(asked: string): number {
  const [, digits] = /^#?(\d{1,15})$/.exec(asked.trim()) ?? []
  if (digits !== undefined) return Number(digits)
  throw new AppError(
    'not_allowed',
    'amoCRM lists its users only to administrators, so a name cannot be looked up.',
    {
      hint: "Give the user's id or «я», leave the responsible out, or link the account with an administrator's token.",
    },
  )
}
