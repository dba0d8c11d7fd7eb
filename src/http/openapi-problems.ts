import type { JsonSchema } from './openapi-schema.ts'
import type { Problem } from './problems.ts'

const PROBLEMS: Record<number, string> = {
  400: 'The input does not fit the schema, or a value in it cannot be used.',
  401: 'No token, or one that has expired.',
  403: 'This connection may not do that.',
  404: 'No such tool, or no such record.',
  409: 'The account is not linked, the call needs a confirmation, or a change may have been made already.',
  422: 'The upstream service refused the change.',
  429: 'Too many calls; come back after `Retry-After` seconds.',
  500: 'A failure of this server; `incident` finds it in the log.',
  502: 'The upstream service failed or did not answer.',
  503: 'This server cannot work for the moment; come back after `Retry-After` seconds.',
}

const problemContent = { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } }

/** `components.responses`: one per status, all with the shared schema. */
export const problemResponses = Object.fromEntries(
  Object.entries(PROBLEMS).map(([status, description]) => [
    `Problem${status}`,
    {
      description,
      ...((status === '429' || status === '503') && {
        headers: {
          'Retry-After': { description: 'Whole seconds.', schema: { type: 'integer', minimum: 1 } },
        },
      }),
      content: problemContent,
    },
  ]),
)

/** The failures that any call of a tool may meet. */
export const problemReferences = Object.fromEntries(
  Object.keys(PROBLEMS).map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]),
)

const problemKinds: Record<Problem['error'], true> = {
  invalid_input: true,
  unauthorized: true,
  not_allowed: true,
  not_found: true,
  needs_confirmation: true,
  not_linked: true,
  upstream_rejected: true,
  rate_limited: true,
  cancelled: true,
  internal: true,
  upstream_failed: true,
  unverified: true,
  unavailable: true,
}

/** `components.schemas.Problem`, the JSON Schema of `Problem`. */
export const problemSchema: JsonSchema = {
  type: 'object',
  required: ['error', 'message'],
  properties: {
    error: { type: 'string', enum: Object.keys(problemKinds) },
    message: { type: 'string', description: 'What went wrong.' },
    hint: { type: 'string', description: 'What to do next.' },
    retry_after_seconds: { type: 'integer', minimum: 1 },
    candidates: {
      type: 'array',
      items: { type: 'string' },
      description: 'Names that may have been meant, best first.',
    },
    incident: { type: 'string', description: 'Finds the failure in the log of the server.' },
  },
}
