/** The parts that pages are put together from. */
export const pieceStyles = `
.badge { display: inline-block; padding: .15rem .6rem; border-radius: 1rem; font-size: .8125rem; font-weight: 600; white-space: nowrap; }
.linked, .read { background: var(--good-soft); color: var(--good); }
.demo, .draft { background: var(--info-soft); color: var(--info); }
.not_linked, .write { background: var(--warn-soft); color: var(--warn); }
.send, .destroy { background: var(--bad-soft); color: var(--bad); }
.connector h3 { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .75rem; }
.cards .account { color: var(--ink); font-weight: 600; }
.names { display: flex; flex-wrap: wrap; gap: .35rem; }
.warnings { display: grid; gap: .6rem; }
main .warning { max-width: none; margin: 0; padding: .8rem 1.05rem; border-radius: .8rem; }
.warning.danger { background: var(--bad-soft); color: var(--bad); border: 1px solid currentColor; }
.warning.info { background: var(--info-soft); color: var(--info); }
.warning.note { background: var(--warn-soft); color: var(--warn); }
.warning code { background: none; padding: 0; font-weight: 700; }
.copy { position: relative; display: flex; align-items: stretch; border: 1px solid var(--line); border-radius: .7rem; background: var(--sunk); overflow: hidden; }
.copy:focus-within { border-color: var(--brand); }
.copy pre { flex: 1; min-width: 0; align-self: center; padding: .75rem .95rem; white-space: pre-wrap; }
.copy pre:focus-visible, .copy button:focus-visible { outline-offset: -3px; }
.copy button { flex: none; min-width: 7.5rem; border-width: 0 0 0 1px; border-radius: 0; font-size: .9375rem; padding-inline: .75rem; }
.copy.tall button { align-self: flex-start; border-width: 0 0 1px 1px; border-bottom-left-radius: .7rem; }
.address .copy { border: 2px solid var(--brand); }
.address pre code { font-size: clamp(.9375rem, .8rem + .6vw, 1.1875rem); font-weight: 600; }
.address button { background: var(--brand); color: var(--brand-ink); }
.trials { counter-reset: trial; }
.whole { white-space: nowrap; }
.trials .copy { flex-direction: column; }
.trials pre { align-self: auto; width: 100%; }
.halves .copy { flex-direction: column; }
.halves .copy pre { width: 100%; align-self: auto; }
.halves .copy.tall button { align-self: auto; border-width: 1px 0 0; border-radius: 0; }
.trials pre code { text-wrap: balance; font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'Open Sans', sans-serif; font-size: 1.0625rem; font-weight: 600; line-height: 1.4; }
.trials .copy button { border-width: 1px 0 0; }
.guides > details { border: 1px solid var(--line); border-radius: 1rem; background: var(--card); }
.guides > details > summary { display: flex; align-items: center; gap: .35rem 1rem; min-height: 3.25rem; padding: .7rem 1.15rem; border-radius: 1rem; cursor: pointer; list-style: none; }
.guides > details > summary::-webkit-details-marker { display: none; }
.guides > details > summary::after { content: ''; flex: none; width: .55rem; height: .55rem; margin-left: auto; border: solid var(--soft); border-width: 0 2px 2px 0; transform: translateY(-2px) rotate(45deg); transition: transform .15s; }
.guides > details[open] > summary::after { transform: translateY(2px) rotate(225deg); }
.guides > details > div { display: grid; gap: .85rem; padding: .1rem 1.15rem 1.25rem; }
.guides > details > div > * { min-width: 0; }
details details summary, .cards summary { min-height: 2rem; color: var(--brand); cursor: pointer; }
details details .copy, .cards details .copy { margin-top: .5rem; }
.steps { counter-reset: step; display: grid; gap: .7rem; max-width: 48rem; }
.steps li { position: relative; padding-left: 2.4rem; counter-increment: step; }
.steps li::before { content: counter(step); position: absolute; left: 0; top: 0; width: 1.6rem; height: 1.6rem; border-radius: 50%; background: var(--brand-soft); color: var(--brand); font-size: .875rem; font-weight: 700; line-height: 1.6rem; text-align: center; }
.count { color: var(--soft); font-weight: 400; }
.help { color: var(--soft); font-size: .875rem; margin-top: .35rem; }
.tool > summary .title { color: var(--soft); }
.tool > summary .badge { margin-left: auto; }
.tool > summary::after { margin-left: 0 !important; }
.tool > summary h3 code { padding: 0; background: none; font-size: 1rem; }
.halves { align-items: start; }
.halves > div { display: grid; gap: .75rem; }
.description { white-space: pre-line; }
.fields { display: grid; gap: .2rem; }
.fields dt { margin-top: .5rem; }
.fields dd { color: var(--soft); font-size: .9375rem; }
.type { color: var(--soft); font-family: var(--mono); font-size: .8125rem; }
.required { color: var(--bad); font-size: .8125rem; font-weight: 600; }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: .35rem 1rem; }
.row .help { margin: 0; }
[data-status]:empty { display: none; }
[data-state='good'] { color: var(--good); font-weight: 600; }
[data-state='bad'] { color: var(--bad); font-weight: 600; }
[data-reply] { max-height: 28rem; overflow: auto; padding: .85rem; border: 1px solid var(--line); border-radius: .7rem; background: var(--sunk); white-space: pre-wrap; }
@media (max-width: 40rem) {
  .tool > summary { flex-wrap: wrap; }
  .tool > summary .title { order: 3; width: 100%; font-size: .9375rem; }
  .tool > summary .badge { order: 4; margin-left: 0; }
  .tool > summary::after { display: none; }
  .copy { flex-direction: column; }
  .copy pre { width: 100%; align-self: auto; }
  .copy button, .copy.tall button { align-self: auto; border-width: 1px 0 0; border-radius: 0; }
}
`
