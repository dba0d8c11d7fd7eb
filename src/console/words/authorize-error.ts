import { inBoth } from './in-both.ts'

/** Why a program could not be connected, by reason; {host} is the host it is about. */
export const authorizeErrorWords = inBoth({
  ru: {
    title: 'Программа не подключена',
    client_unknown:
      'Сервер не знает эту программу: возможно, она подключалась давно. Удалите подключение в самой программе и добавьте его заново.',
    client_not_allowed:
      'Программа описана на странице `{host}`, а владелец сервера не разрешал программы с этого адреса. Если вы ей доверяете, владелец добавляет `{host}` в `ALLOWED_CLIENTS` и перезапускает сервер.',
    client_document_failed:
      'Не удалось прочитать описание программы на `{host}`. Повторите через минуту; если не поможет, дело в самой программе.',
    redirect_refused:
      'Программа просит вернуть ответ по адресу, который за ней не закреплён. Так бывает и при попытке обмана, поэтому ничего не отправлено. Добавьте подключение в программе заново; для своей программы владелец указывает адрес в `ALLOWED_REDIRECTS`.',
    interaction_over:
      'Это подключение уже завершено, ждало слишком долго или начато в другом браузере. Начните его в программе заново.',
    too_many_requests: 'Слишком много попыток. Подождите и начните подключение заново.',
    unavailable: 'Хранилище сервера не отвечает. Ничего не изменено: повторите через несколько секунд.',
    bad_request: 'Программа прислала запрос, который сервер не понял. Дело в самой программе.',
    failed: 'На сервере произошла ошибка; причина записана в его журнал. Повторите позже.',
    code: 'Код для разработчика программы:',
  },
  en: {
    title: 'The program is not connected',
    client_unknown:
      'The server does not know this program: it may have been connected long ago. Remove the connection in the program itself and add it again.',
    client_not_allowed:
      'The program is described on a page of `{host}`, and the owner of the server has not allowed programs from there. If you trust it, the owner adds `{host}` to `ALLOWED_CLIENTS` and starts the server again.',
    client_document_failed:
      'The description of the program on `{host}` could not be read. Repeat in a minute; if that does not help, the fault is in the program.',
    redirect_refused:
      'The program wants the answer at an address that is not its own. That happens in attempts to deceive too, so nothing was sent. Add the connection in the program again; for a program of your own the owner names the address in `ALLOWED_REDIRECTS`.',
    interaction_over:
      'This connection is made already, waited for too long, or was begun in another browser. Begin it in the program again.',
    too_many_requests: 'Too many attempts. Wait, and begin the connection again.',
    unavailable: 'The store of the server does not answer. Nothing has changed: repeat in a few seconds.',
    bad_request:
      'The program sent a request that the server did not understand. The fault is in the program.',
    failed: 'The server failed; the reason is in its log. Repeat later.',
    code: 'Code for the developer of the program:',
  },
})
