import type { Row, Run } from '../engine.ts'

/**
 * Rows as the program of each schema wrote them, for every table of it; a new migration brings the rows of its schema,
 * which are those of the one before with what has changed.
 */
type Rows = Readonly<Record<string, readonly Row[]>>

const FIRST: Rows = {
  meta: [{ key: 'note', value: 'Примечание, "в кавычках"\nи на двух строках\u2028' }],
  data_key: [
    {
      owner: 'owner',
      version: 1,
      master_key_id: 'm1',
      wrapped: bytes(60, 1),
      created_at: 1_795_000_000_000,
    },
    {
      owner: 'owner',
      version: 2,
      master_key_id: 'm1',
      wrapped: bytes(60, 2),
      created_at: 1_795_000_000_001,
    },
  ],
  secret: [
    { owner: 'owner', kind: 'answer', name: 'a', key_version: 1, sealed: bytes(3000, 3), updated_at: 1 },
    {
      owner: 'owner',
      kind: 'amocrm-account',
      name: 'b',
      key_version: 2,
      sealed: bytes(0, 0),
      updated_at: 2,
    },
  ],
  linked_account: [
    account('1', 'Ромашка', 1_795_000_000_001, null),
    account('2', 'Василёк 🌼', null, 1_795_000_000_002),
  ],
  journal: Array.from({ length: 250 }, (_, index) => ({
    first_seq: index * 10 + 1,
    last_seq: index * 10 + 10,
    first_at: 1_795_000_000_000 + index,
    last_at: 1_795_000_000_001 + index,
    lines: `${index} {"tool":"amocrm_get_account"}\n`,
    head: 'f'.repeat(64),
  })),
  journal_anchor: [{ id: 1, seq: 0, hash: '0'.repeat(64), pruned_at: 1_795_000_000_000 }],
  once: [
    {
      id: 'o1',
      owner: 'owner',
      tool: 'amocrm_create_lead',
      account: 'env',
      input_digest: 'd',
      state: 'done',
      started_at: 1_795_000_000_000,
      alive_until: 1_795_000_030_000,
      holder: 'h',
      expires_at: 1_795_086_400_000,
      draft: '{}',
    },
  ],
  rate: [{ name: 'amocrm:example', next_at: 1_795_000_000_000.25 }],
  call_rate: [{ name: 'owner:read', full_at: 1_795_000_000_000_000 }],
  lock: [{ name: 'amocrm example', holder: 'h', until: 1_795_000_000_000 }],
}

const PEOPLE: Rows = {
  ...FIRST,
  person: [person('owner', 'owner', null), person('p2', 'member', 'owner')],
  passkey: [
    {
      id: 'k1',
      person: 'owner',
      name: 'Телефон',
      public_key: bytes(77, 5),
      counter: 3,
      transports: '["internal"]',
      created_at: 1_795_000_000_000,
      used_at: null,
    },
  ],
  web_session: [
    {
      id: 's1',
      person: 'owner',
      agent: 'browser',
      created_at: 1_795_000_000_000,
      expires_at: 1_797_000_000_000,
    },
  ],
  ticket: [
    {
      id: 't1',
      kind: 'invite',
      person: 'owner',
      payload: '{"role":"client"}',
      created_at: 1_795_000_000_000,
      expires_at: 1_796_000_000_000,
    },
  ],
  oauth_client: [{ id: 'c1', metadata: '{}', created_at: 1_795_000_000_000, expires_at: null }],
  oauth_record: ['AccessToken', 'RefreshToken', 'Grant'].map((model) => ({
    model,
    id: 'r1',
    payload: '{"scope":"amocrm:read"}',
    grant_id: 'g1',
    uid: null,
    consumed_at: null,
    expires_at: 1_797_000_000_000,
  })),
  connection: [
    {
      id: 'g1',
      kind: 'oauth',
      owner: 'owner',
      client_id: 'c1',
      name: 'Программа 🌼',
      vendor: null,
      host: 'app.example.com',
      mount: '',
      scopes: '["amocrm:read"]',
      accounts: null,
      toolsets: null,
      token_hash: null,
      created_at: 1_795_000_000_000,
      expires_at: 1_797_000_000_000,
      used_at: null,
      ended_at: null,
      end_reason: null,
    },
  ],
}

const ROWS: readonly Rows[] = [FIRST, PEOPLE]

/** Fills every table of that schema. */
export async function fillSchema(run: Run, version: number): Promise<void> {
  for (const [table, rows] of Object.entries(rowsOf(version))) {
    for (const row of rows) {
      const columns = Object.keys(row)
      const places = columns.map((_, index) => `$${index + 1}`)
      await run(`insert into ${table} (${columns}) values (${places})`, Object.values(row))
    }
  }
}

/** How many rows each table of that schema has. */
export async function countRows(run: Run, version: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const table of Object.keys(rowsOf(version))) {
    const [row] = await run(`select count(*) as count from ${table}`)
    counts[table] = Number(row?.count)
  }
  return counts
}

function rowsOf(version: number) {
  const rows = ROWS[version - 1]
  if (rows === undefined) throw new Error(`schema ${version} has no rows to be tried with`)
  return rows
}

function person(id: string, role: string, invitedBy: string | null): Row {
  return {
    id,
    login: `${id}@example.com`,
    login_key: `${id}@example.com`,
    name: 'Анна',
    role,
    invited_by: invitedBy,
    password: '$scrypt$ln=15,r=8,p=3$c2FsdA$aGFzaA',
    created_at: 1_795_000_000_000,
  }
}

function account(id: string, name: string, defaultAt: number | null, refusedAt: number | null): Row {
  return {
    id,
    owner: 'owner',
    connector: 'amocrm',
    name,
    name_key: name.toLowerCase(),
    address: `example-${id}.amocrm.ru`,
    default_at: defaultAt,
    linked_at: 1_795_000_000_000,
    refused_at: refusedAt,
  }
}

function bytes(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + seed) % 256)
}
