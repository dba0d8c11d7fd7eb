import { createHash } from 'node:crypto'
import { copyButtons } from './browser/copy-buttons.ts'
import { passkeys } from './browser/passkeys.ts'
import { steadyAnswer } from './browser/steady-answer.ts'
import { tryTools } from './browser/try-tools.ts'
import { icon } from './icon.ts'
import { consentStyles } from './styles/consent.ts'
import { formStyles } from './styles/forms.ts'
import { layoutStyles } from './styles/layout.ts'
import { pieceStyles } from './styles/pieces.ts'
import { themeStyles } from './styles/theme.ts'

export interface Asset {
  /** Where a page finds it. The hash of the body is part of it, so a copy may be kept for ever. */
  readonly path: string
  readonly type: string
  readonly body: string
}

const TYPES = { svg: 'image/svg+xml', css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8' }

export const assets = {
  icon: asset('icon', 'svg', icon),
  styles: asset('mostik', 'css', themeStyles + layoutStyles + pieceStyles + formStyles + consentStyles),
  copyButtons: asset('copy-buttons', 'js', callOf(copyButtons)),
  steadyAnswer: asset('steady-answer', 'js', callOf(steadyAnswer)),
  passkeys: asset('passkeys', 'js', callOf(passkeys)),
  tryTools: asset('try-tools', 'js', callOf(tryTools)),
}

/** The asset behind a request path, `/assets/<name>.<hash>.<extension>`. */
export function assetAt(path: string): Asset | undefined {
  return Object.values(assets).find((candidate) => candidate.path === path)
}

function asset(name: string, extension: keyof typeof TYPES, body: string): Asset {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12)
  return { path: `/assets/${name}.${hash}.${extension}`, type: TYPES[extension], body }
}

/** A function of `browser/` as the text of a script: it is checked like the rest, and needs no bundler. */
function callOf(script: () => void): string {
  return `'use strict';(${script})()\n`
}
