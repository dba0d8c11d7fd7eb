import type { LinkField } from '../../../kernel/connector.ts'

/** A long-lived token of a private integration, which an administrator makes in the account; see docs/ru/amocrm.md. */
export const linkForm: readonly LinkField[] = [
  {
    variable: 'AMOCRM_SUBDOMAIN',
    isSecret: false,
    label: { ru: 'Адрес вашей amoCRM', en: 'Address of your amoCRM' },
    help: {
      ru: 'Как в браузере: `firma.amocrm.ru` или `firma.kommo.com`. Можно вставить ссылку целиком.',
      en: 'As in the browser: `firm.amocrm.ru` or `firm.kommo.com`. The whole link will do.',
    },
    wrong: {
      ru: 'Это не похоже на адрес amoCRM. Откройте её в браузере и скопируйте начало адреса, например firma.amocrm.ru.',
      en: 'This does not look like an address of amoCRM. Open it in the browser and copy the beginning of its address, such as firm.amocrm.ru.',
    },
  },
  {
    variable: 'AMOCRM_ACCESS_TOKEN',
    isSecret: true,
    label: { ru: 'Долгосрочный токен', en: 'Long-lived token' },
    help: {
      ru: 'В amoМаркете: меню с тремя точками → «Создать интеграцию» → приватная; в ней вкладка «Ключи и доступы» → «Сгенерировать долгосрочный токен». Здесь он хранится зашифрованным и больше не показывается.',
      en: 'In the amoMarket: the menu with three dots → “Create integration” → private; in it the tab “Keys and scopes” → “Generate long-lived token”. Here it is kept encrypted and never shown again.',
    },
    wrong: {
      ru: 'Токен скопирован не целиком или с лишними знаками. Скопируйте его ещё раз: без кавычек, пробелов и слова Bearer.',
      en: 'The token is not whole or has stray characters. Copy it again: no quotes, no spaces, no word Bearer.',
    },
  },
]
