import { noteRoutes } from './activities/notes.ts'
import { taskRoutes } from './activities/tasks.ts'
import { cardRoutes } from './cards/card-routes.ts'
import { companyKind } from './cards/companies.ts'
import { complexRoutes } from './cards/complex.ts'
import { contactKind } from './cards/contacts.ts'
import { leadKind } from './cards/leads.ts'
import { linkRoutes } from './cards/links.ts'
import { tagRoutes } from './cards/tags.ts'
import type { Route } from './http/routing.ts'
import { eventRoutes } from './log/events.ts'
import { accountRoutes } from './settings/account.ts'
import { customFieldRoutes } from './settings/custom-fields.ts'
import { fieldGroupRoutes } from './settings/field-groups.ts'
import { lossReasonRoutes } from './settings/loss-reasons.ts'
import { pipelineRoutes } from './settings/pipelines.ts'
import { statusRoutes } from './settings/statuses.ts'
import { userRoutes } from './settings/users.ts'

/** Everything below `/api/v4`. */
export const apiRoutes: readonly Route[] = [
  ...accountRoutes,
  ...userRoutes,
  ...pipelineRoutes,
  ...statusRoutes,
  ...lossReasonRoutes,
  ...complexRoutes,
  ...cardRoutes(leadKind),
  ...cardRoutes(contactKind),
  ...cardRoutes(companyKind),
  ...taskRoutes,
  ...noteRoutes,
  ...linkRoutes,
  ...tagRoutes,
  ...fieldGroupRoutes,
  ...customFieldRoutes,
  ...eventRoutes,
]
