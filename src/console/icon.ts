/** A bridge over water: the mark of the product and the icon of its pages. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
<rect width="64" height="64" rx="15" fill="#0b6e69"/>
<g fill="none" stroke="#fff" stroke-linecap="round" stroke-width="5">
<path d="M9 41h46"/>
<path d="M13 41c3-25 35-25 38 0"/>
<path d="M23 40V27M32 40V23M41 40V27" stroke-width="4"/>
</g>
<path d="M9 51c4-4 8-4 11.5 0s7.5 4 11.5 0 8-4 11.5 0 7.5 4 11.5 0" fill="none" stroke="#7fd6cb" stroke-linecap="round" stroke-width="4"/>
</svg>
`
