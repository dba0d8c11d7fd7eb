import { expect, it } from 'vitest'
import { z } from 'zod'
import { readLoosely } from './loose-input.ts'
import createLead from './tools/create-lead.ts'

const strict = z.object({
  name: z.string().trim().min(1).describe('Name.'),
  price: z.int().min(0).default(0).describe('Price.'),
  note: z.string().min(1).optional().describe('Note.'),
  insists: z.boolean().default(false).describe('Flag.'),
  contact: z
    .object({ phone: z.string().min(4).optional().describe('Phone.') })
    .optional()
    .describe('Contact.'),
})
const input = readLoosely(strict)
const read = (rest: object) => input.parse({ name: 'Сделка', ...rest })

it.each([
  [{ note: null }, {}],
  [{ note: '' }, {}],
  [{ note: ' ' }, {}],
  [{ price: null, insists: '' }, {}],
  [{ contact: null }, {}],
  [{ contact: '' }, {}],
  [{ contact: { phone: '' } }, { contact: {} }],
  [{ contact: { phone: '0001' } }, { contact: { phone: '0001' } }],
  [{ price: '50000' }, { price: 50_000 }],
  [{ price: ' 50 000 ' }, { price: 50_000 }],
  [{ price: '50\u00a0000,00' }, { price: 50_000 }],
  [{ price: '50000.00' }, { price: 50_000 }],
  [{ insists: 'True' }, { insists: true }],
])('reads %j as %j', (given, expected) => {
  expect(read(given)).toEqual({ name: 'Сделка', price: 0, insists: false, ...expected })
})

it.each([
  { name: null },
  { name: '' },
  { price: '50,000' },
  { price: '50.000' },
  { price: '1e5' },
  { price: '0x10' },
  { price: 'много' },
  { price: '50000.5' },
  { price: true },
  { insists: 'может' },
  { pirce: 1 },
  { contact: { fone: '0001' } },
])('refuses %j', (given) => {
  expect(() => read(given)).toThrow(z.ZodError)
})

it('lists the arguments as they were, and closed', () => {
  const listed = z.toJSONSchema(strict, { io: 'input' })
  const contact = { ...Object(listed.properties?.contact), additionalProperties: false }
  const properties = { ...listed.properties, contact }
  expect(z.toJSONSchema(input, { io: 'input' })).toEqual({
    ...listed,
    properties,
    additionalProperties: false,
  })
})

it.each([50_000.5, '50000,50'])('says that a price of %s is to be whole', (price) => {
  const { error } = createLead.input.safeParse({ name: 'Сделка', price })
  expect(error?.issues.map(({ message }) => message)).toEqual([expect.stringMatching(/whole number/)])
})
