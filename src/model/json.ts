// SPDX-License-Identifier: GPL-3.0-or-later

/** A JSON value: what crosses the border between the Python helpers and this program. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
