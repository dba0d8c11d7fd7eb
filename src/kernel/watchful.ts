/**
 * The controller's signal, made to look before it says that it is not aborted: a process that was stopped and wakes up
 * may go on before its timers do.
 */
export function watchful(controller: AbortController, look: () => void): AbortSignal {
  const { signal } = controller
  return Object.defineProperties(signal, {
    aborted: {
      get() {
        look()
        return Reflect.get(AbortSignal.prototype, 'aborted', signal)
      },
    },
    throwIfAborted: {
      value() {
        look()
        AbortSignal.prototype.throwIfAborted.call(signal)
      },
    },
  })
}
