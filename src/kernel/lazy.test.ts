import { expect, it } from 'vitest'
import { lazy } from './lazy.ts'

it('loads once, also for those who ask at the same time', async () => {
  let loads = 0
  const get = lazy(async () => {
    loads += 1
    return loads
  })
  expect(loads).toBe(0)
  expect(await Promise.all([get(), get()])).toEqual([1, 1])
  expect(await get()).toBe(1)
})

it('tries again after a failure', async () => {
  let loads = 0
  const get = lazy(async () => {
    loads += 1
    if (loads === 1) throw new Error('no files left')
    return 'loaded'
  })
  await expect(get()).rejects.toThrow('no files left')
  expect(await get()).toBe('loaded')
})
