import type { Answer } from '../http/answers.ts'
import type { Account } from '../state.ts'
import { cardPage, taskListPage } from './card-page.ts'
import { notFoundPage } from './layout.ts'

/** The pages that a card's address leads to in a browser, as far as answers name them; nothing for other paths. */
export function answerPage(account: Account, path: string): Answer | undefined {
  if (/^\/todo\/list\/?$/.test(path)) return taskListPage(account)
  const [, type, id] = /^\/(leads|contacts|companies)\/detail\/([^/]+)\/?$/.exec(path) ?? []
  if (type !== 'leads' && type !== 'contacts' && type !== 'companies') return undefined
  return /^\d{1,15}$/.test(id ?? '') ? cardPage(account, type, Number(id)) : notFoundPage()
}
