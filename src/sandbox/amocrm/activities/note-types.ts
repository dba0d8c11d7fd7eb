import { fieldMissing, type Issue, invalidType } from '../http/problem.ts'
import type { Item } from '../validation.ts'

type ParamKind = 'text' | 'number' | 'user'

export interface NoteType {
  /** The event that making such a note records, if any. */
  readonly event?: string
  /** Params the API keeps; the rest of what is sent is dropped. */
  readonly params: Readonly<Record<string, ParamKind>>
  readonly required: readonly string[]
}

const call = {
  uniq: 'text',
  duration: 'number',
  source: 'text',
  link: 'text',
  phone: 'text',
  /** An id or a name. */
  call_responsible: 'user',
  call_result: 'text',
  call_status: 'number',
} as const

const sms = { text: 'text', phone: 'text' } as const

const bill = { text: 'text', service: 'text', icon_url: 'text' } as const

/** Kinds of note that the API can make; the others are only read. */
export const noteTypes: ReadonlyMap<unknown, NoteType> = new Map<unknown, NoteType>([
  ['common', { event: 'common_note_added', params: { text: 'text' }, required: ['text'] }],
  ['call_in', { event: 'incoming_call', params: call, required: ['duration', 'source', 'phone'] }],
  ['call_out', { event: 'outgoing_call', params: call, required: ['duration', 'source', 'phone'] }],
  service('service_message'),
  service('extended_service_message'),
  [
    'message_cashier',
    {
      event: 'message_to_cashier_note_added',
      params: { status: 'text', text: 'text' },
      required: ['status', 'text'],
    },
  ],
  [
    'geolocation',
    {
      event: 'geo_note_added',
      params: { text: 'text', address: 'text', longitude: 'text', latitude: 'text' },
      required: ['text', 'address', 'longitude', 'latitude'],
    },
  ],
  ['sms_in', { event: 'incoming_sms', params: sms, required: ['text', 'phone'] }],
  ['sms_out', { event: 'outgoing_sms', params: sms, required: ['text', 'phone'] }],
  [
    'attachment',
    {
      event: 'attachment_note_added',
      params: {
        file_uuid: 'text',
        version_uuid: 'text',
        file_name: 'text',
        original_name: 'text',
        text: 'text',
      },
      required: ['file_uuid', 'file_name'],
    },
  ],
  ['invoice_paid', { params: bill, required: ['text', 'service', 'icon_url'] }],
  ['bill_paid', { params: bill, required: ['text', 'service', 'icon_url'] }],
  ['site_visit', { event: 'site_visit_note_added', params: { url: 'text' }, required: ['url'] }],
])

function service(name: string): [string, NoteType] {
  const params = { service: 'text', text: 'text' } as const
  return [name, { event: 'service_note_added', params, required: ['service', 'text'] }]
}

export function checkParams(type: NoteType, params: Item): Issue[] {
  const missing = type.required
    .filter((key) => params[key] == null)
    .map((key) => fieldMissing(`params.${key}`))
  const wrong = Object.entries(type.params).flatMap(([key, kind]) => {
    const { [key]: value } = params
    if (value == null || (kind === 'user' && typeof value === 'number')) return []
    if (kind !== 'number') return typeof value === 'string' ? [] : [invalidType(`params.${key}`, 'string')]
    return Number.isFinite(value) ? [] : [invalidType(`params.${key}`, 'int')]
  })
  return [...missing, ...wrong]
}

/** The params that the kind keeps. */
export function keptParams(type: NoteType, params: Item): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.keys(type.params).flatMap((key) => (params[key] === undefined ? [] : [[key, params[key]]])),
  )
}
