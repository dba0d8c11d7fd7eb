import { placeOfCommand } from '../app/place.ts'
import { environment } from '../config.ts'
import { systemClock as clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { createPeople } from '../people/people.ts'
import { createCallRateStore } from '../store/call-rate-store.ts'
import { createPeopleStore } from '../store/person-store.ts'
import { openStore } from '../store/store.ts'
import { readOptions } from './options.ts'
import { readSettings } from './settings.ts'

/** `mostik setup`: a link that makes its holder the owner, also one who has forgotten the password. */
export async function run(words: readonly string[]): Promise<number> {
  const { positionals } = readOptions(words, {})
  if (positionals.length > 0) {
    throw new AppError('invalid_input', 'The command takes nothing.', { hint: 'Run: mostik setup' })
  }
  const { config, log } = readSettings({ ...environment, LOG_LEVEL: 'silent' })
  const { publicUrl, auth, ADMIN_PASSWORD: adminPassword } = config
  if (auth.mode !== 'oauth' || publicUrl === undefined) {
    throw new AppError('invalid_input', 'This server has no page to sign in at.', {
      hint: 'Set AUTH=oauth, and PUBLIC_URL as the server has it.',
    })
  }
  const store = await openStore({ ...(await placeOfCommand(config, 'be there')), log, clock })
  try {
    const people = createPeople({
      store: createPeopleStore(store),
      adminPassword,
      origin: () => publicUrl,
      rate: createCallRateStore(store),
      clock,
      log,
    })
    const key = await people.setupKey()
    process.stdout.write(`${TEXT}\n${publicUrl}/console/setup/${key}\n`)
    return 0
  } finally {
    await store.close()
  }
}

const TEXT = `Open this link to set the owner's login and password. It works once, for 24 hours; links made before do not
work any more. Once it is used, everybody who is signed in as the owner is signed out, and the owner's passkeys and
open invitations are gone.`
