import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { scratchFolder } from '../store/testing/engines.ts'
import { isWritableFolder } from './data-folder.ts'

it('makes a data folder, and leaves nothing in it', async () => {
  const folder = join(await scratchFolder(), 'some', 'where')
  expect(await isWritableFolder(folder)).toBe(true)
  expect(await readdir(folder)).toEqual([])
})

it.each(['/proc/mostik/data', '/dev/null/data'])('says that it cannot be made: %s', async (folder) => {
  expect(await isWritableFolder(folder)).toBe(false)
})
