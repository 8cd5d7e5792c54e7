// SPDX-License-Identifier: GPL-3.0-or-later
import { BASE_STYLE } from '../../html/style.js';

/** The style sheet of a batch's report: its charts, and the widths of its tables' columns. */
export const STYLE = `${BASE_STYLE}
:root { --p1: #5b7083; --p2: #0a58a8; --p3: #176b41; --p4: #6b3fa0; --p5: #b0700c; --p6: #2b8a94; }
@media screen and (prefers-color-scheme: dark) {
  :root { --p1: #8fa3b5; --p2: #5b9fe6; --p3: #4fb380; --p4: #b08be0; --p5: #dba03f; --p6: #58b9c3; }
}
svg .export { fill: var(--p1); } svg .apply { fill: var(--p2); } svg .archive { fill: var(--p3); }
svg .index { fill: var(--p4); } svg .redirects { fill: var(--p5); } svg .verify { fill: var(--p6); }
/* What is far below is laid out when it comes near. */
@media screen { article.list { content-visibility: auto; contain-intrinsic-size: auto 30rem; } }
.key { width: .7rem; height: .7rem; }
.badge.failed, .badge.wrong { color: var(--lost); background: var(--lost-bg); }
.badge.findings { color: var(--approximate); background: var(--approximate-bg); }
.badge.migrated, .badge.ok { color: var(--exact); background: var(--exact-bg); }
.badge.waiting { color: var(--new); background: var(--new-bg); }
.badge.skipped { color: var(--unneeded); background: var(--unneeded-bg); }
.months { display: block; width: 100%; height: 1.75rem; }
.months.large { height: 5rem; margin: .75rem 0; border-bottom: 1px solid var(--line); }
.months .both { fill: var(--p2); } .months .more { fill: var(--p6); }
.months .missing { fill: var(--lost); } .months .gap { fill: var(--lost-bg); }
ul.plain { list-style: none; margin: 0; padding: 0; }
@media print, (min-width: 46.01rem) {
  .cards { grid-template-columns: repeat(3, 1fr); }
  .index th:nth-child(1) { width: 24%; } .index th:nth-child(2) { width: 15%; }
  .index th:nth-child(3) { width: 9%; } .index th:nth-child(4) { width: 12%; }
  .index th:nth-child(5) { width: 18%; } .index th:nth-child(6) { width: 9%; }
  .rates th:nth-child(1) { width: 30%; } .rates th:nth-child(2) { width: 12%; }
  .counts th:nth-child(1) { width: 40%; }
}
@media print { svg rect, svg path { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;
