/** The frame of a page and the rhythm of what stands in it. */
export const layoutStyles = `
.skip { position: absolute; left: 1rem; top: -4rem; z-index: 1; padding: .6rem 1rem; background: var(--card); border-radius: .6rem; }
.skip:focus { top: .75rem; }
.bar, main { width: 100%; max-width: 66rem; margin: 0 auto; padding: 0 1.25rem; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .5rem; padding-block: .85rem; }
.bar a { display: inline-flex; align-items: center; min-height: 2.75rem; padding: 0 .7rem; border-radius: .6rem; color: var(--soft); text-decoration: none; }
.bar a:hover, .bar [aria-current] { color: var(--ink); }
.bar [aria-current] { font-weight: 600; }
.bar .brand { gap: .6rem; padding-left: 0; margin-right: auto; color: var(--ink); font-size: 1.125rem; font-weight: 700; }
.bar nav { display: flex; }
.languages { border: 1px solid var(--line); border-radius: .7rem; background: var(--card); }
.languages a { min-width: 2.75rem; justify-content: center; font-size: .875rem; }
.languages [aria-current] { background: var(--brand-soft); }
main { padding-bottom: 5rem; }
main > section, .controls { margin-top: 2.75rem; }
main > .warnings, main > .warnings + .hero { margin-top: 1rem; }
main > .hero { margin-top: 1.5rem; }
section > p { max-width: 46rem; margin-top: .4rem; color: var(--soft); }
.first { display: grid; gap: 2.25rem; margin-top: 1.5rem; }
.first h1 { max-width: 22ch; }
.overline { font-size: .8125rem; text-transform: uppercase; letter-spacing: .05em; color: var(--soft); }
.overline + .cards { margin-top: .6rem; }
.hero > .lead { margin-top: .9rem; font-size: 1.125rem; }
.hero > .status { display: inline-flex; align-items: center; gap: .55rem; margin: 0 0 1rem; font-size: .9375rem; }
.dot { width: .625rem; height: .625rem; border-radius: 50%; background: #2fa866; box-shadow: 0 0 0 .25rem var(--good-soft); }
.cards { display: grid; gap: 1rem; margin-top: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); }
.cards > li { display: grid; align-content: start; gap: .6rem; padding: 1.15rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); }
.cards p { color: var(--soft); }
.address { margin-top: 1rem; }
.guides { display: grid; gap: .6rem; margin-top: 1rem; }
.controls { display: grid; gap: 1.25rem; padding: 1.15rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); }
.controls label { margin-bottom: .35rem; }
@media (min-width: 56rem) {
  main > section, .controls { margin-top: 3.5rem; }
  .first { grid-template-columns: minmax(0, 1.35fr) minmax(0, 1fr); align-items: start; gap: 3rem; margin-top: 2.25rem; }
  .controls { grid-template-columns: 1fr 1fr; margin-top: 2rem; }
  .guides > .tool > .halves { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 2.5rem; }
}
@media (max-width: 30rem) {
  .bar, main { padding-inline: 1rem; }
  .bar a { padding: 0 .5rem; }
  .bar nav:not(.languages) { order: 1; width: 100%; }
  .bar nav:not(.languages) a:first-child { padding-left: 0; }
}
`
