// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import { isSameText, type ListTemplate, type ObservedTemplate } from '../../model/list-template.js';
import type { Conflict } from '../../model/plan-report.js';
import type { Operation } from '../operation.js';
import type { PlanFacet } from './facet.js';

/** Texts of the list's own: each name by itself, for owners edit them one by one in Postorius. */
export const planTemplates: PlanFacet = (desired, observed, last, { overwrite }) => {
  const found = byName(observed?.templates ?? []);
  const base = byName(last.templates);
  const wanted = byName(desired.templates);
  const findings: Diagnostic[] = [];
  const conflicts: Conflict[] = [];
  const conflict = (name: string, what: string, next: string): void => {
    conflicts.push({
      kind: 'other',
      what: `template ${name}`,
      role: null,
      lastApplied: base.get(name)?.text ?? null,
      observed: found.get(name)?.text ?? null,
      desired: wanted.get(name)?.text ?? null,
      overruled: overwrite,
    });
    if (overwrite) return;
    findings.push({
      code: 'plan.template-conflict',
      severity: 'warning',
      list: desired.sourceName,
      summary: `the template ${name} is left as it is`,
      why: what,
      next,
    });
  };

  const set = desired.templates.filter((template) => {
    const { name } = template;
    const current = found.get(name);
    const ours = base.get(name);
    if (current !== undefined && isAs(template, current)) return false;
    const untouched =
      current === undefined ? ours === undefined || observed === null : isAs(ours, current);
    if (untouched) return true;
    conflict(
      name,
      current === undefined
        ? 'it was deleted in Mailman 3 since the last apply'
        : ours === undefined
          ? `Mailman 3 had another text already, at ${current.uri}`
          : 'it was changed in Mailman 3 since the last apply',
      'apply with --overwrite to give it the text of Mailman 2',
    );
    return overwrite;
  });

  const remove = last.templates.filter((template) => {
    const { name } = template;
    const current = found.get(name);
    if (wanted.has(name) || current === undefined) return false;
    if (isAs(template, current)) return true;
    conflict(
      name,
      'Mailman 2 has no such text any more, but it was changed in Mailman 3 since the last apply',
      "apply with --overwrite, or delete it in Postorius, to have Mailman 3's default",
    );
    return overwrite;
  });

  return { operations: operations(set, remove), findings, conflicts };
};

const byName = <Template extends { readonly name: string }>(
  templates: readonly Template[],
): ReadonlyMap<string, Template> => new Map(templates.map((template) => [template.name, template]));

/** Whether a template stands in Postorius with that text. */
const isAs = (
  template: ListTemplate | undefined,
  { inPostorius, text }: ObservedTemplate,
): boolean =>
  template !== undefined && inPostorius && text !== null && isSameText(template.text, text);

function operations(
  templates: readonly ListTemplate[],
  remove: readonly ListTemplate[],
): readonly Operation[] {
  if (templates.length + remove.length === 0) return [];
  const names = (some: readonly ListTemplate[]): string =>
    some.map(({ name, language }) => `${name} (${language})`).join(', ');
  return [
    {
      id: 'templates',
      kind: 'set-templates',
      templates,
      remove,
      summary: [
        ...(templates.length > 0 ? [`set the templates ${names(templates)}`] : []),
        ...(remove.length > 0 ? [`remove the templates ${names(remove)}`] : []),
      ].join('; '),
    },
  ];
}
