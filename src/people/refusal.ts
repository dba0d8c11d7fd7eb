import { AppError, type ErrorDetails, type ErrorKind } from '../kernel/errors.ts'

/** Why somebody is not let in or let do something, for pages that say it in the language of their reader. */
interface Refusal {
  readonly reason: Reason
  /** What a library said, for the log. */
  readonly error?: unknown
}

export type Reason = keyof typeof REFUSALS

/** An AppError whose `cause` is a `Refusal`. It never tells whether a login exists to who has no key. */
export function refusal(
  reason: Reason,
  details: { retryAfterSeconds?: number; error?: unknown } = {},
): AppError {
  const [kind, message, hint] = REFUSALS[reason]
  const { error, ...rest } = details
  const cause: Refusal = error === undefined ? { reason } : { reason, error }
  return new AppError(kind, message, { hint, cause, ...rest } satisfies ErrorDetails)
}

const REFUSALS = {
  wrong_password: [
    'not_allowed',
    'The login or the password is wrong.',
    'Check both. The owner gets a new password with: mostik setup',
  ],
  too_many_attempts: [
    'rate_limited',
    'There were too many attempts to sign in.',
    'Wait, then try again; a passkey, or a browser that was signed in before, works meanwhile.',
  ],
  busy: ['rate_limited', 'Too many people sign in at this moment.', 'Try again in a few seconds.'],
  key_used: [
    'not_found',
    'The link is wrong, used already or too old.',
    'Ask for a new one: who invited you makes it, or mostik setup for the owner.',
  ],
  login_taken: ['invalid_input', 'Somebody else has this login.', 'Choose another one.'],
  bad_login: [
    'invalid_input',
    'The login must have 1 to 200 characters and no line breaks or unseen signs.',
    'Use an e-mail address or a word.',
  ],
  bad_name: [
    'invalid_input',
    'The name must have 1 to 100 characters and no line breaks or unseen signs.',
    'Write it shorter, or at all.',
  ],
  short_password: ['invalid_input', 'The password must have 10 characters or more.', 'Use a few words.'],
  long_password: ['invalid_input', 'The password must have 200 characters at most.', 'Use a shorter one.'],
  weak_password: [
    'invalid_input',
    'The password is one of those that are tried first.',
    'Use a few words that do not belong together.',
  ],
  password_fixed: [
    'not_allowed',
    'The password is set by ADMIN_PASSWORD and cannot be changed here.',
    'Change or remove ADMIN_PASSWORD and start the server again.',
  ],
  no_password: [
    'not_allowed',
    'There is no password to be changed.',
    'Set one through the link that mostik setup prints.',
  ],
  may_not_invite: ['not_allowed', 'Your role may not invite this person.', 'Ask the owner to do it.'],
  invitation_limit: [
    'invalid_input',
    'There are as many open invitations as a person may have.',
    'Withdraw one first.',
  ],
  invitation_over: [
    'not_found',
    'There is no such invitation any more.',
    'Open the list again: it was used, withdrawn, or its time is over.',
  ],
  may_not_remove: ['not_allowed', 'You may remove only those you invited.', 'Ask the owner to do it.'],
  no_such_person: ['not_found', 'There is no such person any more.', 'Open the list again.'],
  passkey_rejected: [
    'not_allowed',
    'The passkey was not accepted.',
    'Try again on the address that it was made for, or use the password.',
  ],
  passkey_unknown: [
    'not_allowed',
    'This server does not know the passkey.',
    'Use another one, or the password.',
  ],
  passkey_late: ['not_allowed', 'The question to the passkey is too old.', 'Begin again.'],
  passkey_limit: ['invalid_input', 'There are as many passkeys as a person may have.', 'Remove one first.'],
  passkey_last: [
    'not_allowed',
    'It is the only way to sign in that is left.',
    'Add another passkey first, or set a password through the link that mostik setup prints.',
  ],
} as const satisfies Record<string, readonly [ErrorKind, string, string]>
