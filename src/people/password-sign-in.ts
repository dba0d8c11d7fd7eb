import { OWNER } from '../kernel/caller.ts'
import type { Log } from '../kernel/log.ts'
import type { FixedPassword } from './fixed-password.ts'
import { knownAs } from './known-browsers.ts'
import type { Owner } from './owner.ts'
import { checkPassword } from './password-rules.ts'
import type { Passwords } from './passwords.ts'
import type { PeopleStore } from './people-store.ts'
import type { From, Person, SignedIn } from './person.ts'
import { refusal } from './refusal.ts'
import { idOf, type Sessions } from './sessions.ts'
import { loginKeyOf } from './texts.ts'
import type { Throttle } from './throttle.ts'

export interface PasswordSignIn {
  /** @throws AppError `not_allowed` (`wrong_password`), `rate_limited` (`too_many_attempts`, `busy`) */
  signIn(who: { login: string; password: string }, from: From): Promise<SignedIn>
  /**
   * Ends all sessions of the person but this one, too.
   * @throws AppError as `signIn` does; `not_allowed` (`password_fixed`, `no_password`), or what is wrong with the next
   */
  changePassword(
    person: Person,
    wish: { current: string; next: string },
    token: string,
    from: From,
  ): Promise<void>
  /** Whether the settings give the person's password, so that it cannot be changed here. */
  passwordIsFixed(person: Person): boolean
}

interface Around {
  readonly store: PeopleStore
  readonly owner: Owner
  readonly fixed: FixedPassword
  readonly passwords: Passwords
  readonly sessions: Sessions
  readonly throttle: Throttle
  readonly log: Log
}

export function createPasswordSignIn({
  store,
  owner,
  fixed,
  passwords,
  sessions,
  throttle,
  log,
}: Around): PasswordSignIn {
  return {
    async signIn({ login, password }, from) {
      const { address } = from
      const loginKey = loginKeyOf(login)
      const person = await owner.byLogin(loginKey)
      const hash = await owner.passwordOf(person)
      const known = knownAs(from.browser, { id: person?.id ?? '', password: hash })
      const signedIn = await throttle.attempt({ address, account: loginKey, known }, async () => {
        const isFixed = person !== undefined && owner.hasFixedPassword(person)
        // The settings do not keep the spaces around it.
        const typed = isFixed ? password.trim() : password
        const isRight = await passwords.verify(typed, hash, known ?? address)
        if (!isRight || person === undefined) return undefined
        if (isFixed) await store.addOnce(person)
        const { row, signedIn } = sessions.open(person, from, hash)
        const own = { password: isFixed ? undefined : hash }
        const still = person.id === OWNER ? { ...own, fixedPassword: isFixed ? hash : null } : own
        if (await store.startSession(row, still)) return signedIn
        fixed.forget()
        return undefined
      })
      log.info({ person: person?.id, address }, signedIn === undefined ? 'sign_in_failed' : 'signed_in')
      if (signedIn === undefined) throw refusal('wrong_password')
      return signedIn
    },
    async changePassword({ id: person, login }, { current, next }, token, { address }) {
      if (owner.hasFixedPassword({ id: person })) throw refusal('password_fixed')
      checkPassword(next, login)
      const from = (await store.find(person))?.password
      if (from === undefined) throw refusal('no_password')
      const isRight = await throttle.attempt({ address, account: person, known: person }, async () =>
        (await passwords.verify(current, from, person)) ? true : undefined,
      )
      const keptSession = idOf(token)
      const to = isRight && (await passwords.hash(next, person))
      const isChanged = to && (await store.changePassword({ person, from, to, keptSession }))
      if (!isChanged) throw refusal('wrong_password')
      sessions.forget()
      log.info({ person, address }, 'password_changed')
    },
    passwordIsFixed: owner.hasFixedPassword,
  }
}
