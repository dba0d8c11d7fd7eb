/** The contact that documentation and examples speak of; nobody else has his number or his address. */
export const exampleContact = {
  name: 'Иван Петров',
  phone: '+7 495 000-12-34',
  email: 'ivan.petrov@example.ru',
  company: 'ООО «Светлый дом»',
  lead: 'Остекление веранды',
} as const
