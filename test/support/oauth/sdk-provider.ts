import { program } from './client.ts'

/** What an SDK's OAuth client keeps for one server; the browser's part is done by whoever reads `asked`. */
export function createProvider(callback: string, documentId?: string) {
  const kept: {
    discovery?: never
    client?: never
    tokens?: { access_token: string; refresh_token?: string }
    verifier?: string
  } = {}
  const seen = { registrations: 0, refreshes: 0, asked: [] as URL[] }
  const provider = {
    redirectUrl: callback,
    ...(documentId !== undefined && { clientMetadataUrl: documentId }),
    clientMetadata: program(callback),
    state: () => 'state-of-the-sdk',
    clientInformation: () => kept.client,
    saveClientInformation(client: unknown) {
      seen.registrations += 1
      kept.client = client as never
    },
    tokens: () => kept.tokens as never,
    saveTokens(tokens: { access_token: string; refresh_token?: string }) {
      if (kept.tokens !== undefined) seen.refreshes += 1
      kept.tokens = tokens
    },
    redirectToAuthorization(address: URL) {
      seen.asked.push(address)
    },
    saveCodeVerifier(verifier: string) {
      kept.verifier = verifier
    },
    codeVerifier: () => kept.verifier ?? '',
    saveDiscoveryState(state: unknown) {
      kept.discovery = state as never
    },
    discoveryState: () => kept.discovery,
    invalidateCredentials(what: string) {
      if (what === 'all' || what === 'tokens') delete kept.tokens
      if (what === 'all' || what === 'client') delete kept.client
    },
  }
  return { provider, kept, seen }
}
