/** Colours, type and the elements themselves. Contrast is WCAG AA in both schemes. */
export const themeStyles = `
:root {
  color-scheme: light dark;
  --page: #f6f5f1; --card: #fff; --sunk: #f1f0eb; --line: #dedbd2;
  --ink: #1b1f1e; --soft: #55605d; --brand: #0b6e69; --brand-ink: #fff; --brand-soft: #dff1ee;
  --good: #17663a; --good-soft: #dcf3e3; --warn: #7a4d00; --warn-soft: #fdf0d3;
  --bad: #a3201d; --bad-soft: #fde5e2; --info: #1d4f91; --info-soft: #e2edfb;
  --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', Consolas, 'DejaVu Sans Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #111615; --card: #1a2120; --sunk: #121817; --line: #303a38;
    --ink: #eaf0ee; --soft: #a6b3b0; --brand: #5fcabd; --brand-ink: #06211f; --brand-soft: #173936;
    --good: #7fdba1; --good-soft: #16351f; --warn: #f3c56b; --warn-soft: #3a2c0d;
    --bad: #ff9d94; --bad-soft: #431b18; --info: #9cc4ff; --info-soft: #172d4a;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--page); color: var(--ink); overflow-wrap: anywhere;
  font: 1rem/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Open Sans', sans-serif;
}
h1, h2, h3, h4, p, ul, ol, dl, dd, pre { margin: 0; }
h1 { font-size: clamp(1.75rem, 1.2rem + 2.6vw, 2.75rem); line-height: 1.14; letter-spacing: -.022em; text-wrap: balance; overflow-wrap: break-word; }
h2 { font-size: 1.375rem; line-height: 1.25; letter-spacing: -.012em; }
h3 { font-size: 1.0625rem; line-height: 1.35; }
h4 { font-size: .8125rem; line-height: 1.4; text-transform: uppercase; letter-spacing: .05em; color: var(--soft); }
a { color: var(--brand); text-underline-offset: .18em; }
ul, ol { padding: 0; list-style: none; }
code, pre, textarea { font-family: var(--mono); font-size: .875rem; }
:not(pre) > code { padding: .1em .35em; border-radius: .35rem; background: var(--sunk); }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; border-radius: .35rem; }
main:focus { outline: none; }
label { display: block; font-weight: 600; }
input, textarea {
  width: 100%; padding: .65rem .8rem; border: 1px solid var(--soft); border-radius: .6rem;
  background: var(--card); color: inherit; line-height: 1.45;
}
input { min-height: 2.75rem; font: inherit; }
textarea { display: block; resize: vertical; background: var(--sunk); }
[aria-invalid='true'] { border-color: var(--bad); }
button, .button {
  display: inline-flex; align-items: center; justify-content: center; min-height: 2.75rem; padding: .5rem 1.15rem;
  border: 1px solid transparent; border-radius: .6rem; background: var(--brand); color: var(--brand-ink);
  font: inherit; font-weight: 600; text-decoration: none; cursor: pointer;
}
button:hover, .button:hover { filter: brightness(1.08); }
button:disabled { opacity: .55; cursor: default; }
.quiet { background: var(--card); color: var(--brand); border-color: var(--line); }
@media (prefers-reduced-motion: reduce) { * { scroll-behavior: auto !important; transition: none !important; } }
`
