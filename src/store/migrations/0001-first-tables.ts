import type { Migration } from './migration.ts'

export const firstTables: Migration = {
  version: 1,
  title: 'secrets, linked accounts, journal, idempotency, rates and locks',
  statements: ({ binary }) => [
    `create table meta (
      key text primary key,
      value text not null
    )`,
    `create table data_key (
      owner text not null,
      version integer not null,
      master_key_id text not null,
      wrapped ${binary} not null,
      created_at bigint not null,
      primary key (owner, version)
    )`,
    `create table secret (
      owner text not null,
      kind text not null,
      name text not null,
      key_version integer not null,
      sealed ${binary} not null,
      updated_at bigint not null,
      primary key (owner, kind, name),
      foreign key (owner, key_version) references data_key (owner, version)
    )`,
    'create index secret_by_key on secret (owner, key_version)',
    `create table linked_account (
      id text primary key,
      owner text not null,
      connector text not null,
      name text not null,
      name_key text not null,
      address text not null,
      default_at bigint,
      linked_at bigint not null,
      refused_at bigint,
      unique (owner, connector, name_key),
      unique (owner, connector, address)
    )`,
    `create table journal (
      first_seq bigint primary key,
      last_seq bigint not null,
      first_at bigint not null,
      last_at bigint not null,
      head text not null,
      lines text not null
    )`,
    `create table journal_anchor (
      id integer primary key,
      seq bigint not null,
      hash text not null,
      pruned_at bigint not null
    )`,
    `create table once (
      id text primary key,
      owner text not null,
      tool text not null,
      account text not null,
      input_digest text not null,
      state text not null,
      started_at bigint not null,
      alive_until bigint not null,
      holder text not null,
      expires_at bigint not null,
      draft text not null
    )`,
    'create index once_by_end on once (expires_at)',
    'create index once_by_life on once (state, alive_until)',
    // What holds for a minute needs no log of its own: a crash of the server forgets it, and each write costs no flush.
    `create ${binary === 'bytea' ? 'unlogged table' : 'table'} rate (
      name text primary key,
      next_at double precision not null,
      interactive_until double precision not null default 0,
      held_until double precision not null default 0,
      slot_at double precision
    )`,
    `create ${binary === 'bytea' ? 'unlogged table' : 'table'} call_rate (
      name text primary key,
      full_at bigint not null
    )`,
    `create ${binary === 'bytea' ? 'unlogged table' : 'table'} lock (
      name text primary key,
      holder text not null,
      until bigint not null
    )`,
  ],
}
