import type { Generated } from 'kysely'

/**
 * The schema of the newest migration, as the query builder sees it. Times are Unix milliseconds; flags are 0 or 1;
 * `bigint` columns come back as numbers and binary ones as `Uint8Array` on both engines.
 */
export interface Tables {
  /** Facts about the database itself. */
  meta: { key: string; value: string }
  /** A data key, wrapped by a master key. */
  data_key: {
    owner: string
    version: number
    master_key_id: string
    wrapped: Uint8Array
    created_at: number
  }
  /** A sealed secret; the foreign key makes it impossible to write one whose data key is gone. */
  secret: {
    owner: string
    kind: string
    name: string
    key_version: number
    sealed: Uint8Array
    updated_at: number
  }
  /** `name_key` is the name as it is compared. Of one owner and connector the latest `default_at` is the default. */
  linked_account: {
    id: string
    owner: string
    connector: string
    name: string
    name_key: string
    address: string
    default_at: number | null
    linked_at: number
    refused_at: number | null
  }
  /** One row is one flushed batch; `lines` holds one entry a line and comes last, since it is long: the rest is read without it. */
  journal: {
    first_seq: number
    last_seq: number
    first_at: number
    last_at: number
    head: string
    lines: string
  }
  /** Where a pruned journal begins: the last entry that is gone. At most one row, of id 1. */
  journal_anchor: { id: number; seq: number; hash: string; pruned_at: number }
  once: {
    id: string
    owner: string
    tool: string
    account: string
    input_digest: string
    state: string
    started_at: number
    alive_until: number
    holder: string
    expires_at: number
    draft: string
  }
  /**
   * The calls to one upstream, in Unix milliseconds with fractions: when the next slot is free, until when interactive
   * calls have taken them, until when nobody may go, and the slot that was given last, if the last who asked got one.
   */
  rate: {
    name: string
    next_at: number
    interactive_until: Generated<number>
    held_until: Generated<number>
    slot_at: number | null
  }
  /** When a caller's limit is whole again, in Unix microseconds. */
  call_rate: { name: string; full_at: number }
  /** Who may change an upstream's account at present, until when. */
  lock: { name: string; holder: string; until: number }
  /** `login_key` is the login as it is compared; `password` a scrypt hash in PHC form, none until one is set. */
  person: {
    id: string
    login: string
    login_key: string
    name: string
    role: string
    invited_by: string | null
    password: string | null
    created_at: number
  }
  /** A WebAuthn credential; `id` as base64url. */
  passkey: {
    id: string
    person: string
    name: string
    public_key: Uint8Array
    counter: number
    transports: string
    created_at: number
    used_at: number | null
  }
  /** A signed-in browser, by the SHA-256 of its cookie. */
  web_session: { id: string; person: string; agent: string; created_at: number; expires_at: number }
  /** What is good for one use, by the SHA-256 of its key. */
  ticket: {
    id: string
    kind: string
    person: string | null
    payload: string
    created_at: number
    expires_at: number
  }
  /** A dynamically registered client; it has an end until its first token. */
  oauth_client: { id: string; metadata: string; created_at: number; expires_at: number | null }
  /** What the authorization server keeps of a model, by the SHA-256 of its id; `uid` too is hashed. */
  oauth_record: {
    model: string
    id: string
    payload: string
    grant_id: string | null
    uid: string | null
    consumed_at: number | null
    expires_at: number | null
  }
  /** `scopes`, `accounts` and `toolsets` are JSON arrays; `token_hash` is of a personal token. */
  connection: {
    id: string
    kind: string
    owner: string
    client_id: string
    name: string
    vendor: string | null
    host: string
    mount: string
    scopes: string
    accounts: string | null
    toolsets: string | null
    token_hash: string | null
    created_at: number
    expires_at: number | null
    used_at: number | null
    ended_at: number | null
    end_reason: string | null
  }
}
