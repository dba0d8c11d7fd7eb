import type { Language } from '../language.ts'

/** What can be granted, to a program on the consent page and to a personal token alike. */
const ru = {
  what: 'Что разрешить',
  presets: {
    look: 'Только смотреть',
    change: 'Смотреть и менять',
    own: 'Свой выбор',
  },
  lookLess: 'Ничего не изменит и никому не напишет.',
  changeLess: 'Не удаляет и не пишет другим людям.',
  ownText: 'Отметить разрешения по одному.',
  ownOnly: 'Действует, только если выше выбран «Свой выбор».',
  toolsets: 'Разделы',
  access: {
    read: 'Искать и читать',
    draft: 'Готовить черновики, которые видите только вы',
    write: 'Создавать и менять записи',
    send: 'Писать другим людям',
    destroy: 'Удалять и менять многое сразу — это нельзя отменить',
  },
  where: 'В каких аккаунтах',
  allAccounts: 'Во всех моих',
  allAccountsText: 'И в тех, что я подключу позже.',
  chosenAccounts: 'Только в выбранных',
  chosenOnly: 'Действует, только если выше выбрано «Только в выбранных».',
  noAccounts: 'Аккаунтов у вас пока нет. Всё выбранное будет относиться к тем, что вы подключите.',
  until: 'На какой срок',
  days: { 30: '30 дней', 90: '90 дней', 365: 'Год', 0: 'Без срока' },
  untilDay: 'до {day}',
  forever: 'пока не отключите сами',
  problems: {
    nothing: 'Отметьте хотя бы одно разрешение.',
    no_toolset: 'Отметьте хотя бы один раздел там, где есть разрешения.',
    no_account: 'Отметьте хотя бы один аккаунт или выберите «Во всех моих».',
    single_rights:
      'Вы изменили отдельные разрешения, но выбрали готовый набор. Мы переключили на «Свой выбор»: проверьте и подтвердите ещё раз.',
    single_accounts:
      'Вы отметили отдельные аккаунты, но выбрали «Во всех моих». Мы переключили на «Только в выбранных»: проверьте и подтвердите ещё раз.',
    stale:
      'Страница устарела: что-то изменилось, пока она была открыта. Проверьте выбор и подтвердите ещё раз.',
  },
}

export type GrantWords = typeof ru

const en: GrantWords = {
  what: 'What to allow',
  presets: {
    look: 'Only look',
    change: 'Look and change',
    own: 'My own choice',
  },
  lookLess: 'Changes nothing and writes to nobody.',
  changeLess: 'Deletes nothing and writes to nobody.',
  ownText: 'Tick the permissions one by one.',
  ownOnly: 'Applies only with “My own choice” above.',
  toolsets: 'Sections',
  access: {
    read: 'Find and read',
    draft: 'Prepare drafts that only you see',
    write: 'Create and change records',
    send: 'Write to other people',
    destroy: 'Delete and change many at once: this cannot be undone',
  },
  where: 'In which accounts',
  allAccounts: 'All of mine',
  allAccountsText: 'Those that I link later too.',
  chosenAccounts: 'Only in chosen ones',
  chosenOnly: 'Applies only with “Only in chosen ones” above.',
  noAccounts: 'You have no accounts yet. What you choose will apply to those that you link.',
  until: 'For how long',
  days: { 30: '30 days', 90: '90 days', 365: 'A year', 0: 'No end' },
  untilDay: 'until {day}',
  forever: 'until you disconnect it',
  problems: {
    nothing: 'Tick at least one permission.',
    no_toolset: 'Tick at least one section wherever there are permissions.',
    no_account: 'Tick at least one account, or choose “All of mine”.',
    single_rights:
      'You changed single permissions, but a ready set was chosen. We switched to “My own choice”: check it and confirm again.',
    single_accounts:
      'You ticked single accounts, but “All of mine” was chosen. We switched to “Only in chosen ones”: check it and confirm again.',
    stale:
      'The page was out of date: something changed while it was open. Check your choice and confirm again.',
  },
}

export const grantWords: Readonly<Record<Language, GrantWords>> = { ru, en }
