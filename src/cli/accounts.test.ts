import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { openProcess, startSandbox } from '../accounts/testing/stage.ts'
import type { AppError } from '../kernel/errors.ts'
import { silentLog } from '../kernel/log.ts'
import { scratchFolder } from '../store/testing/engines.ts'
import { run as accounts } from './accounts.ts'
import { run as link } from './link.ts'
import { run as unlink } from './unlink.ts'

const COMMANDS = { accounts, link, unlink }
const MASTER_KEY = 'a master key of the tests, long enough'

describe('the commands about accounts', () => {
  beforeEach(async () => {
    const dataDir = await scratchFolder()
    vi.stubEnv('DATA_DIR', dataDir)
    vi.stubEnv('MASTER_KEY', MASTER_KEY)
    const { store } = await openProcess({ dataDir, log: silentLog })
    await store.close()
  })
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it.each([
    ['no account', 'link', ['amocrm'], '--subdomain firm'],
    [
      'two accounts',
      'link',
      ['amocrm', '--subdomain', 'firm', '--address', 'https://firm.amocrm.ru'],
      'not both',
    ],
    ['no connector', 'link', [], 'Name one of: amocrm'],
    ['a token among its words', 'link', ['amocrm', '--token', 'x'], 'It takes --subdomain'],
    ['a name it does not know', 'unlink', ['amocrm', 'Восток'], 'No amoCRM account of this name'],
    ['no name', 'unlink', ['amocrm'], 'mostik unlink amocrm "NAME"'],
    ['a default it does not know', 'accounts', ['default', 'Восток'], 'No account of this name'],
    ['a word it does not know', 'accounts', ['remove', 'Север'], 'mostik accounts default'],
  ] as const)('explain %s', async (_, command, words, text) => {
    const error: unknown = await COMMANDS[command](words).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ kind: expect.stringMatching('invalid_input|not_linked') })
    const { message, hint = '' } = error as AppError
    expect(`${message} ${hint}`).toContain(text)
    expect(`${message} ${hint}`).not.toContain('\n')
  })

  it("leave the environment's account to the environment", async () => {
    const sandbox = await startSandbox()
    onTestFinished(() => sandbox.close())
    vi.stubEnv('AMOCRM_BASE_URL', sandbox.baseUrl)
    vi.stubEnv('AMOCRM_ACCESS_TOKEN', sandbox.accessToken)
    await expect(unlink(['amocrm', new URL(sandbox.baseUrl).host])).rejects.toMatchObject({
      kind: 'invalid_input',
      hint: expect.stringContaining('Remove AMOCRM_SUBDOMAIN'),
    })
  })
})
