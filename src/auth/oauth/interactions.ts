import type { IncomingMessage, ServerResponse } from 'node:http'
import type { InteractionResults, default as Provider } from 'oidc-provider'
import { AppError } from '../../kernel/errors.ts'
import type { Around } from './around.ts'
import { askingOf, type Interaction } from './asking.ts'
import type { Asking, AuthorizationServer, Choice } from './authorization-server.ts'
import { grantOf } from './granting.ts'
import { interactionOver } from './interaction-over.ts'
import type { Resources } from './resources.ts'
import { restate } from './restated-request.ts'

type Interactions = Omit<AuthorizationServer, 'handle'>

/** What pages do with an open authorization. It is found by the cookie of its own path alone. */
export function createInteractions(
  around: Around,
  resources: Resources,
  provider: () => Promise<Provider>,
): Interactions {
  async function open(incoming: IncomingMessage, response: ServerResponse) {
    const library = await provider()
    const path = new URL(incoming.url ?? '/', around.publicUrl).pathname
    const request = restate(incoming, { publicUrl: around.publicUrl, url: path })
    const interaction = await library.interactionDetails(request, response).catch((cause: unknown) => {
      if (cause instanceof Error && cause.name === 'SessionNotFound') throw interactionOver(cause)
      throw cause
    })
    if (!path.split('/').includes(interaction.uid)) throw interactionOver()
    const asking = await askingOf(library, resources, interaction)
    return { library, request, interaction, asking }
  }

  return {
    async asking(incoming, response): Promise<Asking> {
      return (await open(incoming, response)).asking
    },
    async signIn(incoming, response, personId) {
      const { library, request, interaction } = await open(incoming, response)
      await forgetOthers(library, request, response, personId)
      // What is left of somebody else in this browser has no part in this authorization.
      if (interaction.session?.accountId !== personId) delete interaction.session
      await finish(response, interaction, { login: { accountId: personId, remember: false } })
    },
    async allow(incoming, response, personId, choice: Choice) {
      const { library, interaction, asking } = await open(incoming, response)
      if (asking.prompt !== 'consent' || asking.personId !== personId) throw otherPerson()
      // A form that is sent twice is one consent; two at once find nothing here, and get a grant of the same id.
      const grantId =
        interaction.result?.consent?.grantId ??
        (await grantOf(library, around, resources, interaction, asking, choice))
      await finish(response, interaction, { ...interaction.lastSubmission, consent: { grantId } })
    },
    async deny(incoming, response) {
      const { interaction } = await open(incoming, response)
      await finish(response, interaction, {
        error: 'access_denied',
        error_description: 'the person refused',
      })
    },
  }
}

async function finish(response: ServerResponse, interaction: Interaction, result: InteractionResults) {
  interaction.result = result
  // The library changes the session's name at each sign-in and would refuse every other authorization that was begun in
  // this browser; who resumes this one is known by its own cookie, and who signed in stands in the result.
  delete (interaction as { session?: unknown }).session
  await interaction.persist()
  response.writeHead(303, {
    location: interaction.returnTo,
    'cache-control': 'no-store',
    'content-length': 0,
  })
  response.end()
}

/** The library would ask to sign the other person out first; our own sign-in has done so already. */
async function forgetOthers(
  library: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  personId: string,
): Promise<void> {
  const session = await library.Session.get(library.createContext(request, response))
  if (session.accountId !== undefined && session.accountId !== personId) await session.destroy()
}

function otherPerson(): AppError {
  return new AppError('not_allowed', 'Another person signed in for this request of a program.', {
    hint: 'Start again in the program that wants to connect.',
    cause: { reason: 'other_person' },
  })
}
