// SPDX-License-Identifier: GPL-3.0-or-later
import { html, type Html, type Piece } from '../markup.js';
import type { Matter } from '../matters.js';
import type { NextStep } from '../next-step.js';
import { number } from '../words.js';

/** The name under which a list's part of the page can be linked. */
export const listId = (name: string): string => `list-${encodeURIComponent(name)}`;

/** What to type next; nothing where there is nothing to do. */
export function nextPanel(next: readonly NextStep[]): Piece {
  if (next.length === 0) return null;
  return html`<section class="panel next" aria-labelledby="next">
    <h2 id="next">What to do next</h2>
    <ol class="steps">
      ${next.map(
        ({ why, command }) =>
          html`<li>
            ${why}${command === null ? null : html`<pre><code>${command}</code></pre>`}
          </li>`,
      )}
    </ol>
  </section>`;
}

// So many matters are seen at once; the others unfold.
const MATTERS = 8;

/** Findings under a title; nothing where there are none. `look` is the panel's class and id. */
export function mattersPanel(look: string, title: string, all: readonly Matter[]): Piece {
  if (all.length === 0) return null;
  const rest = all.slice(MATTERS);
  const list = (some: readonly Matter[]): Html =>
    html`<ul class="matters">
      ${some.map(matterHtml)}
    </ul>`;
  return html`<section class="panel ${look}" aria-labelledby="${look}">
    <h2 id="${look}">${title}</h2>
    ${list(all.slice(0, MATTERS))}
    ${
      rest.length === 0
        ? null
        : html`<details>
            <summary>${number(rest.length)} more</summary>
            ${list(rest)}
          </details>`
    }
  </section>`;
}

// So many lists stand beside a matter; the others unfold.
const FIRST = 6;

function matterHtml({ summary, uniform, count, lists, why, next }: Matter): Html {
  const link = (name: string): Html => html`<a href="#${listId(name)}"><bdi>${name}</bdi></a> `;
  return html`<li>
    ${summary}${uniform ? null : html` <span class="soft">and ${number(count - 1)} more like it</span>`}${
      next === null ? null : html`<p class="todo">${next}</p>`
    }${why === null || !uniform ? null : html`<p class="why">${why}</p>`}${
      lists.length === 0
        ? null
        : html`<p class="where">
            ${lists.length > 1 ? `${number(lists.length)} lists: ` : null}${lists.slice(0, FIRST).map(link)}
          </p>`
    }${
      lists.length <= FIRST
        ? null
        : html`<details>
            <summary>and ${number(lists.length - FIRST)} more</summary>
            <p class="where">${lists.slice(FIRST).map(link)}</p>
          </details>`
    }
  </li>`;
}
