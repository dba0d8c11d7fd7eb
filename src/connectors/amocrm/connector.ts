import { join } from 'node:path'
import { type Connector, loadTools } from '../../kernel/connector.ts'
import { AppError } from '../../kernel/errors.ts'
import { type AmocrmClient, createAmocrmClient } from './client/client.ts'
import { originOfSubdomain, shortNameOf } from './link/address.ts'
import { linkForm } from './link/form.ts'
import { claimsOf } from './link/token-claims.ts'
import { amocrmVariables } from './link/variables.ts'
import { plainWords } from './plain-words.ts'

export const amocrm: Connector<AmocrmClient> = {
  id: 'amocrm',
  title: 'amoCRM',
  tools: await loadTools<AmocrmClient>(join(import.meta.dirname, 'tools')),
  variables: amocrmVariables,
  setup: ['AMOCRM_SUBDOMAIN', 'AMOCRM_ACCESS_TOKEN'],
  form: linkForm,
  words: plainWords,
  probe: 'amocrm_get_account',
  link: (variables, { clock, log, queue, lock, demo }) => {
    const {
      AMOCRM_SUBDOMAIN: subdomain,
      AMOCRM_BASE_URL: address,
      AMOCRM_ACCESS_TOKEN: accessToken,
      AMOCRM_REQUESTS_PER_SECOND: requestsPerSecond,
    } = amocrmVariables.parse(variables)
    if (!accessToken && !address && !subdomain) return undefined
    if (!accessToken) throw missing('AMOCRM_ACCESS_TOKEN', 'it is the long-lived token of your integration')
    const { domain, integration, expiresAt } = claimsOf(accessToken)
    const baseUrl = address ?? (subdomain && originOfSubdomain(subdomain, domain))
    if (!baseUrl) throw missing('AMOCRM_SUBDOMAIN', 'it is "firm" when amoCRM opens at firm.amocrm.ru')
    if (expiresAt !== undefined && expiresAt * 1000 - clock.now() < EXPIRES_SOON_MS) {
      log.warn({ expiresAt: new Date(expiresAt * 1000).toISOString() }, 'amocrm_token_expires')
    }
    return {
      client: createAmocrmClient({
        baseUrl,
        accessToken,
        queue: queue(lineOf(baseUrl, integration), requestsPerSecond),
        // Its cards are the account's, whichever integration changes them.
        lock: lock(lineOf(baseUrl)),
        clock,
        log,
      }),
      demo,
      address: baseUrl,
      name: shortNameOf(baseUrl),
    }
  },
}

/** amoCRM counts the calls of one integration in one account together, whoever's token they carry. */
function lineOf(baseUrl: string, integration = ''): string {
  return `amocrm ${new URL(baseUrl).host} ${integration}`.trim()
}

const EXPIRES_SOON_MS = 14 * 24 * 60 * 60_000

function missing(variable: string, what: string): AppError {
  return new AppError('invalid_input', `${variable} is not set: ${what}.`, {
    hint: `Set ${variable}, or unset the other AMOCRM_ variables to start without amoCRM.`,
  })
}
