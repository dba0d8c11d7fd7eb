// Loaded before a measured server when its memory is weighed: collects garbage and tells the heap on request.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

process.on('message', async (word) => {
  if (word !== 'weigh') return
  for (let turn = 0; turn < 3; turn += 1) {
    collect()
    await new Promise((next) => setTimeout(next, 50))
  }
  process.send({ heapBytes: process.memoryUsage().heapUsed })
})
process.channel?.unref()
