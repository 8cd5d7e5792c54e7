// SPDX-License-Identifier: GPL-3.0-or-later

/** What all pages look like. Colors of text have a contrast of at least 4.5 to 1 on their ground. */
export const BASE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f4f6f9; --paper: #fff; --text: #18212d; --soft: #536072; --line: #d9dfe7;
  --code: #eef1f6; --link: #0a58a8; --focus: #0a58a8; --head: #14304f; --head-text: #fff;
  --exact: #176b41; --approximate: #855409; --lost: #a8221b; --unneeded: #536072;
  --exact-bg: #e3f4ea; --approximate-bg: #fdf0d5; --lost-bg: #fde8e6; --unneeded-bg: #eaedf2;
  --new: #0a58a8; --new-bg: #e2eefb; --changed: #6b3fa0; --changed-bg: #f0e8fa;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #10161d; --paper: #19212b; --text: #e5eaf1; --soft: #a3afbf; --line: #323d4b;
    --code: #232d39; --link: #7db8f5; --focus: #7db8f5; --head: #0d2036; --head-text: #f2f6fb;
    --exact: #6fd09b; --approximate: #efbb5c; --lost: #ff9a90; --unneeded: #a3afbf;
    --exact-bg: #16352a; --approximate-bg: #3a2d12; --lost-bg: #421d1b; --unneeded-bg: #2a333f;
    --new: #7db8f5; --new-bg: #172f4b; --changed: #c8a6f2; --changed-bg: #2f2145;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif;
  overflow-wrap: anywhere;
}
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--paper); z-index: 3; }
.wide { max-width: 76rem; margin: 0 auto; padding: 0 1.25rem; }
header.top { background: var(--head); color: var(--head-text); padding: 1.75rem 0 1.5rem; }
header.top h1 { margin: 0; font-size: 1.75rem; line-height: 1.25; }
header.top dl { display: flex; flex-wrap: wrap; gap: .25rem 2rem; margin: .75rem 0 0; }
header.top dl > div { display: flex; gap: .5rem; min-width: 0; }
header.top dt { opacity: .8; }
header.top dd { margin: 0; }
.privacy { margin: 1.25rem 0 0; padding: .6rem 1rem; border-radius: 8px; background: var(--unneeded-bg);
  border: 1px solid var(--line); }
.privacy.members { background: var(--approximate-bg); border-color: var(--approximate); }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 .75rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .5rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1rem;
  margin: 1.25rem 0; padding: 0; list-style: none; }
.card, .panel, article.list { background: var(--paper); border: 1px solid var(--line);
  border-radius: 10px; padding: 1rem 1.25rem; min-width: 0; }
.card h2 { font-size: .875rem; font-weight: 600; color: var(--soft); margin: 0; }
.card p { margin: 0; color: var(--soft); font-size: .875rem; }
.card p.big { font-size: 1.75rem; font-weight: 650; line-height: 1.2; margin: .25rem 0;
  color: var(--text); font-variant-numeric: tabular-nums; }
.card small { font-size: 1rem; font-weight: 400; color: var(--soft); }
.panel { margin: 1.25rem 0; }
.two { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
  align-items: start; margin: 1.25rem 0; }
.two .panel:first-child { margin-top: 0; } .two .panel:last-child { margin-bottom: 0; }
.panel.blocked { border-top: 4px solid var(--lost); }
.panel.decide { border-top: 4px solid var(--changed); }
.panel.lost { border-top: 4px solid var(--approximate); }
.panel.next { border-top: 4px solid var(--new); }
.bar { display: block; width: 100%; height: .5rem; border-radius: 4px; margin: .4rem 0;
  background: var(--unneeded-bg); }
.badge { display: inline-block; padding: .05rem .55rem; border-radius: 1rem; font-size: .8125rem;
  font-weight: 600; line-height: 1.5; }
.badge.exact, .badge.unchanged, .badge.keep { color: var(--exact); background: var(--exact-bg); }
.badge.approximate, .badge.warning { color: var(--approximate); background: var(--approximate-bg); }
.badge.lost, .badge.blocked, .badge.error, .badge.left-out, .badge.remove {
  color: var(--lost); background: var(--lost-bg); }
.badge.unneeded, .badge.info, .badge.theirs { color: var(--unneeded); background: var(--unneeded-bg); }
.badge.new, .badge.add { color: var(--new); background: var(--new-bg); }
.badge.changed, .badge.decide, .badge.disputed, .badge.change, .badge.conflict {
  color: var(--changed); background: var(--changed-bg); }
.matters { list-style: none; margin: 0; padding: 0; }
.matters > li { padding: .6rem 0; border-top: 1px solid var(--line); }
.matters > li:first-child { border-top: 0; padding-top: 0; }
.matters > li:last-child { padding-bottom: 0; }
.matters p { margin: .15rem 0 0; }
.todo::before { content: "→ "; }
.why, .soft { color: var(--soft); }
.why { white-space: pre-line; }
.small, .why, .where { font-size: .875rem; }
.steps { margin: 0; padding-left: 1.25rem; }
.steps > li + li { margin-top: .75rem; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: .875em; }
code { background: var(--code); padding: .1em .35em; border-radius: 4px; white-space: pre-wrap; }
pre { background: var(--code); padding: .6rem .8rem; border-radius: 6px; margin: .4rem 0 0;
  white-space: pre-wrap; }
pre code { padding: 0; background: none; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
caption { text-align: left; color: var(--soft); padding: 0 0 .5rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0;
  border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-size: .8125rem; font-weight: 600; }
tbody th { font-weight: 600; }
tbody th .small { font-weight: 400; display: block; }
td p { margin: .15rem 0 0; }
td.n { font-variant-numeric: tabular-nums; }
/* Widths are given: a name of two hundred letters must not squeeze the other columns. */
@media print, (min-width: 46.01rem) { table { table-layout: fixed; } }
td.mix { padding-top: .6rem; }
.tools { background: var(--paper); border: 1px solid var(--line); border-radius: 10px;
  padding: .75rem 1.25rem; margin: 0 0 1rem; display: flex; flex-wrap: wrap; gap: .5rem 1.5rem;
  align-items: center; }
.tools fieldset { border: 0; margin: 0; padding: 0; min-width: 0; display: flex; flex-wrap: wrap;
  gap: .25rem .9rem; align-items: center; }
.tools legend { float: left; padding: 0; margin-right: .25rem; color: var(--soft); font-size: .875rem; }
.tools label { display: inline-flex; gap: .4rem; align-items: center; }
.tools input[type="search"] { font: inherit; color: inherit; background: var(--ground);
  border: 1px solid var(--soft); border-radius: 6px; padding: .35rem .6rem; width: 17rem; max-width: 100%; }
.tools .find { flex-wrap: wrap; }
.tools button { font: inherit; color: var(--link); background: none; border: 1px solid var(--line);
  border-radius: 6px; padding: .3rem .7rem; cursor: pointer; }
.tools output { color: var(--soft); }
article.list { margin: 1.25rem 0; scroll-margin-top: 1rem; }
article.list > header { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; }
article.list h2 { margin: 0; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.25rem; margin: .9rem 0; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; min-width: 0; }
details { border-top: 1px solid var(--line); padding: .5rem 0; }
details:last-of-type { padding-bottom: 0; }
summary { cursor: pointer; font-weight: 600; padding: .2rem 0; }
details > :not(summary) { margin-top: .5rem; }
.panel details { border: 0; padding: .15rem 0 0; }
.panel summary { font-weight: 400; font-size: .875rem; color: var(--soft); padding: 0; }
footer { color: var(--soft); font-size: .875rem; padding: 1rem 0 2.5rem; }
@media screen and (max-width: 46rem) {
  .wide { padding: 0 .75rem; }
  header.top { padding: 1.25rem 0; }
  header.top h1 { font-size: 1.4rem; }
  .card, .panel, article.list, .tools { padding: .8rem .9rem; }
  .cards { grid-template-columns: 1fr 1fr; gap: .75rem; }
  .card p.big { font-size: 1.35rem; }
  dl.facts { grid-template-columns: 1fr; gap: 0; }
  dl.facts dd { margin-bottom: .5rem; }
  table, tbody, tr, th, td, caption { display: block; }
  td.mix { padding: .1rem 0; }
  thead { position: absolute; left: -999rem; }
  tbody tr { border-top: 1px solid var(--line); padding: .6rem 0; }
  tbody th, tbody td { border: 0; padding: .1rem 0; }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--soft); font-size: .875rem; }
  td:empty { display: none; }
}
@media screen and (max-width: 26rem) { .cards { grid-template-columns: 1fr; } }
@media print {
  :root { --ground: #fff; --paper: #fff; --text: #000; --soft: #333; --line: #999; --code: #fff;
    --head: #fff; --head-text: #000; color-scheme: light; }
  /* A sheet is as narrow as a small window, and read from nearer. */
  :root { font-size: 9pt; }
  .tools, .skip, .up { display: none; }
  .wide { max-width: none; padding: 0; }
  .card, .panel, article.list { border-radius: 0; }
  article.list { break-before: page; }
  .card, tr, .matters > li, .steps > li { break-inside: avoid; }
  h2, h3, summary, caption, thead { break-after: avoid; }
  .badge { padding: 0 .35rem; }
  a { color: inherit; text-decoration: none; }
}
`;
