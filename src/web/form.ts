import { AppError } from '../kernel/errors.ts'

const MAX_BYTES = 64 * 1024

/** The fields of a posted form. AppError invalid_input (reason `not_a_form` or `form_too_large`) for anything else. */
export async function readForm(request: Request): Promise<URLSearchParams> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') throw notAForm()
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BYTES) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop early ends the stream: the rest is never kept.
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
}

function notAForm(): AppError {
  return new AppError('invalid_input', 'The request is not a form.', {
    hint: 'Send it from the page, as application/x-www-form-urlencoded.',
    cause: { reason: 'not_a_form' },
  })
}

function tooLarge(): AppError {
  return new AppError('invalid_input', 'The form is larger than 64 KB.', {
    hint: 'Send less.',
    cause: { reason: 'form_too_large' },
  })
}
