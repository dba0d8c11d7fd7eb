// The stdio server behind the bridges.
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { createEchoServer } from './echo-server.mjs'

serveStdio(() => createEchoServer())
