/**
 * Runs in the browser, as text: it must use nothing from outside its own body. Shows the copy buttons and makes them
 * work; where the browser keeps the clipboard from pages (plain http on a network), it selects the text instead.
 */
export function copyButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
    const source = button.parentElement?.querySelector('code')
    if (!source) continue
    button.hidden = false
    button.addEventListener('click', () => {
      void copy(source).then((copied) => {
        if (copied) confirmOn(button)
      })
    })
  }

  async function copy(source: Element): Promise<boolean> {
    window.getSelection()?.selectAllChildren(source)
    if (!navigator.clipboard) return false
    return navigator.clipboard.writeText(source.textContent ?? '').then(
      () => true,
      () => false,
    )
  }

  function confirmOn(button: HTMLButtonElement): void {
    const { textContent } = button
    const label = button.getAttribute('aria-label')
    if (button.dataset.busy) return
    button.dataset.busy = 'true'
    button.textContent = button.dataset.copied ?? ''
    button.removeAttribute('aria-label')
    setTimeout(() => {
      button.textContent = textContent
      if (label) button.setAttribute('aria-label', label)
      delete button.dataset.busy
    }, 1600)
  }
}
