// SPDX-License-Identifier: GPL-3.0-or-later
import { BASE_STYLE } from '../../html/style.js';

/** The style sheet of a plan: the widths of its tables' columns, and its bars. */
export const STYLE = `${BASE_STYLE}
.bar .exact { fill: var(--exact); } .bar .approximate { fill: var(--approximate); }
.bar .lost { fill: var(--lost); } .bar .unneeded { fill: var(--unneeded); opacity: .45; }
@media print, (min-width: 46.01rem) {
  .index th:nth-child(1) { width: 25%; } .index th:nth-child(2) { width: 15%; }
  .index th:nth-child(3) { width: 13%; } .index th:nth-child(4) { width: 20%; }
  .index th:nth-child(5) { width: 16%; } .index th:nth-child(6) { width: 11%; }
  .settings th:nth-child(1) { width: 22%; } .settings th:last-child { width: 32%; }
  .settings.there th:nth-child(1) { width: 19%; } .settings.there th:last-child { width: 24%; }
  .conflicts th:nth-child(1) { width: 24%; } .conflicts th:last-child { width: 10%; }
  .roster th:nth-child(1) { width: 34%; } .roster th:nth-child(2) { width: 12%; }
  .roster th:nth-child(3) { width: 16%; }
  .counts th:nth-child(1) { width: 16%; }
}
@media print {
  .index th:nth-child(2), .index th:nth-child(6) { width: 15%; }
  .index th:nth-child(1) { width: 24%; } .index th:nth-child(3) { width: 10%; }
  .conflicts th:last-child { width: 14%; }
}
`;
