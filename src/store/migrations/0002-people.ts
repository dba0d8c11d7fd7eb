import type { Migration } from './migration.ts'

export const people: Migration = {
  version: 2,
  title: 'people, their sessions and passkeys, OAuth clients and records, connections',
  statements: ({ binary }) => [
    `create table person (
      id text primary key,
      login text not null,
      login_key text not null unique,
      name text not null,
      role text not null,
      invited_by text,
      password text,
      created_at bigint not null
    )`,
    'create index person_by_inviter on person (invited_by)',
    `create table passkey (
      id text primary key,
      person text not null,
      name text not null,
      public_key ${binary} not null,
      counter bigint not null,
      transports text not null,
      created_at bigint not null,
      used_at bigint
    )`,
    'create index passkey_by_person on passkey (person)',
    `create table web_session (
      id text primary key,
      person text not null,
      agent text not null,
      created_at bigint not null,
      expires_at bigint not null
    )`,
    'create index web_session_by_person on web_session (person)',
    'create index web_session_by_end on web_session (expires_at)',
    // Anything that is good for one use: links, invitations, challenges.
    `create table ticket (
      id text primary key,
      kind text not null,
      person text,
      payload text not null,
      created_at bigint not null,
      expires_at bigint not null
    )`,
    'create index ticket_by_end on ticket (expires_at)',
    `create table oauth_client (
      id text primary key,
      metadata text not null,
      created_at bigint not null,
      expires_at bigint
    )`,
    'create index oauth_client_by_end on oauth_client (expires_at)',
    `create table oauth_record (
      model text not null,
      id text not null,
      payload text not null,
      grant_id text,
      uid text,
      consumed_at bigint,
      expires_at bigint,
      primary key (model, id)
    )`,
    'create index oauth_record_by_grant on oauth_record (grant_id)',
    'create index oauth_record_by_uid on oauth_record (uid)',
    'create index oauth_record_by_end on oauth_record (expires_at)',
    `create table connection (
      id text primary key,
      kind text not null,
      owner text not null,
      client_id text not null,
      name text not null,
      vendor text,
      host text not null,
      mount text not null,
      scopes text not null,
      accounts text,
      toolsets text,
      token_hash text unique,
      created_at bigint not null,
      expires_at bigint,
      used_at bigint,
      ended_at bigint,
      end_reason text
    )`,
    'create index connection_by_owner on connection (owner)',
  ],
}
