const TEXT = `Mostik: an MCP server for amoCRM.

Usage: mostik [command] [options]      from a clone: npm run -s mostik -- [command] [options]

Commands
  serve              start the server (the default); settings come from the environment
  stdio              serve one MCP client over standard input and output
  doctor             check the settings and the linked account, and say what to fix
  sandbox amocrm     run a simulated amoCRM account on this machine
                       --port N   listen on this port (default: any free one)
                       --json     print one line of JSON once it listens

Options
  --help, -h         this text
  --version, -v      the version

Environment: PORT, HOST, PUBLIC_URL, API_TOKEN, AUTH, AMOCRM_SUBDOMAIN or AMOCRM_BASE_URL, AMOCRM_ACCESS_TOKEN,
AMOCRM_REQUESTS_PER_SECOND, DEMO, READ_ONLY, DISABLE_TOOLS, ALLOWED_HOSTS, ALLOWED_ORIGINS, DATA_DIR, LOG_LEVEL. docs/en/settings.md explains each.
`

export async function run(): Promise<number> {
  process.stdout.write(TEXT)
  return 0
}
