import type { interactionPolicy, KoaContextWithOIDC } from 'oidc-provider'
import type { Oidc } from './provider.ts'

/** When a person is asked what: who they are and what they allow, anew at every authorization. */
export function policyOf({ interactionPolicy }: Oidc): interactionPolicy.DefaultPolicy {
  const { base, Check } = interactionPolicy
  const policy = base()
  policy
    .get('login')
    ?.checks.add(
      new Check('not_signed_in_here', 'the person has to sign in', 'login_required', hasNotSignedIn),
    )
  policy
    .get('consent')
    ?.checks.add(
      new Check('not_asked_yet', 'the person has to be asked', 'consent_required', hasNotConsented),
    )
  return policy
}

/** The session of the authorization server says nothing by itself: our own sign-in does, for one authorization. */
function hasNotSignedIn({ oidc }: KoaContextWithOIDC): boolean {
  const { session, account, result } = oidc
  return account === undefined || result?.login?.accountId !== session?.accountId
}

function hasNotConsented({ oidc }: KoaContextWithOIDC): boolean {
  return oidc.result?.consent?.grantId === undefined
}
