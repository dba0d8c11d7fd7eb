import { pagedAndCounted, selfLink } from '../http/envelope.ts'
import { withOf } from '../http/filters.ts'
import { type Call, idParam, noContent, type Reply, type Route } from '../http/routing.ts'
import type { User } from '../records.ts'
import type { Account } from '../state.ts'

export const userRoutes: readonly Route[] = [
  { method: 'GET', path: '/users', handle: list },
  { method: 'GET', path: '/users/:id', handle: one },
]

function list(call: Call): Reply {
  const wanted = withOf(call.query)
  return pagedAndCounted(call, 'users', [...call.account.users.values()], (user) =>
    view(user, call.account, wanted),
  )
}

function one(call: Call): Reply {
  const user = call.account.users.get(idParam(call))
  return user ? { status: 200, body: view(user, call.account, withOf(call.query)) } : noContent
}

function view(user: User, account: Account, wanted: ReadonlySet<string>): object {
  const embedded = {
    ...(wanted.has('role') ? { roles: [] } : {}),
    ...(wanted.has('group') ? { groups: groupsOf(user, account) } : {}),
  }
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    lang: 'ru',
    rights: rightsOf(user),
    ...(wanted.has('uuid') ? { uuid: user.uuid } : {}),
    ...(wanted.has('amojo_id') ? { amojo_id: user.uuid } : {}),
    ...(wanted.has('user_rank') ? { user_rank: user.rank } : {}),
    ...(wanted.has('phone_number') ? { phone_number: user.phone_number } : {}),
    _links: selfLink({ account }, 'users', user.id),
    ...(Object.keys(embedded).length > 0 ? { _embedded: embedded } : {}),
  }
}

function groupsOf(user: User, account: Account): object[] {
  return account.groups.filter(({ id }) => id === user.group_id).map(({ id, name }) => ({ id, name }))
}

/** An admin may do all; a manager deletes and exports nothing. */
function rightsOf(user: User): object {
  const entity = user.is_admin
    ? { view: 'A', edit: 'A', add: 'A', delete: 'A', export: 'A' }
    : { view: 'A', edit: 'G', add: 'A', delete: 'D', export: 'D' }
  return {
    leads: entity,
    contacts: entity,
    companies: entity,
    tasks: user.is_admin ? { edit: 'A', delete: 'A' } : { edit: 'A', delete: 'D' },
    mail_access: user.is_admin,
    catalog_access: user.is_admin,
    files_access: true,
    status_rights: null,
    catalog_rights: null,
    is_admin: user.is_admin,
    is_free: false,
    is_active: user.is_active,
    group_id: user.group_id === 0 ? null : user.group_id,
    role_id: user.role_id,
  }
}
