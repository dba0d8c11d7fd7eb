import { taskTypes } from '../activities/task-types.ts'
import { selfLink } from '../http/envelope.ts'
import { withOf } from '../http/filters.ts'
import type { Call, Reply, Route } from '../http/routing.ts'

export const accountRoutes: readonly Route[] = [{ method: 'GET', path: '/account', handle: show }]

function show(call: Call): Reply {
  const { account } = call
  const wanted = withOf(call.query)
  const pick = (parts: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(parts).filter(([key]) => wanted.has(key)))
  const embedded = pick({
    amojo_rights: { can_direct: true, can_create_groups: true },
    users_groups: account.groups,
    task_types: taskTypes,
    datetime_settings: {
      date_pattern: 'd.m.Y H:i',
      short_date_pattern: 'd.m.Y',
      short_time_pattern: 'H:i',
      date_format: 'd.m.Y',
      time_format: 'H:i:s',
      timezone: account.timezone,
      timezone_offset: '+03:00',
    },
  })
  return {
    status: 200,
    body: {
      id: account.id,
      name: account.name,
      subdomain: account.subdomain,
      created_at: account.createdAt,
      created_by: 0,
      updated_at: account.createdAt,
      updated_by: 0,
      current_user_id: call.userId,
      country: 'RU',
      currency: 'RUB',
      currency_symbol: '₽',
      customers_mode: 'disabled',
      is_unsorted_on: true,
      mobile_feature_version: 0,
      is_loss_reason_enabled: true,
      is_helpbot_enabled: false,
      is_technical_account: false,
      contact_name_display_order: 1,
      ...pick({
        amojo_id: account.amojoId,
        uuid: account.uuid,
        version: 16,
        drive_url: account.baseUrl,
        is_api_filter_enabled: account.filterMode === 'full',
        entity_names: entityNames,
        invoices_settings: { lang: null, invoices_catalog_id: null },
      }),
      _links: selfLink(call, 'account'),
      ...(Object.keys(embedded).length > 0 ? { _embedded: embedded } : {}),
    },
  }
}

const entityNames = {
  leads: {
    ru: {
      gender: 'f',
      plural_form: {
        dative: 'сделкам',
        default: 'сделки',
        genitive: 'сделок',
        accusative: 'сделки',
        instrumental: 'сделками',
        prepositional: 'сделках',
      },
      singular_form: {
        dative: 'сделке',
        default: 'сделка',
        genitive: 'сделки',
        accusative: 'сделку',
        instrumental: 'сделкой',
        prepositional: 'сделке',
      },
    },
    en: { gender: 'm', singular_form: { default: 'lead' }, plural_form: { default: 'leads' } },
    es: { gender: 'm', singular_form: { default: 'lead' }, plural_form: { default: 'leads' } },
  },
}
