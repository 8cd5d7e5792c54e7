// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

// Speaks to nobody, needs no display, and runs as root as on a machine for tests.
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How a page is looked at. */
export interface View {
  readonly width?: number;
  readonly dark?: boolean;
  readonly script?: boolean;
}

/** A page from a file, and everything in it that should not have happened. */
export interface OpenPage {
  readonly page: Page;
  /** Errors of the console and of scripts, dialogs, and whatever was fetched. */
  readonly trouble: readonly string[];
}

/** A real Chromium: scripts/setup --browser installs it. */
export interface TestBrowser {
  open(html: string, view?: View): Promise<OpenPage>;
  /** Opens an address, and what it leads to. */
  visit(url: string): Promise<Page>;
  close(): Promise<void>;
}

export async function startBrowser(): Promise<TestBrowser> {
  const browser: Browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ARGUMENTS,
  });
  const dir = await mkdtemp(join(tmpdir(), 'mm2to3-page-'));
  let count = 0;
  return {
    async open(html, { width = 1280, dark = false, script = true } = {}) {
      const file = join(dir, `${String((count += 1))}.html`);
      await writeFile(file, html);
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme: dark ? 'dark' : 'light',
        javaScriptEnabled: script,
      });
      const page = await context.newPage();
      const trouble: string[] = [];
      const url = pathToFileURL(file).href;
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) trouble.push(message.text());
      });
      page.on('pageerror', (error) => trouble.push(String(error)));
      page.on('dialog', (dialog) => {
        trouble.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on('request', (request) => {
        if (request.url() !== url) trouble.push(`fetches ${request.url()}`);
      });
      await page.goto(url);
      return { page, trouble };
    },
    async visit(url) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await page.goto(url);
      return page;
    },
    async close() {
      await browser.close();
      await rm(dir, { recursive: true });
    },
  };
}
