import { expect, it } from 'vitest'
import { runProgram } from '../../test/support/program.ts'

const PUBLIC = { PUBLIC_URL: 'https://crm.example.com', ADMIN_PASSWORD: 'four words are enough' }

async function doctor(environment: Record<string, string>) {
  const { output, exited } = runProgram(['doctor'], environment)
  return { code: await exited, out: output.out }
}

it.each([
  ['a host name of its own', { ALLOWED_HOSTS: 'crm.example.com' }],
  ['a trusted proxy', { TRUSTED_PROXIES: 'loopback' }],
])('a server on loopback that is open to others by %s is to be fixed', async (_, environment) => {
  expect(await doctor({ ...environment, AUTH: 'none' })).toMatchObject({
    code: 1,
    out: expect.stringMatching(/FIX +Lock: AUTH=none/),
  })
})

it('people who sign in through a proxy that nobody trusts are to be told apart', async () => {
  expect(await doctor(PUBLIC)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/FIX +Proxies: .*TRUSTED_PROXIES/),
  })
  for (const told of [{ TRUSTED_PROXIES: 'private' }, { NF_HOSTS: 'm--x.code.run' }]) {
    expect(await doctor({ ...PUBLIC, ...told })).toMatchObject({
      code: 0,
      out: expect.stringContaining('ok    Proxies: '),
    })
  }
})
