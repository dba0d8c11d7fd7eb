import type { Overview } from '../accounts/accounts.ts'
import type { Config } from '../config.ts'
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
  /** Where the owner sets a password, once, while there is none. */
  setupUrl: string | undefined
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
    ...(config.auth.mode === 'oauth' ? [`  Sign in            ${base}/console`] : []),
    '',
    ...(facts.setupUrl === undefined ? [] : setupLines(facts.setupUrl)),
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
  'После остановки ничего не сохранится: журнал, подключённые аккаунты, входы. Задайте DATA_DIR или DATABASE_URL.',
  'Nothing outlives a stop: no journal, no linked accounts, no sign-ins. Set DATA_DIR or DATABASE_URL.',
  '',
]

function setupLines(url: string): string[] {
  return [
    'Откройте эту ссылку и задайте пароль владельца; она действует один раз и сутки.',
    "Open this link and set the owner's password; it is good once, for a day.",
    `  ${url}`,
    '',
  ]
}

function inWords(state: Overview['state'], setup: readonly string[]): string {
  const cure = `${setup.join(', ')} → реальный аккаунт / a real account`
  if (state === 'not_linked') return `не подключён / not linked. ${cure}`
  return state === 'demo' ? `демо-аккаунт / demo account. ${cure}` : 'подключён / linked'
}

function warningsOf(config: Config): string[] {
  if (config.auth.mode !== 'none') return []
  if (!config.exposed) {
    return [
      'Без входа: доступен только с этого компьютера. / No sign-in: reachable from this machine only.',
      '',
    ]
  }
  return [
    '!! AUTH=none: любой, кто знает адрес, работает в вашем аккаунте. Задайте API_TOKEN.',
    '!! AUTH=none: anyone who knows the address works in your account. Set API_TOKEN.',
    '',
  ]
}
