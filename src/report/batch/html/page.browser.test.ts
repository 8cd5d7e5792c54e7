// SPDX-License-Identifier: GPL-3.0-or-later
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleBatch } from '../../../testing/batch-report.js';
import { startBrowser, type TestBrowser, type View } from '../../../testing/browser.js';
import { HOSTILE } from '../../../testing/plan-report.js';
import { batchHtml } from './page.js';

let browser: TestBrowser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const open = (view?: View) => browser.open(batchHtml(sampleBatch, '0.1.0'), view);
const shown = (page: Page): Promise<readonly string[]> =>
  page.locator('article.list:visible h2').allTextContents();

describe("a batch's page", () => {
  it.each([
    [1280, false],
    [1280, true],
    [400, false],
  ])('%i px wide (dark: %s) is quiet and no wider than its window', async (width, dark) => {
    const { page, trouble } = await open({ width, dark });
    await page.evaluate('for (const d of document.querySelectorAll("details")) d.open = true');
    const [wide, seen] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, innerWidth]',
    );
    expect(wide).toBeLessThanOrEqual(seen);
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  it('draws each month, and marks the one that lacks messages', async () => {
    const { page } = await open();
    const chart = page.locator('[id="list-lossy"] svg.months.large');
    expect(await chart.locator('rect.both').count()).toBe(3);
    expect(await chart.locator('rect.missing').count()).toBe(1);
    expect(await chart.getAttribute('aria-label')).toBe(
      '2021-01 to 2021-03: 100 messages in the old archive, 98 in HyperKitty, 2 missing',
    );
    // In HyperKitty's picture the highest month is as high as the chart.
    const [bar, frame] = await Promise.all([
      chart.locator('rect.both').first().boundingBox(),
      chart.boundingBox(),
    ]);
    expect(bar?.height).toBeCloseTo((frame?.height ?? 0) - 1, -1);
    await page.context().close();
  });

  it('shows the lists of the outcomes that are asked for', async () => {
    const { page } = await open();
    for (const state of ['migrated', 'findings', 'unchanged', 'skipped', 'waiting', 'wrong'])
      await page.locator(`[name="state"][value="${state}"]`).uncheck();
    await page.locator('.tools output', { hasText: '1 of 7 lists' }).waitFor();
    expect(await shown(page)).toEqual(['broken']);
    await page.context().close();
  });

  it('keeps hostile names as text, and is complete without its script', async () => {
    const { page, trouble } = await open({ script: false });
    expect((await shown(page)).length).toBe(sampleBatch.lists.length);
    expect(await page.locator('article.list h2').last().textContent()).toContain(
      HOSTILE.slice(0, 26),
    );
    expect(await page.locator('script:not([src])').count()).toBe(1);
    expect(trouble).toEqual([]);
    await page.context().close();
  });
});
