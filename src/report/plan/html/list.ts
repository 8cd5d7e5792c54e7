// SPDX-License-Identifier: GPL-3.0-or-later
import type { Role } from '../../../model/mailman3-list.js';
import type {
  MemberOutcome,
  PlannedListReport,
  PlannedSetting,
  SettingChange,
} from '../../../model/plan-report.js';
import { ROLES } from '../../../model/mailman3-list.js';
import { findingsHtml, section } from '../../html/findings.js';
import { listId } from '../../html/matters.js';
import { html, type Html, type Piece } from '../../markup.js';
import { counted, number } from '../../words.js';
import { conflictRows, listFacts, otherFindings } from '../list-facts.js';
import { OUTCOMES, shown, stateOf, STATES } from '../words.js';
import { settingsBar } from './bar.js';
import { concernsOf } from './concerns.js';
import { type Shown, shownVerdict, VERDICT_WORDS } from './verdicts.js';

const VALUE = 400;

/** One list's part of the page. */
export function listHtml(
  list: PlannedListReport,
  { members }: { readonly members: boolean },
): Html {
  const state = stateOf(list);
  return html` <article
    class="list"
    id="${listId(list.name)}"
    data-state="${state}"
    data-concerns="${concernsOf(list).join(' ')}"
    aria-labelledby="${listId(list.name)}-title"
  >
    <header>
      <h2 id="${listId(list.name)}-title"><bdi>${list.name}</bdi></h2>
      <span class="soft"><bdi>${list.fqdn}</bdi></span>
      <span class="badge ${state}">${STATES[state]}</span>
    </header>
    ${list.settings.length === 0 ? null : settingsBar(list.settings.map(shownVerdict))}
    <dl class="facts">
      ${listFacts(list).map(
        ([name, words]) =>
          html`<dt>${name}</dt>
            <dd>${words}</dd>`,
      )}
    </dl>
    ${conflictsHtml(list)}${findingsHtml(otherFindings(list, true))}${settingsHtml(list)}${rosterCounts(list)}${members ? rosterHtml(list) : null}
    <p class="up small"><a href="#lists">Back to the lists</a></p>
  </article>`;
}

const value = (label: string, of: Parameters<typeof shown>[0]): Html => {
  const text = shown(of, VALUE);
  return html`<td data-label="${label}">${text === '–' ? '–' : html`<code>${text}</code>`}</td>`;
};

function conflictsHtml({ conflicts }: PlannedListReport): Piece {
  if (conflicts.length === 0) return null;
  const rows = conflictRows(conflicts).map(
    ({ role, what, option, lastApplied, observed, desired, wins }) =>
      html` <tr data-row="conflict">
        <th scope="row">
          ${role === null ? null : `${role} `}<bdi>${what}</bdi>${
            option === null ? null : html`<span class="small">${option}</span>`
          }
        </th>
        ${value('last applied', lastApplied)}${value('in Mailman 3', observed)}${value('in Mailman 2', desired)}
        <td data-label="wins">${wins}</td>
      </tr>`,
  );
  return section(
    `Conflicts (${number(conflicts.length)})`,
    html`open data-print data-group="conflicts"`,
    html`<table class="conflicts">
      <caption>
        Mailman 3 has something else than the last apply left there, and than Mailman 2 wants.
      </caption>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Last applied</th>
          <th scope="col">In Mailman 3 now</th>
          <th scope="col">In Mailman 2</th>
          <th scope="col">Wins</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  );
}

const CHANGE_WORDS: Readonly<Record<SettingChange, string>> = {
  set: 'will be set',
  keep: 'is right already',
  conflict: 'conflict: stays',
  none: '',
};

function settingsHtml(list: PlannedListReport): Piece {
  const groups: readonly (readonly [string, readonly Shown[], boolean])[] = [
    ['Approximated or lost settings', ['approximate', 'lost'], true],
    ['Exact settings', ['exact'], false],
    ['Settings that are not needed', ['unneeded'], false],
  ];
  return groups.map(([title, verdicts, open]) => {
    const rows = list.settings.filter((setting) => verdicts.includes(shownVerdict(setting)));
    if (rows.length === 0) return null;
    return section(
      `${title} (${number(rows.length)})`,
      open ? html`open data-print data-group="settings"` : html`data-group="settings"`,
      settingsTable(rows, list.exists),
    );
  });
}

function settingsTable(rows: readonly PlannedSetting[], exists: boolean): Html {
  const there = exists
    ? html`<th scope="col">Last applied</th>
        <th scope="col">In Mailman 3 now</th>`
    : null;
  return html`<table class="settings${exists ? ' there' : ''}">
    <thead>
      <tr>
        <th scope="col">Attribute</th>
        <th scope="col">Mailman 2</th>
        ${there}
        <th scope="col">Wanted in Mailman 3</th>
        <th scope="col">Why</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map((row) => settingRow(row, exists))}
    </tbody>
  </table>`;
}

function settingRow(row: PlannedSetting, exists: boolean): Html {
  const verdict = shownVerdict(row);
  const target = row.target === null || row.target === row.attribute ? null : row.target;
  return html` <tr data-row="setting" data-verdict="${verdict}">
    <th scope="row">
      ${breakable(row.attribute)}
      <span class="small"><span class="badge ${verdict}">${VERDICT_WORDS[verdict]}</span></span>
    </th>
    ${value('Mailman 2', row.source)}${
      exists ? [value('last applied', row.lastApplied), value('now', row.observed)] : null
    }
    <td data-label="wanted">
      ${row.desired === null ? '–' : html`<code>${shown(row.desired, VALUE)}</code>`}${
        target === null ? null : html` <span class="small soft">${target}</span>`
      }${exists && row.change !== 'none' ? html` <span class="small soft">${CHANGE_WORDS[row.change]}</span>` : null}
    </td>
    <td>${row.reason}${row.next === null ? null : html`<p class="todo">${row.next}</p>`}</td>
  </tr>`;
}

/** A name that a line may end in after an underscore. */
const breakable = (name: string): Piece =>
  name.split(/(?<=_)/).map((part, at) => (at === 0 ? part : html`<wbr />${part}`));

const ROLE_WORDS: Readonly<Record<Role, string>> = {
  owner: 'owners',
  moderator: 'moderators',
  member: 'members',
  nonmember: 'nonmembers',
};

function rosterCounts({ members }: PlannedListReport): Piece {
  if (members.length === 0) return null;
  const outcomes = (Object.keys(OUTCOMES) as MemberOutcome[]).filter((outcome) =>
    members.some((member) => member.outcome === outcome),
  );
  const roles = ROLES.filter((role) => members.some((member) => member.role === role));
  const count = (role: Role, outcome: MemberOutcome): number =>
    members.filter((member) => member.role === role && member.outcome === outcome).length;
  return section(
    `Rosters (${counted(members.length, 'membership')})`,
    html`data-print data-group="rosters"`,
    html`<table class="counts">
      <thead>
        <tr>
          <th scope="col">Role</th>
          ${outcomes.map((outcome) => html`<th scope="col">${OUTCOMES[outcome]}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${roles.map(
          (role) =>
            html`<tr>
              <th scope="row">${ROLE_WORDS[role]}</th>
              ${outcomes.map(
                (outcome) =>
                  html`<td class="n" data-label="${OUTCOMES[outcome]}">
                    ${number(count(role, outcome))}
                  </td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>`,
  );
}

function rosterHtml({ members }: PlannedListReport): Piece {
  if (members.length === 0) return null;
  const rows = members.map(
    ({ role, outcome, address, name, fields, reason }) =>
      html` <tr data-row="member">
        <th scope="row">
          <bdi>${address}</bdi><span class="small soft"><bdi>${name}</bdi></span>
        </th>
        <td data-label="role">${role}</td>
        <td><span class="badge ${outcome}">${OUTCOMES[outcome]}</span></td>
        <td>
          ${fields.map(
            ({ field, from, to }) =>
              html`<div>
                ${field}: <code>${shown(from, VALUE)}</code> → <code>${shown(to, VALUE)}</code>
              </div>`,
          )}${reason}
        </td>
      </tr>`,
  );
  return section(
    'Members, one by one',
    html`data-group="roster"`,
    html`<table class="roster">
      <thead>
        <tr>
          <th scope="col">Address</th>
          <th scope="col">Role</th>
          <th scope="col">What</th>
          <th scope="col">Details</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  );
}
