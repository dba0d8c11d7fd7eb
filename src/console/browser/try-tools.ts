/**
 * Runs in the browser, as text: it must use nothing from outside its own body. Sends what stands in an editor to its
 * tool and shows the answer. The token lives in its field alone: it is never stored and never part of an address.
 */
export function tryTools(): void {
  const words = document.querySelector<HTMLElement>('[data-words]')?.dataset ?? {}
  const token = document.querySelector<HTMLInputElement>('#token')
  const filter = document.querySelector<HTMLInputElement>('#filter')
  const tools = [...document.querySelectorAll<HTMLDetailsElement>('details[data-tool]')]

  for (const tool of tools) {
    const editor = tool.querySelector('textarea')
    const button = tool.querySelector<HTMLButtonElement>('button[data-send]')
    if (!editor || !button) continue
    button.disabled = false
    button.addEventListener('click', () => void send(tool, editor, button))
    editor.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      button.click()
    })
  }

  window.addEventListener('hashchange', openNamed)
  openNamed()

  filter?.addEventListener('input', () => {
    const wanted = filter.value.trim().toLowerCase()
    for (const tool of tools) tool.hidden = !(tool.dataset.search ?? '').includes(wanted)
    for (const group of document.querySelectorAll<HTMLElement>('[data-group]')) {
      group.hidden = !group.querySelector('details[data-tool]:not([hidden])')
    }
    const nothing = document.querySelector<HTMLElement>('#nothing')
    if (nothing) nothing.hidden = tools.some((tool) => !tool.hidden)
  })
  for (const enhanced of document.querySelectorAll<HTMLElement>('[data-enhanced]')) enhanced.hidden = false

  async function send(
    tool: HTMLElement,
    editor: HTMLTextAreaElement,
    button: HTMLButtonElement,
  ): Promise<void> {
    const problem = parseProblem(editor.value)
    editor.setAttribute('aria-invalid', String(problem !== undefined))
    if (problem !== undefined) {
      editor.focus()
      return show(tool, 'bad', `${words.badJson} ${problem}`)
    }
    button.disabled = true
    show(tool, 'busy', words.sending ?? '')
    await ask(tool.dataset.tool ?? '', editor.value).then(
      ({ ok, line, text }) => show(tool, ok ? 'good' : 'bad', line, text),
      () => show(tool, 'bad', words.noAnswer ?? ''),
    )
    button.disabled = false
  }

  async function ask(name: string, body: string): Promise<{ ok: boolean; line: string; text: string }> {
    const headers = new Headers({ accept: 'application/json', 'content-type': 'application/json' })
    const secret = token?.value.trim()
    if (secret) headers.set('authorization', `Bearer ${secret}`)
    const address = `${words.tools}/${encodeURIComponent(name)}`
    const started = performance.now()
    // `window.` says which fetch this is: the reader's browser asks its own server.
    const reply = await window.fetch(address, {
      method: 'POST',
      headers,
      body,
      credentials: 'omit',
      cache: 'no-store',
    })
    const text = await reply.text()
    const spent = `${Math.round(performance.now() - started)} ${words.milliseconds}`
    const advice = reply.status === 401 ? ` · ${words.needsToken}` : ''
    return { ok: reply.ok, line: `HTTP ${reply.status} · ${spent}${advice}`, text: indented(text) }
  }

  function show(tool: HTMLElement, state: string, line: string, text = ''): void {
    const status = tool.querySelector<HTMLElement>('[data-status]')
    const reply = tool.querySelector<HTMLElement>('[data-reply]')
    if (!status || !reply) return
    status.dataset.state = state
    status.textContent = line
    reply.hidden = text === ''
    reply.textContent = text
  }

  function parseProblem(text: string): string | undefined {
    try {
      JSON.parse(text)
      return undefined
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  function indented(text: string): string {
    return parseProblem(text) === undefined ? JSON.stringify(JSON.parse(text), undefined, 2) : text
  }

  function openNamed(): void {
    const named = document.getElementById(location.hash.slice(1))
    if (named instanceof HTMLDetailsElement) named.open = true
  }
}
