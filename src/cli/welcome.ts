import type { Overview } from '../accounts/accounts.ts'
import { type Config, isLoopback } from '../config.ts'
import type { Connector } from '../kernel/connector.ts'
import { version } from '../version.ts'

/** What a person reads when the server has started: addresses, what is linked, three things to try, warnings. */
export function welcome(facts: {
  origin: string
  config: Config
  connectors: readonly Connector[]
  /** By connector id. */
  stateOf(connector: string): Overview['state']
  /** Whether anything outlives the process. */
  lasts: boolean
}): string {
  const { origin, config, connectors } = facts
  const base = config.publicUrl ?? origin
  const lines = [
    `Mostik ${version}`,
    '',
    `  MCP                ${base}/mcp`,
    `  MCP over SSE       ${base}/sse`,
    `  Page               ${base}/`,
    `  REST and OpenAPI   ${base}/docs`,
    '',
    ...connectors.map(({ id, title, setup }) => `  ${title}: ${inWords(facts.stateOf(id), setup)}`),
    '',
    'Попробуйте сказать / Try saying:',
    '  1. Получи информацию об аккаунте amoCRM',
    '  2. Найди контакт с телефоном +7 495 000-12-34',
    '  3. Создай сделку «Тестовая сделка» на 50000 рублей',
    '',
    ...(facts.lasts ? [] : NOTHING_LASTS),
    ...warningsOf(config),
    'Ctrl-C — остановить / stop',
    '',
  ]
  return lines.join('\n')
}

const NOTHING_LASTS = [
  'После остановки ничего не сохранится: журнал, подключённые аккаунты. Задайте DATA_DIR или DATABASE_URL.',
  'Nothing outlives a stop: no journal, no linked accounts. Set DATA_DIR or DATABASE_URL.',
  '',
]

function inWords(state: Overview['state'], setup: readonly string[]): string {
  const cure = `${setup.join(', ')} → реальный аккаунт / a real account`
  if (state === 'not_linked') return `не подключён / not linked. ${cure}`
  return state === 'demo' ? `демо-аккаунт / demo account. ${cure}` : 'подключён / linked'
}

function warningsOf(config: Config): string[] {
  if (config.auth.mode === 'token') return []
  if (isLoopback(config.HOST) && config.publicUrl === undefined) {
    return [
      'Без API_TOKEN: доступен только с этого компьютера. / No API_TOKEN: reachable from this machine only.',
      '',
    ]
  }
  return [
    '!! AUTH=none: любой, кто знает адрес, работает в вашем аккаунте. Задайте API_TOKEN.',
    '!! AUTH=none: anyone who knows the address works in your account. Set API_TOKEN.',
    '',
  ]
}
