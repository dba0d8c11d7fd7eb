import type { PlainWords } from '../../kernel/connector.ts'

/** To be kept true to the tools: a person grants what stands here. */
export const plainWords: PlainWords = {
  access: {
    read: {
      ru: 'Искать и читать сделки, контакты, компании, задачи и примечания',
      en: 'Find and read deals, contacts, companies, tasks and notes',
    },
    write: {
      ru: 'Создавать сделки и задачи, менять контакты',
      en: 'Create deals and tasks, change contacts',
    },
  },
  toolsets: {
    amocrm: { ru: 'Сделки, контакты и задачи', en: 'Deals, contacts and tasks' },
  },
}
