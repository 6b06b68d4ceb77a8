/** What is told of the configuration and of the program. */
import { z } from 'zod';
import { code, count } from './words.ts';

const problem = z.strictObject({
  severity: z.enum(['error', 'warning']), code, file: z.string(), line: count, column: count, path: z.string(), message: z.string(), hint: z.string(),
  excerpt: z.strictObject({ text: z.string(), column: count, length: count }).optional(),
});

export const configValidate = z.strictObject({ file: z.string(), instance: z.string(), environment: z.string(), warnings: z.array(problem) });

export const configSchema = z.object({ properties: z.record(z.string(), z.unknown()) }).catchall(z.unknown()).describe('a JSON Schema');

export const schema = z.record(z.string().regex(/^breakwater\/[a-z-]+\/\d+$/), z.looseObject({ $id: z.string() })).describe('JSON Schemas by the name of the shape');

const family = z.strictObject({ range: z.string().regex(/^\d\dxx$/), about: z.string(), codes: z.array(code) });

export const explain = z.union([
  z.strictObject({
    code, happened: z.string(), why: z.string(), money: z.string().describe('what it means for orders: whether anything left, and whether it is safe to ask again'), next: z.string(),
    family: z.strictObject({ range: z.string(), about: z.string(), note: z.string() }), page: z.string(),
  }),
  z.strictObject({ families: z.array(family) }).describe('without a code'),
]);

export const completion = z.strictObject({ shell: z.string(), script: z.string() });

export const value = z.string();

export const version = z.strictObject({
  version: z.string(), node: z.string(), configVersion: count,
  journal: z.strictObject({
    reads: count.describe('formats of the record, up to this one'), writes: count.describe('and up to this one, once the journal was raised to it'), state: count.describe('of snapshots and of the opening of a segment'), file: count.describe('of journal.db'),
  }),
});

export const doctor = z.strictObject({
  healthy: z.boolean().describe('nothing failed'), ok: count, warnings: count, failed: count, skipped: count,
  checks: z.array(z.strictObject({ name: z.string(), status: z.enum(['ok', 'warning', 'failed', 'skipped']), why: z.string(), code: code.optional(), doNext: z.string().optional() })),
});
