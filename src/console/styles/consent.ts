/** Forms that grant, and cards of what was granted and linked. */
export const consentStyles = `
.ask { display: grid; gap: 1.5rem; max-width: 46rem; }
main > .ask { margin-top: 1.75rem; }
.guides > details > .ask { padding: .4rem 1.15rem 1.25rem; max-width: 48.3rem; }
main > .hero + .warning { max-width: 46rem; margin-top: 1rem; }
.ask fieldset { min-width: 0; margin: 0; padding: 0; border: 0; }
.ask legend { padding: 0; font-weight: 700; }
.choices { display: grid; gap: .6rem; }
.choices > legend { margin-bottom: .6rem; font-size: 1.1875rem; letter-spacing: -.008em; }
.option { position: relative; display: flex; gap: .85rem; padding: .9rem 1.05rem; border: 1px solid var(--line); border-radius: .9rem; background: var(--card); }
.option:hover { border-color: var(--soft); }
.option:has(:checked) { border-color: var(--brand); box-shadow: inset 0 0 0 1px var(--brand); background: var(--brand-soft); }
.option > div { flex: 1; min-width: 0; }
.option label::after { content: ''; position: absolute; inset: 0; border-radius: .9rem; cursor: pointer; }
.option:has(:focus-visible) { outline: 3px solid var(--brand); outline-offset: 2px; }
.option input { position: relative; z-index: 1; }
.option input:focus-visible { outline: none; }
.option input, .tick input { flex: none; width: 1.25rem; height: 1.25rem; min-height: 0; margin: .15rem 0 0; padding: 0; accent-color: var(--brand); }
.about { margin-top: .2rem; color: var(--soft); font-size: .9375rem; }
.rights { display: grid; gap: .15rem; }
.rights + .rights, .rights + p { margin-top: .35rem; }
.rights strong { color: var(--ink); }
.right { position: relative; display: block; padding-left: 1.3rem; background: none; color: var(--ink); }
.right::before { content: ''; position: absolute; left: .2rem; top: .48em; width: .5rem; height: .5rem; border-radius: 50%; background: var(--good); }
.right.draft::before { background: var(--info); }
.right.write::before { background: var(--warn); }
.right.send::before, .right.destroy::before { background: var(--bad); }
.single { display: grid; gap: 1rem; margin-left: 1.05rem; padding: .35rem 0 .35rem 1.05rem; border-left: 3px solid var(--line); }
.single legend { margin-bottom: .2rem; font-size: .9375rem; }
.single .only { margin: 0; color: var(--soft); font-size: .875rem; }
.tick { display: flex; gap: .75rem; min-height: 2.75rem; padding: .55rem 0; font-weight: 400; cursor: pointer; }
.tick small { color: var(--soft); font-size: .875rem; }
@supports selector(:has(:checked)) {
  .single .only { display: none; }
  .choices:not(:has([name='preset'][value='own']:checked)) .rights-single { display: none; }
  .choices:not(:has([name='accounts'][value='chosen']:checked)) .accounts-single { display: none; }
}
.days { grid-template-columns: repeat(auto-fit, minmax(min(11rem, 100%), 1fr)); }
.days > legend { grid-column: 1 / -1; }
.days .option > div { display: flex; flex-wrap: wrap; align-content: start; align-items: baseline; gap: 0 .45rem; }
.days .about { margin: 0; }
.answer { display: flex; gap: .75rem; }
.answer button { min-height: 3.25rem; min-width: 9rem; }
.ask-hero { max-width: 46rem; }
.ask-hero h1 { font-size: clamp(1.625rem, 1.2rem + 2vw, 2.125rem); }
.asking p + p { margin-top: .5rem; color: inherit; }
.claimed { overflow-wrap: anywhere; }
.goes { margin-top: .9rem; }
.goes.plain { color: var(--soft); }
.particulars { display: grid; gap: .45rem; font-size: .9375rem; }
.particulars > div { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: .2rem .75rem; }
.particulars dt { color: var(--soft); }
.connection h3 { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem .6rem; overflow-wrap: anywhere; }
.connection .rights, .connection .right { color: var(--ink); }
.sure > summary { display: inline-flex; align-items: center; min-height: 2.75rem; color: var(--bad); cursor: pointer; list-style: none; text-decoration: underline; text-underline-offset: .18em; }
.sure > summary::-webkit-details-marker { display: none; }
.sure > p { margin: .2rem 0 .75rem; color: var(--soft); font-size: .9375rem; }
button.danger { background: var(--bad); color: var(--page); }
.ended { display: grid; gap: .5rem; margin-top: 1rem; color: var(--soft); font-size: .9375rem; }
.panel { max-width: 46rem; padding: 1.25rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); }
.panel h2 { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem .75rem; }
.accounts > li { display: grid; gap: .35rem; padding: .9rem 0; border-bottom: 1px solid var(--line); }
.accounts .warning { margin-top: .5rem; }
.acts { display: flex; flex-wrap: wrap; align-items: start; gap: .35rem 1.25rem; }
.acts .sure[open] { flex-basis: 100%; }
.linking { margin-top: 1rem; }
.linking > summary { display: inline-flex; align-items: center; min-height: 2.75rem; padding: .5rem 1.15rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--card); color: var(--brand); font-weight: 600; cursor: pointer; list-style: none; }
.linking > summary::-webkit-details-marker { display: none; }
.linking[open] > summary { margin-bottom: .5rem; }
.linking > .ask { gap: 1.1rem; margin-top: .75rem; }
@media (max-width: 30rem) {
  .answer button { flex: 1; min-width: 0; }
  .particulars > div { grid-template-columns: minmax(0, 1fr); gap: 0; }
}
`
