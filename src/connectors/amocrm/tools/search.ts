import { z } from 'zod'
import { formatRef } from '../cards/ref.ts'
import { cardTitle } from '../cards/title.ts'
import { cardUrl } from '../cards/url.ts'
import { contractTool } from '../define.ts'
import { loadNaming } from '../names/naming.ts'
import { searchCards } from '../search/search-cards.ts'

export default contractTool({
  name: 'search',
  title: 'Search amoCRM',
  description:
    'Search contacts, companies and deals in amoCRM by words, phone in any form, or e-mail; best first, 20 at most. Read a hit with fetch.',
  toolset: 'amocrm',
  access: 'read',
  input: z.object({ query: z.string().max(500).describe('Words, a phone or an e-mail.') }),
  output: z.object({
    results: z
      .array(
        z.object({
          id: z.string().describe('For fetch.'),
          title: z.string().describe('What it is.'),
          url: z.string().describe('Card.'),
        }),
      )
      .describe('Best first.'),
  }),
  async run({ query }, work) {
    const naming = await loadNaming(work)
    const cards = await searchCards(work, query, naming)
    return {
      results: cards.map((read) => {
        const ref = { kind: read.kind, id: read.card.id }
        return { id: formatRef(ref), title: cardTitle(read, naming), url: cardUrl(work.client.baseUrl, ref) }
      }),
    }
  },
})
