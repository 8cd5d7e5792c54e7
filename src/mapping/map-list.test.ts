// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { mailman2List, mailman2Member, mappingContext } from '../testing/builders.js';
import { mapList } from './map-list.js';

const nothing = { rename: {}, domains: {}, merge: {} };

describe('mapList', () => {
  it('names the list in every form that Mailman 3 uses', () => {
    const identity = { ...nothing, domains: { 'lists.example.org': 'new.example.org' } };
    expect(mapList(mailman2List(), identity, mappingContext)).toMatchObject({
      sourceName: 'dev',
      fqdnListname: 'dev@new.example.org',
      listId: 'dev.new.example.org',
      mailHost: 'new.example.org',
    });
  });

  it.each([
    [{ archive: 1, archive_private: 0 }, 'public'],
    [{ archive: 1, archive_private: 1 }, 'private'],
    [{ archive: 0, archive_private: 1 }, 'never'],
    [{ archive_private: 1 }, 'private'],
    [{}, 'public'],
  ])('takes the archive policy of %j: %s', (attributes, policy) => {
    const list = mailman2List({ attributes });
    expect(mapList(list, nothing, mappingContext).archivePolicy).toBe(policy);
  });

  it('carries on what was found while reading, before its own findings', () => {
    const finding = { code: 'source.x', severity: 'info', summary: 'x' } as const;
    const list = mailman2List({ attributes: { local_hack: 1 }, findings: [finding] });
    expect(mapList(list, nothing, mappingContext).findings.map(({ code }) => code)).toEqual([
      'source.x',
      'mapping.unknown-attribute',
    ]);
  });

  it('refuses a name that Core refuses, and says how to give it a new one', () => {
    const list = mailman2List({ name: 'c++-users' });
    expect(mapList(list, nothing, mappingContext).findings).toMatchObject([
      {
        code: 'mapping.list-name-refused',
        severity: 'error',
        list: 'c++-users',
        next: 'give it a new name in mm2to3.yaml, under lists: rename: { "c++-users": new-name }',
      },
    ]);
    const identity = { ...nothing, rename: { 'c++-users': 'cpp-users' } };
    expect(mapList(list, identity, mappingContext).findings).toEqual([]);
  });
});

describe('members who are disabled by bounces', () => {
  const list = mailman2List({
    attributes: { bounce_processing: 1 },
    members: [mailman2Member({ address: 'a@example.org', deliveryStatus: 4 })],
  });

  it('keep bounce processing off where Core cannot be told that they were warned', () => {
    const desired = mapList(list, nothing, { ...mappingContext, reachesCore: false });
    expect(desired.settings['process_bounces']).toBe(false);
    const verdict = desired.verdicts.find(({ attribute }) => attribute === 'bounce_processing');
    expect(verdict).toMatchObject({ verdict: 'approximate', desired: false });
    expect(desired.findings).toMatchObject([
      { code: 'mapping.bounce-processing-off', severity: 'warning', list: 'dev' },
      { code: 'mapping.bounce-states', severity: 'info', list: 'dev' },
    ]);
  });

  it('are warned once where Core would remove them without a warning', () => {
    const attributes = { bounce_you_are_disabled_warnings: 0 };
    const desired = mapList({ ...list, attributes }, nothing, mappingContext);
    expect(desired.settings['bounce_you_are_disabled_warnings']).toBe(1);
    expect(desired.findings.map(({ why = '' }) => why)).toEqual([
      expect.stringContaining('at once remove 1 member'),
    ]);
  });

  it('leave bounce processing as it was where Core can be told', () => {
    const desired = mapList(list, nothing, mappingContext);
    expect(desired.settings['process_bounces']).toBe(true);
    expect(desired.findings).toEqual([]);
  });

  it('matter only where there are any, and where bounces are processed', () => {
    const context = { ...mappingContext, reachesCore: false };
    expect(mapList({ ...list, members: [] }, nothing, context).findings).toEqual([]);
    const off = { ...list, attributes: { bounce_processing: 0 } };
    expect(mapList(off, nothing, context).findings.map(({ code }) => code)).toEqual([
      'mapping.bounce-states',
    ]);
  });
});

describe('what stays behind', () => {
  it('is named with its number', () => {
    const queues = {
      held: 1,
      subscriptions: 2,
      unsubscriptions: 3,
      unconfirmed: 4,
      digestBytes: 5,
    };
    const list = mailman2List({ queues });
    const { findings } = mapList(list, nothing, { ...mappingContext, reachesCore: false });
    expect(findings.map(({ code, summary }) => `${code}: ${summary}`)).toEqual([
      'mapping.held-messages: 1 held messages stays behind',
      'mapping.pending-subscriptions: 2 subscription requests stay behind',
      'mapping.pending-unsubscriptions: 3 unsubscription requests stay behind',
      'mapping.unconfirmed-requests: 4 requests that nobody confirmed yet stay behind',
      'mapping.digest-in-progress: 5 bytes of posts for the next digest stay behind',
    ]);
    expect(
      findings.every(({ severity, list: name }) => severity === 'warning' && name === 'dev'),
    ).toBe(true);
  });

  it('is only what nobody can bring, where Core can be reached', () => {
    const queues = {
      held: 1,
      subscriptions: 2,
      unsubscriptions: 3,
      unconfirmed: 4,
      digestBytes: 5,
    };
    const { findings } = mapList(mailman2List({ queues }), nothing, mappingContext);
    expect(findings.map(({ code }) => code)).toEqual([
      'mapping.unconfirmed-requests',
      'mapping.digest-in-progress',
    ]);
  });
});
