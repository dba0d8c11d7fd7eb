import type { KeptPerson } from '../people/people-store.ts'
import type { Role } from '../people/person.ts'
import type { Tables } from './tables.ts'

type Row = Tables['person']

export function fromPersonRow({
  login_key,
  role,
  invited_by,
  password,
  created_at,
  ...same
}: Row): KeptPerson {
  return {
    ...same,
    loginKey: login_key,
    role: role as Role,
    invitedBy: invited_by ?? undefined,
    password: password ?? undefined,
    createdAt: created_at,
  }
}

export function toPersonRow({ loginKey, invitedBy, password, createdAt, ...same }: KeptPerson): Row {
  return {
    ...same,
    login_key: loginKey,
    invited_by: invitedBy ?? null,
    password: password ?? null,
    created_at: createdAt,
  }
}
