import { type AccessAround, accessRoutes } from './access.ts'
import { type AccountsAround, accountsRoutes } from './accounts.ts'
import type { VisitAround } from './answer-visit.ts'
import { type ConsentAround, consentRoutes } from './consent.ts'
import { elsewhereRoutes } from './elsewhere.ts'
import { type JoinAround, joinRoutes } from './join.ts'
import { type OpenRoute, openRoutes } from './open-routes.ts'
import { type PasskeysAround, passkeyRoutes } from './passkeys.ts'
import { type PeopleAround, peopleRoutes } from './people.ts'
import { type ProfileAround, profileRoutes } from './profile.ts'
import { type SignInAround, signInRoutes } from './sign-in.ts'

/** What the routes of a browser are made of. */
export type WebAround = VisitAround &
  SignInAround &
  JoinAround &
  PasskeysAround &
  ProfileAround &
  PeopleAround &
  AccountsAround &
  AccessAround &
  ConsentAround

export interface Web {
  readonly routes: readonly OpenRoute[]
}

/** The console: every page that somebody signs in for, and those that lead there. */
export function createWeb(around: WebAround): Web {
  return {
    routes: openRoutes(around, [
      ...signInRoutes(around),
      ...joinRoutes(around),
      ...passkeyRoutes(around),
      ...profileRoutes(around),
      ...peopleRoutes(around),
      ...accountsRoutes(around),
      ...accessRoutes(around),
      ...consentRoutes(around),
      ...elsewhereRoutes(),
    ]),
  }
}
