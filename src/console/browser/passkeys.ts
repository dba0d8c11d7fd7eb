/**
 * Runs in the browser, as text: it must use nothing from outside its own body. Shows the passkey parts of a page where
 * the browser can do it, and makes them work: signing in, and adding a passkey.
 */
export function passkeys(): void {
  const parts = document.querySelectorAll<HTMLElement>('[data-passkey]')
  if (!isSupported()) {
    for (const hint of document.querySelectorAll<HTMLElement>('[data-passkey-unsupported]'))
      hint.hidden = false
    return
  }
  for (const part of parts) {
    const button = part.querySelector('button')
    if (!button) continue
    const start = part.dataset.passkey === 'register' ? register : signIn
    part.hidden = false
    if (part instanceof HTMLFormElement) {
      part.addEventListener('submit', (event) => {
        event.preventDefault()
        void run(part, button, start)
      })
    } else button.addEventListener('click', () => void run(part, button, start))
  }

  async function run(
    part: HTMLElement,
    button: HTMLButtonElement,
    start: (part: HTMLElement) => Promise<string>,
  ): Promise<void> {
    button.disabled = true
    say(part, '')
    await start(part).then(
      (next) => location.assign(next),
      (error) => {
        say(part, wordsOf(part, error))
        button.disabled = false
      },
    )
  }

  async function signIn(part: HTMLElement): Promise<string> {
    const asked = await post(part, 'authentication', {})
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked.options)
    const response = answerOf(await navigator.credentials.get({ publicKey }))
    const done = await post(part, 'sign-in', { key: asked.key, response, next: part.dataset.next ?? '' })
    return done.next
  }

  async function register(part: HTMLElement): Promise<string> {
    const name = part.querySelector('input')?.value ?? ''
    const asked = await post(part, 'registration', {})
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked.options)
    const response = answerOf(await navigator.credentials.create({ publicKey }))
    await post(part, 'register', { key: asked.key, response, name })
    return part.dataset.done ?? location.pathname
  }

  async function post(part: HTMLElement, action: string, fields: Record<string, string>) {
    const body = new URLSearchParams({ ...fields, _csrf: part.dataset.csrf ?? '' })
    // `window.` says which fetch this is: the reader's browser asks its own server.
    const reply = await window.fetch(`${part.dataset.at}/${action}`, {
      method: 'POST',
      body,
      cache: 'no-store',
      redirect: 'error',
    })
    const isJson = reply.headers.get('content-type')?.startsWith('application/json')
    const answer = isJson ? await reply.json() : {}
    if (!reply.ok) throw new Error(answer.error ?? part.dataset.failed, { cause: 'server' })
    return answer
  }

  function answerOf(credential: Credential | null): string {
    return JSON.stringify((credential as PublicKeyCredential).toJSON())
  }

  function wordsOf({ dataset }: HTMLElement, error: unknown): string {
    if (error instanceof Error && error.cause === 'server') return error.message
    // What browsers give when the person closed the dialogue or waited too long.
    const isCancelled = error instanceof DOMException && error.name === 'NotAllowedError'
    return (isCancelled ? dataset.cancelled : dataset.failed) ?? ''
  }

  function say(part: HTMLElement, text: string): void {
    const status = part.querySelector('[data-status]')
    if (status) status.textContent = text
  }

  function isSupported(): boolean {
    return (
      window.isSecureContext &&
      'PublicKeyCredential' in window &&
      'parseCreationOptionsFromJSON' in PublicKeyCredential &&
      'parseRequestOptionsFromJSON' in PublicKeyCredential
    )
  }
}
