import { AppError } from '../kernel/errors.ts'

export interface DisconnectAround {
  /** Ends all connections of the person: programs that were allowed, and personal tokens. */
  endAccess(personId: string): Promise<void>
}

/** Whether the form asks to end what somebody else may have been let into meanwhile. */
export function wantsDisconnect(form: URLSearchParams): boolean {
  return form.get('disconnect') === 'yes'
}

/**
 * After the new password, since who still had the old one could connect anew until then.
 * @throws AppError `unavailable` (`access_left`), as the password is set by now
 */
export async function disconnect({ endAccess }: DisconnectAround, personId: string): Promise<void> {
  try {
    await endAccess(personId)
  } catch (error) {
    throw new AppError('unavailable', 'The password is set, but the programs are still connected.', {
      hint: 'Sign in with the new password and disconnect them on the page of access.',
      cause: { reason: 'access_left', error },
    })
  }
}
