import { inBoth } from './in-both.ts'

/** What every page of the console says. */
export const frameWords = inBoth({
  ru: {
    console: 'Личный кабинет',
    accounts: 'Аккаунты',
    access: 'Доступ',
    people: 'Люди',
    profile: 'Профиль',
    signOut: 'Выйти',
    signedInAs: 'Вы вошли как {name}',
    error: 'Ошибка',
    cancel: 'Отмена',
    roles: { owner: 'владелец', member: 'участник', client: 'клиент' },
  },
  en: {
    console: 'Console',
    accounts: 'Accounts',
    access: 'Access',
    people: 'People',
    profile: 'Profile',
    signOut: 'Sign out',
    signedInAs: 'You are signed in as {name}',
    error: 'Error',
    cancel: 'Cancel',
    roles: { owner: 'owner', member: 'member', client: 'client' },
  },
})
