/** One complaint about one key of one element of a body. `path` is dotted, from the element down. */
export interface Issue {
  readonly code: string
  readonly path: string
  readonly detail: string
}

/** A refusal in the shape of the real API: `application/problem+json`. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>

  constructor(status: number, detail: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(detail)
    this.status = status
    this.body = {
      ...extra,
      title: titles.get(status) ?? 'Error',
      type: `https://httpstatus.es/${status}`,
      status,
      detail,
    }
  }
}

/** `requestId` is what the caller sent, or the element's index. */
export function validationProblem(
  failures: readonly { requestId: string; issues: readonly Issue[] }[],
): ApiProblem {
  return new ApiProblem(400, 'Request validation failed', {
    'validation-errors': failures.map(({ requestId, issues }) => ({ request_id: requestId, errors: issues })),
  })
}

export const notSupportedChoice = (path: string): Issue => ({
  code: 'NotSupportedChoice',
  path,
  detail: 'The value you selected is not a valid choice.',
})

export const fieldMissing = (path: string): Issue => ({
  code: 'FieldMissing',
  path,
  detail: 'This field is missing.',
})

export const notBlank = (path: string): Issue => ({
  code: 'NotBlank',
  path,
  detail: 'This value should not be blank.',
})

export const tooLong = (path: string, most: number): Issue => ({
  code: 'TooLong',
  path,
  detail: `This value is too long. It should have ${most} characters or less.`,
})

export const invalidType = (path: string, type: string): Issue => ({
  code: 'InvalidType',
  path,
  detail: `This value should be of type ${type}.`,
})

const titles = new Map([
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [402, 'Payment Required'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [413, 'Payload Too Large'],
  [422, 'Unprocessable Entity'],
  [429, 'Too Many Requests'],
  [500, 'Internal Server Error'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
  [504, 'Gateway Timeout'],
])
