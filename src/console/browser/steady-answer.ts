/**
 * Runs in the browser, as text: it must use nothing from outside its own body. A page that has just come to the front
 * does not take "allow" for a moment: the second half of a double click that began on another page is no consent.
 */
export function steadyAnswer(): void {
  const button = document.querySelector<HTMLButtonElement>('button[name="decision"][value="allow"]')
  if (!button) return
  let timer: ReturnType<typeof setTimeout>
  const hold = () => {
    clearTimeout(timer)
    button.disabled = true
    timer = setTimeout(() => {
      button.disabled = false
    }, 700)
  }
  for (const event of ['focus', 'pageshow']) window.addEventListener(event, hold)
  hold()
}
