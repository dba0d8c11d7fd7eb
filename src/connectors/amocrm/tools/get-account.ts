import { z } from 'zod'
import { accountDirectory } from '../client/directory.ts'
import { tool } from '../define.ts'
import { knownZone } from '../time/zone.ts'

const MOST_USERS = 50

export default tool({
  name: 'amocrm_get_account',
  title: 'amoCRM account',
  description:
    'The linked amoCRM account: name, id, currency, time zone, users, and what this connection may do.',
  toolset: 'amocrm',
  access: 'read',
  aliases: ['get_account'],
  input: z.object({}),
  output: z.object({
    id: z.number().describe('Account id.'),
    name: z.string().describe('Account name.'),
    subdomain: z.string().describe('<subdomain>.amocrm.ru'),
    currency: z.string().describe('ISO 4217.'),
    currency_symbol: z.string().describe('Such as ₽.'),
    time_zone: z.string().describe('Of all times in answers.'),
    users: z
      .array(
        z.object({
          id: z.number().describe('User id.'),
          name: z.string().describe('Name.'),
          active: z.boolean().describe('Can be given work.'),
        }),
      )
      .describe(`Active first, at most ${MOST_USERS}.`),
    users_note: z.string().optional().describe('Why some are missing.'),
    can: z
      .object({
        list_users: z.boolean().describe('True for an administrator.'),
        filter: z.boolean().describe('False: amoCRM may ignore filters.'),
      })
      .describe('What this connection may do.'),
  }),
  async run(_input, { client, clock }) {
    const directory = accountDirectory(client, clock)
    const account = await directory.account()
    const { users, hidden } = await directory.users()
    const people = users
      .map(({ id, name, rights }) => ({ id, name, active: rights.is_active }))
      .sort((left, right) => Number(right.active) - Number(left.active))
    const note = usersNote(hidden, people.length)
    return {
      id: account.id,
      name: account.name,
      subdomain: account.subdomain,
      currency: account.currency,
      currency_symbol: account.currency_symbol,
      time_zone: knownZone(account._embedded.datetime_settings?.timezone),
      users: people.slice(0, MOST_USERS),
      ...(note !== undefined && { users_note: note }),
      can: { list_users: !hidden, filter: account.is_api_filter_enabled === true },
    }
  },
})

function usersNote(hidden: boolean, count: number): string | undefined {
  if (hidden) return 'amoCRM lists users only to administrators, and this connection is not one.'
  return count > MOST_USERS ? `Shown ${MOST_USERS} of ${count}.` : undefined
}
