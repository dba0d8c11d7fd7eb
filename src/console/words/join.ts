import { inBoth } from './in-both.ts'

/** The pages of one-time links: the first start of a server, and an invitation. */
export const joinWords = inBoth({
  ru: {
    setupTitle: 'Станьте владельцем сервера',
    setupLead:
      'Это ваш Мостик: он пускает чаты в вашу CRM. Задайте логин и пароль — с ними вы будете входить, приглашать людей и решать, что кому разрешено.',
    setupNote: 'Ссылка действует один раз. Если пароль забудется, новую даст `mostik setup` на сервере.',
    inviteTitle: 'Вас пригласили',
    inviteLead: '{inviter} приглашает вас на свой сервер Мостик: он пускает чаты в вашу CRM.',
    inviteLeadUnnamed: 'Вас приглашают на сервер Мостик: он пускает чаты в вашу CRM.',
    inviteAs: {
      owner: '',
      member:
        'Вы войдёте как участник: подключите свои аккаунты и сможете приглашать клиентов. На страницах и в чатах ваши данные не видит никто другой.',
      client:
        'Вы войдёте как клиент: подключите свои аккаунты. На страницах и в чатах ваши данные не видит никто другой.',
    },
    signedInAlready:
      'Сейчас в этом браузере вошли как {name}. После отправки формы в нём войдёт новый человек — вы.',
    name: 'Имя',
    nameHelp: 'Так вас увидят другие люди этого сервера.',
    login: 'Логин',
    loginHelp: 'Почта или слово, например `anna@example.ru`. С ним вы будете входить.',
    password: 'Пароль',
    passwordHelp: 'Не короче 10 символов. Длинная фраза надёжнее, чем короткая смесь знаков.',
    setupSubmit: 'Стать владельцем',
    recoverTitle: 'Новый пароль владельца',
    recoverLead:
      'Задайте владельцу этого сервера имя, логин и пароль заново. Во всех браузерах, где он вошёл раньше, придётся войти ещё раз. Его ключи входа и приглашения, которыми никто не воспользовался, удаляются.',
    disconnect: 'Отключить все программы и личные токены',
    disconnectHelp: 'Их мог добавить тот, кто знал прежний пароль. Свои чаты потом нужно подключить заново.',
    recoverSubmit: 'Сохранить и войти',
    inviteSubmit: 'Присоединиться',
  },
  en: {
    setupTitle: 'Become the owner of the server',
    setupLead:
      'This is your Mostik: it lets chats into your CRM. Choose a login and a password; with them you sign in, invite people and decide who may do what.',
    setupNote:
      'The link works once. Should the password be forgotten, `mostik setup` on the server gives a new one.',
    inviteTitle: 'You are invited',
    inviteLead: '{inviter} invites you to their Mostik server: it lets chats into your CRM.',
    inviteLeadUnnamed: 'You are invited to a Mostik server: it lets chats into your CRM.',
    inviteAs: {
      owner: '',
      member:
        'You will be a member: you link your own accounts and may invite clients. Nobody else sees your data on a page or in a chat.',
      client:
        'You will be a client: you link your own accounts. Nobody else sees your data on a page or in a chat.',
    },
    signedInAlready:
      'You are signed in as {name} now. Once this form is sent, the browser is signed in as you, the new person.',
    name: 'Name',
    nameHelp: 'How other people of this server see you.',
    login: 'Login',
    loginHelp: 'An e-mail address or a word, such as `anna@example.com`. You sign in with it.',
    password: 'Password',
    passwordHelp: 'At least 10 characters. A long phrase is safer than a short mix of signs.',
    setupSubmit: 'Become the owner',
    recoverTitle: 'A new password for the owner',
    recoverLead:
      'Set the name, login and password of the owner of this server anew. Every browser that was signed in as the owner has to sign in again. The owner’s passkeys, and invitations that nobody has used, are removed.',
    disconnect: 'Disconnect all programs and personal tokens',
    disconnectHelp:
      'Somebody who knew the old password may have added them. Your own chats have to be connected anew.',
    recoverSubmit: 'Save and sign in',
    inviteSubmit: 'Join',
  },
})
