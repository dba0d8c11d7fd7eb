import { inBoth } from './in-both.ts'

/** What a page says when it cannot do what was asked, by kind of failure or, where there is more to say, by reason. */
export const troubleWords = inBoth({
  ru: {
    stale_form: {
      title: 'Форма устарела',
      text: 'Страница была открыта слишком давно или в другом окне вы вошли заново. Ничего не изменено: откройте страницу ещё раз и повторите.',
    },
    not_a_form: { title: 'Это не форма', text: 'Такой запрос страница не принимает.' },
    form_too_large: { title: 'Слишком много текста', text: 'Форма не может быть больше 64 КБ.' },
    key_over: {
      title: 'Ссылка больше не действует',
      text: 'Ею уже воспользовались, её срок вышел или она скопирована не целиком. Попросите новую у того, кто её прислал.',
    },
    access_left: {
      title: 'Пароль сохранён, но программы не отключены',
      text: 'Хранилище не ответило. Войдите с новым паролем и отключите программы и токены на странице «Доступ».',
    },
    invalid_input: { title: 'Так не получится', text: 'Проверьте, что введено, и повторите.' },
    not_allowed: { title: 'Это вам недоступно', text: 'У вас нет права на это действие.' },
    not_found: { title: 'Здесь ничего нет', text: 'Проверьте адрес или вернитесь в кабинет.' },
    rate_limited: { title: 'Слишком часто', text: 'Подождите немного и повторите.' },
    unavailable: {
      title: 'Сервер сейчас не может этого сделать',
      text: 'Хранилище не отвечает. Ничего не изменено: повторите через несколько секунд.',
    },
    internal: {
      title: 'Ошибка сервера',
      text: 'Причина записана в журнал сервера. Повторите позже; если не поможет, сообщите владельцу номер: `{incident}`.',
    },
    other: { title: 'Не получилось', text: 'Повторите позже.' },
    again: 'Открыть страницу заново',
    home: 'В кабинет',
  },
  en: {
    stale_form: {
      title: 'The form is out of date',
      text: 'The page was open for too long, or you signed in again in another window. Nothing has changed: open the page again and repeat.',
    },
    not_a_form: { title: 'This is not a form', text: 'The page does not take such a request.' },
    form_too_large: { title: 'Too much text', text: 'A form cannot be larger than 64 KB.' },
    key_over: {
      title: 'The link no longer works',
      text: 'It has been used, its time is over, or it was not copied whole. Ask whoever sent it for a new one.',
    },
    access_left: {
      title: 'The password is set, but the programs are still connected',
      text: 'The store did not answer. Sign in with the new password, and disconnect programs and tokens on the page “Access”.',
    },
    invalid_input: { title: 'That will not work', text: 'Check what was entered and repeat.' },
    not_allowed: { title: 'You may not do that', text: 'You have no right to this action.' },
    not_found: { title: 'There is nothing here', text: 'Check the address, or go back to the console.' },
    rate_limited: { title: 'Too often', text: 'Wait a little and repeat.' },
    unavailable: {
      title: 'The server cannot do this right now',
      text: 'Its store does not answer. Nothing has changed: repeat in a few seconds.',
    },
    internal: {
      title: 'The server failed',
      text: 'The reason is in its log. Repeat later; if that does not help, give the owner this number: `{incident}`.',
    },
    other: { title: 'It did not work', text: 'Repeat later.' },
    again: 'Open the page again',
    home: 'To the console',
  },
})
