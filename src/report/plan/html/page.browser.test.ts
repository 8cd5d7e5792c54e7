// SPDX-License-Identifier: GPL-3.0-or-later
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlanReport } from '../../../model/plan-report.js';
import {
  type OpenPage,
  startBrowser,
  type TestBrowser,
  type View,
} from '../../../testing/browser.js';
import {
  plannedList,
  plannedMember,
  plannedSetting,
  planReport,
} from '../../../testing/plan-report.js';
import { planHtml } from './page.js';

let browser: TestBrowser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const open = (members: boolean, view?: View, report = planReport): Promise<OpenPage> =>
  browser.open(planHtml(report, { members }), view);

/** Names of the lists whose part of the page is to be seen. */
const lists = (page: Page): Promise<readonly string[]> =>
  page.locator('article.list:visible h2').allTextContents();

/** Waits for the filter, which lets typing settle first. */
async function told(page: Page, text: string): Promise<void> {
  await page.locator('.tools output', { hasText: text }).waitFor();
}

const search = (page: Page) => page.getByLabel('Find', { exact: false });

describe('the page', () => {
  it.each([
    [1280, false],
    [1280, true],
    [400, false],
    [400, true],
  ])(
    '%i px wide (dark: %s) is complete, quiet and no wider than its window',
    async (width, dark) => {
      const { page, trouble } = await open(true, { width, dark });
      await page.evaluate('for (const d of document.querySelectorAll("details")) d.open = true');
      const [wide, seen] = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, innerWidth]',
      );
      expect(wide).toBeLessThanOrEqual(seen);
      // Nothing is cut off inside of the page, either.
      const cut = await page.evaluate<readonly string[]>(
        `[...document.querySelectorAll('main *')].filter((element) =>
        getComputedStyle(element).display !== 'none' &&
        element.getBoundingClientRect().right > innerWidth + 1
      ).map((element) => element.tagName + ' ' + element.textContent.slice(0, 40))`,
      );
      expect(cut).toEqual([]);
      expect(await lists(page)).toHaveLength(4);
      expect(trouble).toEqual([]);
    },
  );

  // A sheet of A4 without its margins; a letter's is wider.
  it('keeps its tables and its words whole on paper', async () => {
    const { page } = await open(true, { width: 718, dark: true });
    await page.emulateMedia({ media: 'print' });
    const displays = await page.evaluate<readonly string[]>(
      '[...document.querySelectorAll("table")].map((table) => getComputedStyle(table).display)',
    );
    expect(new Set(displays)).toEqual(new Set(['table']));
    const broken = await page.evaluate<readonly string[]>(`
      [...document.querySelectorAll('.badge, thead th, .conflicts td:last-child')].flatMap((element) => {
        const text = element.firstChild;
        if (text === null || text.nodeType !== Node.TEXT_NODE) return [];
        return [...text.data.matchAll(/\\S+/g)].flatMap(({ 0: word, index }) => {
          const range = document.createRange();
          range.setStart(text, index);
          range.setEnd(text, index + word.length);
          return new Set([...range.getClientRects()].map(({ top }) => top)).size > 1 ? [word] : [];
        });
      })`);
    expect(broken).toEqual([]);
    expect(await page.evaluate<readonly string[]>(FAINT)).toEqual([]);
  });

  it.each([false, true])('has text that can be read (dark: %s)', async (dark) => {
    const { page } = await open(true, { dark });
    await page.evaluate('for (const d of document.querySelectorAll("details")) d.open = true');
    expect(await page.evaluate<readonly string[]>(FAINT)).toEqual([]);
  });

  it('can be used from the keyboard, and its controls have names', async () => {
    const { page } = await open(false);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('To the lists');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('lists');
    const nameless = await page.evaluate<number>(
      `[...document.querySelectorAll('input')].filter((input) => input.labels.length === 0).length`,
    );
    expect(nameless).toBe(0);
    expect(await page.locator('main').count()).toBe(1);
    expect(await page.locator('h1').count()).toBe(1);
  });

  it('leads from the overview to each list', async () => {
    const { page } = await open(false);
    const links = page.locator('table.index a');
    for (let at = 0; at < (await links.count()); at += 1) {
      const link = links.nth(at);
      await link.click();
      const name = await link.textContent();
      expect(await page.locator('article.list:target h2').textContent()).toBe(name);
    }
  });

  it('shows everything without a script, but for the filters', async () => {
    const { page, trouble } = await open(true, { script: false });
    expect(await lists(page)).toHaveLength(4);
    expect(await page.locator('.tools').isVisible()).toBe(false);
    await page.locator('#list-announce summary', { hasText: 'one by one' }).click();
    expect(await page.getByText('Bob@example.com').first().isVisible()).toBe(true);
    expect(trouble).toEqual([]);
  });
});

describe('filters', () => {
  it('find lists, settings and findings', async () => {
    const { page } = await open(false);
    await told(page, '4 of 4 lists');
    await search(page).fill('announce');
    await told(page, '1 of 4 lists');
    expect(await lists(page)).toEqual(['announce']);

    await search(page).fill('TOPICS');
    await told(page, '2 of 4 lists');
    expect(await lists(page)).toEqual(['announce', 'dev']);
    expect(await page.locator('table.index tbody tr:visible').count()).toBe(2);
    const rows = page.locator('article.list [data-row="setting"]:visible');
    expect(await rows.locator('th').allInnerTexts()).toEqual([
      expect.stringContaining('topics'),
      expect.stringContaining('topics'),
    ]);

    await search(page).fill('no such thing');
    await told(page, '0 of 4 lists');
    await page.getByRole('button', { name: 'Reset' }).click();
    await told(page, '4 of 4 lists');
  });

  it('choose lists by state and by concern, settings by verdict', async () => {
    const { page } = await open(false);
    await page.getByLabel('cannot be migrated yet').uncheck();
    await told(page, '3 of 4 lists');
    expect(await lists(page)).toEqual(['announce', 'dev', 'quiet']);
    await page.getByRole('checkbox', { name: 'to be decided' }).check();
    await told(page, '1 of 4 lists');
    expect(await lists(page)).toEqual(['dev']);

    await page.getByRole('button', { name: 'Reset' }).click();
    await page.getByRole('button', { name: 'Open all' }).click();
    const row = (name: string) => page.locator('#list-announce [data-row]', { hasText: name });
    expect(await row('advertised').isVisible()).toBe(true);
    await page.getByRole('checkbox', { name: 'exact' }).uncheck();
    await row('advertised').waitFor({ state: 'hidden' });
    expect(await row('bounce_score_threshold').isVisible()).toBe(true);
    expect(await page.getByText('Exact settings').first().isVisible()).toBe(false);
  });

  it('search rosters only where they are in the page and that is asked for', async () => {
    const without = await open(false);
    expect(await without.page.getByLabel('search in rosters').count()).toBe(0);

    const { page } = await open(true);
    await search(page).fill('gone@example.com');
    await told(page, '0 of 4 lists');
    const box = page.getByLabel('search in rosters');
    expect(await box.isChecked()).toBe(false);
    await box.check();
    await told(page, '1 of 4 lists');
    expect(await lists(page)).toEqual(['dev']);
    const rows = page.locator('[data-row="member"]:visible th');
    expect(await rows.allInnerTexts()).toEqual([expect.stringContaining('gone@example.com')]);
  });

  it('keep up with three hundred lists', async () => {
    const big: PlanReport = {
      ...planReport,
      lists: Array.from({ length: 300 }, (_, n) =>
        plannedList({
          name: `list-${n}`,
          settings: Array.from({ length: 130 }, (__, m) =>
            plannedSetting({ attribute: `attribute_${m}`, source: `value ${n} ${m}` }),
          ),
        }),
      ),
    };
    const { page, trouble } = await open(false, {}, big);
    await told(page, '300 of 300 lists');
    const began = Date.now();
    await search(page).fill('value 299 129');
    await told(page, '1 of 300 lists');
    expect(Date.now() - began).toBeLessThan(5000);
    expect(trouble).toEqual([]);
  });
});

describe('old data that is meant to do harm', () => {
  const attacks = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    '</title></style></script><script>alert(1)</script>',
    '<!-- --!><iframe srcdoc="<script>parent.alert(1)</script>">',
    '<a href="javascript:alert(1)">x</a>',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '\u202e<meta http-equiv=refresh content="0;url=http://x.invalid/">',
  ];

  it.each(attacks)('stays text: %s', async (attack) => {
    const finding = {
      code: 'x.y',
      severity: 'error',
      summary: attack,
      why: attack,
      next: attack,
    } as const;
    const report: PlanReport = {
      ...planReport,
      source: attack,
      target: attack,
      version: attack,
      asked: [attack],
      findings: [finding],
      lists: [
        plannedList({
          name: attack,
          fqdn: attack,
          exists: true,
          settings: [
            plannedSetting({
              attribute: attack,
              verdict: 'approximate',
              source: { [attack]: attack },
              target: attack,
              desired: attack,
              lastApplied: attack,
              observed: attack,
              reason: attack,
              next: attack,
            }),
          ],
          members: [
            plannedMember({
              address: attack,
              name: attack,
              outcome: 'change',
              fields: [{ field: attack, from: attack, to: attack }],
              reason: attack,
            }),
          ],
          conflicts: [
            {
              kind: 'other',
              what: attack,
              role: null,
              lastApplied: attack,
              observed: attack,
              desired: attack,
              overruled: false,
            },
          ],
          operations: [{ id: attack, kind: 'set-bans', role: null, summary: attack }],
          findings: [{ ...finding, list: attack, path: attack }],
        }),
      ],
    };
    const { page, trouble } = await open(true, {}, report);
    await page.evaluate('for (const d of document.querySelectorAll("details")) d.open = true');
    await search(page).fill(attack);
    await page.mouse.move(300, 300);
    await told(page, '1 of 1 list');
    expect(trouble).toEqual([]);
    const strangers = await page.evaluate<readonly string[]>(
      `[...document.querySelectorAll('*')].filter((element) =>
        ['IMG', 'IFRAME', 'OBJECT', 'EMBED', 'LINK', 'BASE'].includes(element.tagName) ||
        [...element.attributes].some(({ name, value }) =>
          name.startsWith('on') || name === 'style' || (name === 'href' && !value.startsWith('#')))
      ).map((element) => element.outerHTML)`,
    );
    expect(strangers).toEqual([]);
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator('meta[http-equiv]').count()).toBe(1);
    expect(await page.locator('article.list').count()).toBe(1);
  });

  it('would be stopped by the page’s policy, had it come in as markup', async () => {
    const html = planHtml(planReport, { members: false }).replace(
      '</main>',
      '<script>alert(1)</script><img src="http://x.invalid/a.png" onerror="alert(2)"></main>',
    );
    const { page, trouble } = await browser.open(html);
    await page.waitForTimeout(200);
    expect(trouble.filter((line) => line.startsWith('dialog'))).toEqual([]);
    expect(
      trouble.filter((line) => line.includes('Content Security Policy')).length,
    ).toBeGreaterThan(1);
  });
});

// Texts whose contrast with their ground is below 4.5 to 1 (WCAG 2.2, 1.4.3), as a script.
const FAINT = `(() => {
  const light = (color) => {
    const [r, g, b] = color.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parts = (color) => color.match(/[\\d.]+/g).map(Number);
  const ground = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const [r, g, b, alpha = 1] = parts(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const faint = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (text === '' || element.closest('script,[hidden]') !== null) continue;
    const style = getComputedStyle(element);
    let opacity = 1;
    for (let at = element; at !== null; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
    const under = ground(element);
    const over = parts(style.color).slice(0, 3).map((part, n) => part * opacity + under[n] * (1 - opacity));
    const [a, b] = [light(over), light(under)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faint.add(ratio.toFixed(2) + ' ' + element.tagName + '.' + element.className + ' ' + text.slice(0, 30));
  }
  return [...faint];
})()`;
