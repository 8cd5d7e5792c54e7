// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * The script of a page of lists: filters and search, as far as the page has their boxes. Without it the page shows everything. It reads and hides
 * what stands in the page and makes no markup of any text.
 */
export const SCRIPT = `
'use strict';
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const tools = document.querySelector('.tools');
  if (tools === null) return;
  tools.hidden = false;
  const find = tools.querySelector('[name="find"]');
  const inRosters = tools.querySelector('[name="rosters"]');
  const told = tools.querySelector('output');
  const lists = all('article.list');
  const indexRows = new Map(all('table.index tbody tr').map((row) => [row.dataset.list, row]));
  const texts = new WeakMap();
  const textOf = (element) => {
    let text = texts.get(element);
    if (text === undefined) {
      text = element.textContent.toLowerCase();
      texts.set(element, text);
    }
    return text;
  };
  const checked = (name) =>
    new Set(all('[name="' + name + '"]:checked', tools).map((box) => box.value));

  const show = () => {
    const words = find.value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
    const states = checked('state');
    const verdicts = checked('verdict');
    const concerns = checked('concern');
    const rosters = inRosters !== null && inRosters.checked;
    const has = (text) => words.every((word) => text.includes(word));
    let shown = 0;
    for (const list of lists) {
      const named = words.length === 0 || has(textOf(list.querySelector('header')));
      const wanted = states.has(list.dataset.state) &&
        (concerns.size === 0 || list.dataset.concerns.split(' ').some((one) => concerns.has(one)));
      let hits = 0;
      for (const row of all('[data-row]', list)) {
        const inRoster = row.dataset.row === 'member';
        const fits = row.dataset.verdict === undefined || verdicts.has(row.dataset.verdict);
        const found = words.length > 0 && (!inRoster || rosters) && has(textOf(row));
        row.hidden = !fits || !(named || found || (inRoster && !rosters));
        if (found && fits) hits += 1;
      }
      for (const group of all('details', list)) {
        const rows = all('[data-row]', group);
        const open = rows.filter((row) => !row.hidden).length;
        if (group.dataset.group === 'settings') group.hidden = rows.length > 0 && open === 0;
        if (group.dataset.group !== 'roster' || rosters) {
          if (words.length > 0 && !named && hits > 0 && open > 0) group.open = true;
        }
      }
      list.hidden = !(wanted && (named || hits > 0));
      const row = indexRows.get(list.id);
      if (row !== undefined) row.hidden = list.hidden;
      if (!list.hidden) shown += 1;
    }
    told.textContent = shown + ' of ' + lists.length + (lists.length === 1 ? ' list' : ' lists');
  };

  let waiting = 0;
  tools.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 120);
  });
  tools.addEventListener('click', ({ target }) => {
    const what = target.dataset === undefined ? undefined : target.dataset.do;
    if (what === undefined) return;
    if (what === 'reset') {
      find.value = '';
      for (const box of all('input[type="checkbox"]', tools)) box.checked = box.defaultChecked;
      show();
      return;
    }
    for (const list of lists) {
      if (list.hidden) continue;
      // Rosters are opened one by one, by hand.
      for (const group of all('details:not([data-group="roster"])', list)) group.open = what === 'open';
    }
  });
  addEventListener('beforeprint', () => {
    for (const group of all('details[data-print]')) group.open = true;
  });
  // A browser that comes back to the page may remember what was typed.
  show();
})();
`;
