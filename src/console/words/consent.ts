import type { Language } from '../language.ts'

const ru = {
  title: 'Доступ для программы',
  asks: '{client} просит доступ к {systems}',
  asksNothing: '{client} просит доступ',
  unknownAsks: 'Неизвестная программа просит доступ к {systems}',
  unknownAsksNothing: 'Неизвестная программа просит доступ',
  verified: 'Проверено',
  known: 'Известная программа',
  unknown: 'Не проверено',
  unknownName: 'Она называет себя так:',
  noName: '(имени нет)',
  unknownText:
    'Это имя никто не подтвердил: за ним может быть кто угодно. Разрешайте, только если вы сами подключаете сейчас именно её.',
  documentAt: 'Сведения о себе она хранит на {host}.',
  toHost: 'Доступ получит {host}.',
  toComputer:
    'Доступ получит программа на этом компьютере ({host}). Разрешайте, только если вы сами только что начали подключение на нём.',
  toApp:
    'Доступ получит приложение на этом устройстве ({host}). Разрешайте, только если вы сами только что начали подключение в нём.',
  signedInAs: 'Вы вошли как {name}.',
  whole:
    'Программа будет работать от вашего имени и не сможет больше, чем вы отметите. Ваше имя и логин она тоже может узнать.',
  allow: 'Разрешить',
  deny: 'Отказать',
  later: 'Отключить программу можно в любой момент на странице «Доступ».',
  nothingTitle: 'Разрешать нечего',
  nothingText: 'Программа просит то, чего на этом сервере нет или что закрыто его настройками.',
  overTitle: 'Этот запрос уже закрыт',
  overText:
    'Он устарел, уже решён или открыт в другом браузере. Вернитесь в свою программу и начните подключение заново.',
  toAccess: 'Что уже разрешено',
}

export type ConsentWords = typeof ru

const en: ConsentWords = {
  title: 'Access for a program',
  asks: '{client} asks for access to {systems}',
  asksNothing: '{client} asks for access',
  unknownAsks: 'An unknown program asks for access to {systems}',
  unknownAsksNothing: 'An unknown program asks for access',
  verified: 'Verified',
  known: 'Known program',
  unknown: 'Not verified',
  unknownName: 'It calls itself:',
  noName: '(no name)',
  unknownText:
    'Nobody has confirmed this name: anybody may be behind it. Allow it only if you are connecting this very program right now.',
  documentAt: 'It keeps its particulars at {host}.',
  toHost: 'The access goes to {host}.',
  toComputer:
    'The access goes to a program on this computer ({host}). Allow it only if you have just started connecting on it yourself.',
  toApp:
    'The access goes to an app on this device ({host}). Allow it only if you have just started connecting in it yourself.',
  signedInAs: 'You are signed in as {name}.',
  whole:
    'The program will act in your name, and can do no more than you choose. It may learn your name and login too.',
  allow: 'Allow',
  deny: 'Deny',
  later: 'You can disconnect the program at any time on the page “Access”.',
  nothingTitle: 'There is nothing to allow',
  nothingText: 'The program asks for what this server does not have, or what its settings close.',
  overTitle: 'This request is closed',
  overText:
    'It has expired, has been answered, or belongs to another browser. Go back to your program and connect again.',
  toAccess: 'What is allowed already',
}

export const consentWords: Readonly<Record<Language, ConsentWords>> = { ru, en }
