// SPDX-License-Identifier: GPL-3.0-or-later

/** A JSON value: what crosses the border between the Python helpers and this program. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A text, or null where the value is none. */
export function jsonText(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** A number, or null where the value is none. */
export function jsonNumber(value: Json | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

/** The elements of a list; none where the value is no list. */
export function jsonArray(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
