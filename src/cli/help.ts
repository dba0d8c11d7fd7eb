const TEXT = `Mostik: an MCP server for amoCRM.

Usage: mostik [command] [options]      from a clone: npm run -s mostik -- [command] [options]

Commands
  serve              start the server (the default); settings come from the environment
  stdio              serve one MCP client over standard input and output
  doctor             check the settings and the linked accounts, and say what to fix

  setup              print a link to set the owner's password, once, also a forgotten one
  token create NAME  make a personal token, shown once; it only looks, for 90 days, unless told otherwise
                       --write            look and change;  --scopes a,b  exactly these
                       --accounts A,B     only in these accounts;  --toolsets a,b
                       --days N           1 to 366, or never;  --user LOGIN  for another person
  token list         list the tokens
  token revoke ID    end one, within a second

  link amocrm        link an account, or give a linked one a new token; asks for the token, or reads standard input
                       --subdomain firm   of firm.amocrm.ru; or the whole host, such as firm.kommo.com
                       --address URL      in place of the subdomain
                       --name NAME        what to call it; alone: the linked account that gets a new token
                       --default          calls that name no account work in it
                       --requests-per-second N
  accounts           list the accounts; accounts default NAME makes one the default
  unlink amocrm NAME remove a linked account with its token

  journal            show the journal of calls
                       --since, --until   a date, a time, or 2d for two days ago
                       --tool, --user, --client, --account, --outcome
                       --limit N          the newest N
                       --format           text, jsonl or csv
                       --follow           go on with what comes
  journal verify [FILE]
                     check that nothing was changed, in the database or in an exported file
                       --head SEQ:HASH    a head noted before must still be there
                       --filtered         the file was exported with a filter
  backup FILE        write everything that is kept to a file, while the server works
  restore FILE       bring a backup into an empty database; --replace: into any. Stop the server first
  keys rotate        seal every secret anew, under MASTER_KEY or a new key in the key file

  sandbox amocrm     run a simulated amoCRM account on this machine
                       --port N   listen on this port (default: any free one)
                       --json     print one line of JSON once it listens

Options
  --help, -h         this text
  --version, -v      the version

Environment: PORT, HOST, PUBLIC_URL, AUTH, ADMIN_PASSWORD, API_TOKEN, AMOCRM_SUBDOMAIN or AMOCRM_BASE_URL,
AMOCRM_ACCESS_TOKEN, AMOCRM_REQUESTS_PER_SECOND, DATA_DIR or DATABASE_URL, MASTER_KEY, MASTER_KEY_PREVIOUS, JOURNAL_DAYS,
CALL_LIMITS, DEMO, READ_ONLY, DISABLE_TOOLS, ALLOWED_HOSTS, ALLOWED_ORIGINS, ALLOWED_CLIENTS, ALLOWED_REDIRECTS,
TRUSTED_PROXIES, LOG_LEVEL. docs/en/settings.md explains each.
`

export async function run(): Promise<number> {
  process.stdout.write(TEXT)
  return 0
}
