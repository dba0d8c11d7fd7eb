import { expect, it } from 'vitest'
import { amocrm } from './connector.ts'
import { amocrmVariables } from './link/variables.ts'

it('every access class and toolset of the tools is put in words', () => {
  const { access, toolsets } = amocrm.words
  for (const tool of amocrm.tools) {
    expect(access).toHaveProperty(tool.access)
    expect(toolsets).toHaveProperty(tool.toolset)
  }
})

it('the form asks for variables of the connector, and never for an address to call', () => {
  const asked = amocrm.form.map(({ variable }) => variable)
  expect(Object.keys(amocrmVariables.shape)).toEqual(expect.arrayContaining(asked))
  expect(asked).not.toContain('AMOCRM_BASE_URL')
})
