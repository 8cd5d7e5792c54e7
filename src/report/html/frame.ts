// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from 'node:crypto';
import { html, type Html, type Piece, trusted } from '../markup.js';
import { minute } from '../words.js';

/** One page that stands alone. */
export interface Page {
  readonly title: string;
  /** Program, command and version. */
  readonly generator: string;
  /** What the page says of itself in its head, term by term. */
  readonly facts: readonly (readonly [string, Piece])[];
  /** Where the link goes that spares a reader with a keyboard the head: an id and its name. */
  readonly skip: readonly [string, string];
  readonly main: Piece;
  readonly foot: Piece;
  readonly style: string;
  readonly script: string;
}

/**
 * A page that needs nothing else: no network, no other file. Old data in it is text, and a policy
 * in its head keeps a browser from running or fetching anything but the page's own script and
 * style.
 */
export function pageHtml({
  title,
  generator,
  facts,
  skip: [id, name],
  main,
  foot,
  style,
  script,
}: Page): string {
  const policy = [
    "default-src 'none'",
    `style-src ${hash(style)}`,
    `script-src ${hash(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="generator" content="${generator}" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${inWhole('style', style)}
      </head>
      <body>
        <a class="skip" href="#${id}">${name}</a>
        <header class="top">
          <div class="wide">
            <h1>${title}</h1>
            <dl>
              ${facts.map(
                ([term, words]) =>
                  html`<div>
                    <dt>${term}</dt>
                    <dd>${words}</dd>
                  </div> `,
              )}
            </dl>
          </div>
        </header>
        <main class="wide">${main}</main>
        <footer class="wide">${foot}</footer>
        ${inWhole('script', script)}
      </body>
    </html> `;
  return page.toString();
}

/** An instant for people and for programs. */
export const timeHtml = (milliseconds: number): Html =>
  html`<time datetime="${new Date(milliseconds).toISOString()}">${minute(milliseconds)}</time>`;

const hash = (text: string): string =>
  `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;

// The text goes in whole: a blank more, and a browser refuses it by the policy.
const inWhole = (element: 'style' | 'script', text: string): Html =>
  trusted(`<${element}>${text}</${element}>`);
