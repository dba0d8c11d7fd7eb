import type { Journal } from './journal.ts'

/** For a process with nowhere to keep one: nobody could ever read a journal that is in its memory alone. */
export const noJournal: Journal = {
  record() {},
  isFull: () => false,
  flushed: async () => {},
  close: async () => {},
}
