import type { Language } from '../language.ts'

const ru = {
  title: 'Аккаунты',
  lead: 'Где работают ваши программы. Подключённое здесь видите только вы.',
  none: 'Аккаунт ещё не подключён.',
  demo: 'Работает демонстрационный аккаунт: люди и сделки в нём вымышлены. Он уйдёт, как только вы подключите свой.',
  states: { linked: 'Подключено: {count}', demo: 'Демо', not_linked: 'Не подключено' },
  isDefault: 'Основной',
  defaultText: 'Программы работают в нём, если вы не назвали другой.',
  makeDefault: 'Сделать основным',
  environment: 'Задан настройками сервера; отсюда он не меняется.',
  since: 'Подключён {day}',
  refused: '{title} больше не принимает его токен. Подключите аккаунт ещё раз с новым токеном.',
  broken: 'Его сохранённый токен не читается. Подключите аккаунт ещё раз.',
  away: 'Сейчас его не открыть. Попробуйте через минуту.',
  unlink: 'Отключить',
  unlinkQuestion:
    'Программы перестанут работать с этим аккаунтом, а его токен будет удалён. В самой {title} ничего не изменится.',
  yes: 'Да, отключить',
  link: 'Подключить аккаунт',
  linkAnother: 'Подключить ещё один или обновить токен',
  name: 'Название аккаунта',
  nameHelp: 'Не обязательно. Так вы будете называть его в чате, например «Север».',
  linkButton: 'Подключить',
  linkWait: 'Сначала проверим, что аккаунт отвечает; обычно это несколько секунд.',
  noForm: 'Подключить его здесь нельзя: его задают настройки сервера.',
  done: {
    linked: 'Аккаунт подключён.',
    renewed: 'Аккаунт работает с новым токеном.',
    unlinked: 'Аккаунт отключён, его токен удалён.',
    default: 'Теперь этот аккаунт основной.',
  },
  problems: {
    empty: 'Заполните это поле.',
    bad_name: 'Так назвать нельзя: нужны буквы или цифры, не больше 60 знаков, без кавычек.',
    linked_by_environment:
      'Этот аккаунт уже задан настройками сервера, подключать его не нужно. Новый токен для него ставят там же, где был прежний.',
    linked_under_other_name:
      'Этот аккаунт у вас уже подключён под другим названием. Чтобы дать ему новый токен, оставьте название пустым; чтобы переименовать, сначала отключите его.',
    name_taken: 'Это название уже занято другим вашим аккаунтом или похоже на его адрес. Дайте этому другое.',
    invalid_input: 'Подключить не получилось: проверьте, что введено.',
    not_linked: '{title} не приняла токен. Проверьте адрес и создайте в этом аккаунте новый токен.',
    not_allowed: '{title} не пускает с этим токеном. Создайте его под администратором аккаунта.',
    not_found: 'По этому адресу нет аккаунта {title}. Проверьте адрес.',
    rate_limited: '{title} просит подождать. Попробуйте через минуту.',
    upstream_rejected: '{title} не приняла запрос. Проверьте адрес и токен.',
    upstream_failed: '{title} не отвечает. Проверьте адрес; если он верный, попробуйте через минуту.',
    unavailable: 'Хранилище сервера сейчас не отвечает: ничего не изменилось. Попробуйте через минуту.',
    too_many: 'Слишком много попыток подряд. Попробуйте через несколько минут.',
    gone: 'Этого аккаунта среди ваших уже нет.',
  },
  again: 'Токен введите ещё раз: мы его не сохранили.',
}

export type AccountsWords = typeof ru

const en: AccountsWords = {
  title: 'Accounts',
  lead: 'Where your programs work. What you link here only you can see.',
  none: 'No account is linked yet.',
  demo: 'A demo account is at work: the people and deals in it are invented. It goes as soon as you link your own.',
  states: { linked: 'Linked: {count}', demo: 'Demo', not_linked: 'Not linked' },
  isDefault: 'Default',
  defaultText: 'Programs work in it unless you name another.',
  makeDefault: 'Make it the default',
  environment: 'Set on the server; it cannot be changed here.',
  since: 'Linked on {day}',
  refused: '{title} no longer accepts its token. Link the account again with a new token.',
  broken: 'Its stored token cannot be read. Link the account again.',
  away: 'It cannot be opened at the moment. Try again in a minute.',
  unlink: 'Unlink',
  unlinkQuestion:
    'Programs can no longer work in this account, and its token is deleted. Nothing changes in {title} itself.',
  yes: 'Yes, unlink',
  link: 'Link an account',
  linkAnother: 'Link another one, or renew a token',
  name: 'Name of the account',
  nameHelp: 'Not required. You will say it in the chat, for example “North”.',
  linkButton: 'Link',
  linkWait: 'First we check that the account answers; it usually takes a few seconds.',
  noForm: 'It cannot be linked here: the settings of the server name it.',
  done: {
    linked: 'The account is linked.',
    renewed: 'The account works with the new token.',
    unlinked: 'The account is unlinked and its token is deleted.',
    default: 'This account is the default now.',
  },
  problems: {
    empty: 'Fill in this field.',
    bad_name: 'It cannot have this name: use letters or digits, at most 60 characters, no quotes.',
    linked_by_environment:
      'The settings of the server name this account already, so it need not be linked. A new token for it is set there too.',
    linked_under_other_name:
      'This account is linked already, under another name. To give it a new token, leave the name empty; to rename it, unlink it first.',
    name_taken:
      'Another account of yours goes by this name, or could be meant by it. Give this one another name.',
    invalid_input: 'It could not be linked: check what you entered.',
    not_linked: '{title} did not accept the token. Check the address and make a new token in that account.',
    not_allowed: '{title} does not let this token in. Make it as an administrator of the account.',
    not_found: 'There is no {title} account at this address. Check it.',
    rate_limited: '{title} asks to wait. Try again in a minute.',
    upstream_rejected: '{title} did not accept the request. Check the address and the token.',
    upstream_failed: '{title} does not answer. Check the address; if it is right, try again in a minute.',
    unavailable: 'The storage of the server does not answer: nothing has changed. Try again in a minute.',
    too_many: 'Too many attempts in a row. Try again in a few minutes.',
    gone: 'This account is no longer among yours.',
  },
  again: 'Enter the token again: it was not kept.',
}

export const accountsWords: Readonly<Record<Language, AccountsWords>> = { ru, en }
