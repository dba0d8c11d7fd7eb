/** Forms and lists of the console: one column, fingers first. */
export const formStyles = `
.narrow { max-width: 36rem; }
.bar:has(.sections) { row-gap: .35rem; }
.who { display: flex; align-items: center; gap: .6rem; }
.who .me { max-width: 11rem; overflow: hidden; color: var(--soft); text-overflow: ellipsis; white-space: nowrap; }
.who button { padding-inline: .8rem; }
.card { display: grid; gap: 1rem; padding: 1.25rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); }
main > .hero + .card { margin-top: 1.5rem; }
main > .card + .card { margin-top: 1.25rem; }
.card > p { margin-top: 0; }
.form { display: grid; gap: 1.1rem; justify-items: start; }
.form > .field { width: 100%; }
.field { min-width: 0; margin: 0; padding: 0; border: 0; }
.field label { margin-bottom: .35rem; }
.field legend { padding: 0; margin-bottom: .35rem; font-weight: 600; }
.field .problem { margin-bottom: .35rem; color: var(--bad); font-weight: 600; }
.field .help { margin-top: .35rem; }
select { width: 100%; min-height: 2.75rem; padding: .65rem .8rem; border: 1px solid var(--soft); border-radius: .6rem; background: var(--card); color: inherit; font: inherit; }
.choice { display: flex; gap: .7rem; padding: .65rem 0; font-weight: 400; cursor: pointer; }
.choice input { flex: none; width: 1.25rem; min-height: 1.25rem; height: 1.25rem; margin: .15rem 0 0; accent-color: var(--brand); }
.choice-label { display: block; font-weight: 600; }
.choice .help { display: block; margin: 0; }
.or { color: var(--soft); }
.good.warning { background: var(--good-soft); color: var(--good); }
.aside > summary { display: flex; align-items: center; min-height: 2.75rem; color: var(--brand); cursor: pointer; }
.aside > p { color: var(--soft); }
.rows { display: grid; }
.rows > li { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .6rem 1rem; padding: .85rem 0; }
.rows > li + li { border-top: 1px solid var(--line); }
.rows.card { padding-block: .4rem; gap: 0; }
.rows > li > p { flex: 1 1 14rem; min-width: 0; }
.rows .help { display: block; margin: .1rem 0 0; }
.facts { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin-top: .9rem; }
.facts dt { color: var(--soft); }
.hero > .warning { margin-top: 1.25rem; }
.badge.owner { background: var(--good-soft); color: var(--good); }
.badge.member { background: var(--info-soft); color: var(--info); }
.badge.client { background: var(--sunk); color: var(--soft); }
.hero > .row { margin-top: 1.5rem; }
.address + p { margin-top: 1rem; }
@media (max-width: 30rem) {
  .bar .sections { justify-content: space-between; }
  .bar .sections a { padding: 0 .25rem; }
  .who { order: 2; justify-content: space-between; width: 100%; }
  .form > button, .form > .button { width: 100%; }
  .card { padding: 1rem; }
}
`
