import { inBoth } from './in-both.ts'

/** Why somebody is not let in or let do something, by reason: the words of `people/refusal.ts` for readers. */
export const refusalWords = inBoth({
  ru: {
    wrong_password: 'Логин или пароль не подходят.',
    wrong_current: 'Текущий пароль не подходит.',
    too_many_attempts:
      'Слишком много попыток. Попробуйте снова через {wait}. Ключ входа и браузер, в котором вы уже входили, работают и сейчас.',
    busy: 'Сейчас входит слишком много людей. Повторите через несколько секунд.',
    key_used:
      'Ссылка больше не действует: ею уже воспользовались, её срок вышел или она скопирована не целиком. Попросите новую.',
    login_taken: 'Этот логин занят. Возьмите другой.',
    bad_login: 'Логин — от 1 до 200 символов в одну строку, без невидимых знаков.',
    bad_name: 'Имя — от 1 до 100 символов в одну строку, без невидимых знаков.',
    short_password: 'Пароль короче 10 символов. Возьмите несколько слов.',
    long_password: 'Пароль длиннее 200 символов.',
    weak_password: 'Такой пароль подбирают первым. Возьмите несколько слов, не связанных между собой.',
    password_fixed: 'Пароль задан в настройках сервера (`ADMIN_PASSWORD`), здесь его не сменить.',
    no_password: 'Пароля нет. Его задаёт ссылка, которую на сервере печатает `mostik setup`.',
    may_not_invite: 'Такое приглашение может сделать только владелец.',
    invitation_limit: 'Открытых приглашений уже столько, сколько можно. Сначала отзовите одно.',
    invitation_over: 'Этого приглашения уже нет: им воспользовались, его отозвали или вышел срок.',
    may_not_remove: 'Убрать можно только тех, кого пригласили вы.',
    no_such_person: 'Этого человека здесь уже нет.',
    passkey_rejected:
      'Ключ входа не принят. Попробуйте ещё раз на том адресе, для которого он создан, или войдите с паролем.',
    passkey_unknown: 'Этот сервер не знает такого ключа. Войдите с паролем и добавьте ключ в профиле.',
    passkey_late: 'Прошло слишком много времени. Начните заново.',
    passkey_limit: 'Ключей уже столько, сколько можно. Сначала удалите один.',
    passkey_last: 'Это последний способ войти. Сначала добавьте другой ключ или задайте пароль.',
    other: 'Не получилось. Проверьте, что введено, и повторите.',
    seconds: '{count} с',
    minutes: '{count} мин',
  },
  en: {
    wrong_password: 'The login or the password is not right.',
    wrong_current: 'The current password is not right.',
    too_many_attempts:
      'Too many attempts. Try again in {wait}. A passkey, and a browser you have signed in with before, work even now.',
    busy: 'Too many people are signing in at this moment. Try again in a few seconds.',
    key_used:
      'The link no longer works: it has been used, its time is over, or it was not copied whole. Ask for a new one.',
    login_taken: 'This login is taken. Choose another.',
    bad_login: 'A login has 1 to 200 characters on one line, none of them invisible.',
    bad_name: 'A name has 1 to 100 characters on one line, none of them invisible.',
    short_password: 'The password is shorter than 10 characters. Use a few words.',
    long_password: 'The password is longer than 200 characters.',
    weak_password:
      'This password is among the first that are tried. Use a few words that do not belong together.',
    password_fixed:
      'The password is set in the settings of the server (`ADMIN_PASSWORD`) and cannot be changed here.',
    no_password: 'There is no password. The link that `mostik setup` prints on the server sets one.',
    may_not_invite: 'Only the owner can make such an invitation.',
    invitation_limit: 'There are as many open invitations as there may be. Withdraw one first.',
    invitation_over: 'There is no such invitation any more: it was used or withdrawn, or its time is over.',
    may_not_remove: 'You can remove only those whom you invited.',
    no_such_person: 'This person is no longer here.',
    passkey_rejected:
      'The passkey was not accepted. Try again on the address that it was made for, or sign in with the password.',
    passkey_unknown:
      'This server does not know the passkey. Sign in with the password and add it to your profile.',
    passkey_late: 'It took too long. Begin again.',
    passkey_limit: 'There are as many passkeys as there may be. Remove one first.',
    passkey_last: 'This is the last way to sign in. Add another passkey first, or set a password.',
    other: 'It did not work. Check what was entered and repeat.',
    seconds: '{count} s',
    minutes: '{count} min',
  },
})
