/** The look of the page: light or dark as the reader's system is, printable, no font or script from elsewhere. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2430; --soft: #66707f; --line: #e3e7ee; --paper: #fff; --tint: #f6f8fb;
  --good: #2f9e6e; --bad: #d64545; --sum: #3b6fd4; --flag: #8a5a00; --flag-tint: #fff3d6; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ef; --soft: #97a1b1; --line: #2c3442; --paper: #141922; --tint: #1b212c;
    --good: #4cc38a; --bad: #ff7b72; --sum: #79a8ff; --flag: #ffcf70; --flag-tint: #3a2f14; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 16px; overflow-wrap: anywhere; }
h3 { font-size: 12px; color: var(--soft); margin: 10px 0 4px; font-weight: 600; }
dl { display: flex; flex-wrap: wrap; gap: 8px 28px; margin: 0 0 20px; }
dt { font-size: 12px; color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 0 0 20px; background: var(--tint); border: 1px solid var(--line); border-radius: 10px; padding: 12px; }
svg { display: block; width: 100%; height: auto; } svg text { font-size: 11px; fill: var(--soft); }
.axis { stroke: var(--line); } rect.more { fill: var(--good); } rect.less { fill: var(--bad); }
polyline.sum { fill: none; stroke: var(--sum); stroke-width: 2; stroke-linejoin: round; } circle.sum { fill: var(--sum); }
circle.mark { fill: var(--bad); }
figcaption { font-size: 12px; color: var(--soft); text-align: center; }
figcaption span { margin: 0 8px; } figcaption span::before { content: "■ "; }
figcaption .more::before { color: var(--good); } figcaption .sum::before { color: var(--sum); }
figcaption .mark::before { color: var(--bad); content: "● "; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-size: 12px; color: var(--soft); font-weight: 600; }
th, td { padding: 7px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
th:nth-child(1), th:nth-child(4), th:nth-child(5), th:nth-child(6), .n { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
td:nth-child(2) { width: 50%; overflow-wrap: anywhere; } tr.failed td { background: color-mix(in srgb, var(--bad) 7%, transparent); }
code, pre { font: 13px/1.45 ui-monospace, monospace; } code { color: var(--soft); }
pre { margin: 0; padding: 8px 10px; background: var(--tint); border: 1px solid var(--line); border-radius: 6px;
  white-space: pre-wrap; overflow-wrap: anywhere; max-height: 320px; overflow-y: auto; }
pre.task { margin-bottom: 20px; }
.error { color: var(--bad); white-space: pre-wrap; }
.bar { min-width: 130px; } .bar span { font-variant-numeric: tabular-nums; }
.bar i { display: block; height: 5px; border-radius: 3px; width: max(var(--share), 1px); margin-top: 3px; }
.bar i.more { background: var(--good); } .bar i.less { background: var(--bad); } .bar i[style="--share:0%"] { width: 0; }
td b { display: inline-block; font-size: 12px; font-weight: 600; color: var(--flag); background: var(--flag-tint);
  border-radius: 4px; padding: 1px 6px; margin: 0 4px 4px 0; white-space: nowrap; }
td em { font-style: normal; color: var(--good); font-weight: 600; margin-right: 6px; }
details { margin-top: 2px; } summary { font-size: 12px; color: var(--soft); cursor: pointer; }
@media print { main { max-width: none; padding: 0; } details { display: none; } }
`
