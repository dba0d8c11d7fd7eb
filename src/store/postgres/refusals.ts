import { AppError } from '../../kernel/errors.ts'
import type { Fault } from '../faults.ts'
import { FILE, NO_TLS } from './faults.ts'

/** What to mend at a start, when waiting for the server would not help; nothing when it may. */
export function refusal({ code }: Fault): AppError | undefined {
  const found = REFUSALS.find(([codes]) => codes.test(code))
  if (found === undefined) return undefined
  const [, message, hint] = found
  return new AppError('invalid_input', message.replace('CODE', code.replace(FILE, '')), { hint })
}

/** First codes of the driver, of OpenSSL and Node, then SQLSTATEs. */
const REFUSALS: readonly [RegExp, string, string][] = [
  [
    new RegExp(`^${NO_TLS}$`),
    'The database server of DATABASE_URL offers no encrypted connection.',
    'Turn TLS on at that server, or write sslmode=disable in DATABASE_URL, for this computer or a network you trust.',
  ],
  [
    new RegExp(`^${FILE}`),
    'A file of certificates that DATABASE_URL names cannot be read (CODE).',
    'Correct sslrootcert, sslcert or sslkey in DATABASE_URL, or give the file to the user of this process.',
  ],
  [
    /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|CRL_|INVALID_|PATH_LENGTH_|HOSTNAME_|ERROR_IN_|ERR_TLS_CERT_)/,
    'The certificate of the database server of DATABASE_URL cannot be trusted (CODE).',
    'Write sslmode=verify-full&sslrootcert=/path/to/ca.pem in DATABASE_URL, with the certificate of the authority that signed it and the host as the certificate names it; or sslmode=no-verify, which encrypts only, for a network you trust.',
  ],
  [
    /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO$)/,
    'No encrypted connection to the database server of DATABASE_URL comes about (CODE).',
    'Check TLS at that server, and the host, the port and what begins with ssl in DATABASE_URL; sslmode=disable is for this computer or a network you trust.',
  ],
  [
    /^28000$/,
    'The database server of DATABASE_URL turned this program down (CODE).',
    'Check the user, the password and the name of the database in DATABASE_URL; a server that takes encrypted connections alone needs sslmode=verify-full there.',
  ],
  [
    /^(28|3D|42)...$/,
    'The database server of DATABASE_URL turned this program down (CODE).',
    'Check the user, the password and the name of the database in DATABASE_URL.',
  ],
]
