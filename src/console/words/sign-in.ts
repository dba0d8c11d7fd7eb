import { inBoth } from './in-both.ts'

export const signInWords = inBoth({
  ru: {
    title: 'Вход',
    lead: 'Войдите, чтобы подключать аккаунты и решать, что разрешено чатам.',
    leadNext: 'Войдите, и вы вернётесь к тому, что открывали.',
    login: 'Логин',
    password: 'Пароль',
    submit: 'Войти',
    or: 'или',
    passkey: 'Войти без пароля: отпечаток, лицо или ключ',
    forgotten: 'Забыли пароль?',
    forgottenText:
      'Попросите новое приглашение у того, кто вас пригласил. Владелец получает новую ссылку на самом сервере: `mostik setup`.',
    unclaimed:
      'У этого сервера ещё нет владельца. Откройте одноразовую ссылку, которую сервер написал в свой журнал при запуске, или получите новую: `mostik setup`.',
    signedOut: 'Вы вышли.',
    passkeyFailed: 'Не получилось. Попробуйте ещё раз или войдите с паролем.',
    passkeyCancelled: 'Вход отменён. Можно попробовать ещё раз или войти с паролем.',
  },
  en: {
    title: 'Sign in',
    lead: 'Sign in to link accounts and to decide what chats may do.',
    leadNext: 'Sign in, and you will come back to what you were opening.',
    login: 'Login',
    password: 'Password',
    submit: 'Sign in',
    or: 'or',
    passkey: 'Sign in without a password: fingerprint, face or key',
    forgotten: 'Forgot the password?',
    forgottenText:
      'Ask whoever invited you for a new invitation. The owner gets a new link on the server itself: `mostik setup`.',
    unclaimed:
      'This server has no owner yet. Open the one-time link that the server wrote to its log when it started, or get a new one: `mostik setup`.',
    signedOut: 'You are signed out.',
    passkeyFailed: 'It did not work. Try again, or sign in with the password.',
    passkeyCancelled: 'Signing in was cancelled. You can try again, or sign in with the password.',
  },
})
