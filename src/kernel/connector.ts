import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { z } from 'zod'
import type { Clock } from './clock.ts'
import type { OpenLock } from './lock.ts'
import type { Log } from './log.ts'
import type { OpenQueue } from './queue.ts'
import type { Access, Tool } from './tool.ts'

/** What an account is made with. */
export interface Around {
  readonly clock: Clock
  readonly log: Log
  readonly queue: OpenQueue
  readonly lock: OpenLock
  /** The embedded sandbox. */
  readonly demo: boolean
}

/** An upstream account that calls work in. */
export interface Account {
  /** The connector's own client, for its own tools. */
  readonly client: unknown
  /** The embedded sandbox: every answer says so. */
  readonly demo: boolean
  /** Where it is, as a link that tells it from others: `https://firm.amocrm.ru`. */
  readonly address?: string
  /** What it is called there, in short: `firm`. */
  readonly name?: string
}

/** The values of a connector's part of the environment, by variable name. */
export type Variables = Readonly<Record<string, unknown>>

/** A word or a sentence of ours for people, in the languages of the pages. */
type InLanguages = Readonly<Record<'ru' | 'en', string>>

/** What a person fills in on a page to link an account; every field has to be. */
export interface LinkField {
  /** The variable that takes what is filled in. */
  readonly variable: string
  /** Hidden while it is typed, and never shown again. */
  readonly isSecret: boolean
  readonly label: InLanguages
  /** Where to find it. */
  readonly help: InLanguages
  /** What to do when it cannot be what it should be. */
  readonly wrong: InLanguages
}

/** How a connector puts what its tools do to people who decide about it. */
export interface PlainWords {
  /** What each access class comes to here; one that is left out is described as everywhere. */
  readonly access: Partial<Readonly<Record<Access, InLanguages>>>
  /** Names of the toolsets. */
  readonly toolsets: Readonly<Record<string, InLanguages>>
}

export interface Connector<Client = never> {
  readonly id: string
  readonly title: string
  readonly tools: readonly Tool<Client>[]
  /** The connector's part of the environment; `config.ts` reads it together with its own. */
  readonly variables: z.ZodObject
  /** The variables that link a real account, as they are shown to people. */
  readonly setup: readonly string[]
  /** How an account is linked on a page; without fields it cannot be. */
  readonly form: readonly LinkField[]
  readonly words: PlainWords
  /** The tool that, called without input, proves that a linked account answers. */
  readonly probe: string
  /** The account that the environment names, or nothing when it names none. */
  link(variables: Variables, around: Around): Account | undefined
}

/** A tool is registered by existing: every module of `folder` is one tool, in file-name order. */
export async function loadTools<Client>(folder: string): Promise<Tool<Client>[]> {
  const files = (await readdir(folder)).filter((file) => /^[a-z-]+\.(ts|js)$/.test(file)).sort()
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(join(folder, file)).href)))
  return modules.map((module) => module.default)
}
