/**
 * The shapes of what commands answer with --json, published in docs/reference/cli-shapes.json and by `breakwater schema`.
 *
 *   S1. What is published lets fields be added. The contract test does not: it holds what is shown to what is listed.
 */
import { z } from 'zod';
import { schemaOf } from '../answer.ts';
import { failure } from './words.ts';

/** What the table says of a command's answer. */
export type Shaped = { readonly name: string; readonly answers: 'document' | 'lines'; readonly shape: () => Promise<z.ZodType> };

/** Everything that a command may print on standard output with --json: a document, or each of its lines. */
export async function documentShape(spec: Shaped): Promise<z.ZodType> {
  const schema = z.literal(schemaOf(spec.name));
  const failed = z.strictObject({ schema, ok: z.literal(false), error: failure, warnings: z.array(z.string()) });
  const data = await spec.shape();
  if (spec.answers === 'lines') return z.union([data, failed]);
  return z.union([z.strictObject({ schema, ok: z.boolean().describe('false where the answer is a finding: exits 6, 9 and 10'), data, warnings: z.array(z.string()) }), failed]);
}

/** As it is published. */
export async function publishedShape(spec: Shaped): Promise<object> {
  const { $schema: _, ...shape } = z.toJSONSchema(await documentShape(spec), {
    io: 'input', unrepresentable: 'any', reused: 'ref',
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties; // S1
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: schemaOf(spec.name), title: `breakwater ${spec.name}`, description: spec.answers === 'lines' ? 'of each line' : 'of the one document', ...shape };
}

export async function publishedShapes(specs: readonly Shaped[]): Promise<Readonly<Record<string, object>>> {
  return Object.fromEntries(await Promise.all(specs.map(async (spec) => [schemaOf(spec.name), await publishedShape(spec)] as const)));
}
