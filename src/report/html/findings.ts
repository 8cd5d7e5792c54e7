// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import { html, type Html, type Piece } from '../markup.js';
import { number } from '../words.js';

/** A part of the page that folds. */
export function section(title: string, attributes: Html, content: Piece): Html {
  return html`<details ${attributes}>
    <summary>${title}</summary>
    ${content}
  </details> `;
}

/** What is to be read, unfolded, and notes, folded. */
export function findingsHtml(findings: readonly Diagnostic[]): Piece {
  const grave = findings.filter(({ severity }) => severity !== 'info');
  const notes = findings.filter(({ severity }) => severity === 'info');
  return [
    grave.length === 0
      ? null
      : section(
          `Findings (${number(grave.length)})`,
          html`open data-print data-group="findings"`,
          html`<ul class="matters">
            ${grave.map(findingHtml)}
          </ul>`,
        ),
    notes.length === 0
      ? null
      : section(
          `Notes (${number(notes.length)})`,
          html`data-group="findings"`,
          html`<ul class="matters">
            ${notes.map(findingHtml)}
          </ul>`,
        ),
  ];
}

const SEVERITY_WORDS = { error: 'in the way', warning: 'warning', info: 'note' } as const;

function findingHtml({ severity, summary, why, next, path }: Diagnostic): Html {
  return html`<li data-row="finding">
    <span class="badge ${severity}">${SEVERITY_WORDS[severity]}</span> ${summary}${
      path === undefined ? null : html` <code>${path}</code>`
    }${why === undefined ? null : html`<p class="why">${why}</p>`}${
      next === undefined ? null : html`<p class="todo">${next}</p>`
    }
  </li>`;
}
