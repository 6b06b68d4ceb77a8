/** docs/reference/facts.md: every fact the journal can hold, with its fields, as the code declares them. */
import { allFacts, breakerFacts, healthFacts, ledgerFacts, limitFacts, marketFacts, messageFacts, orderFacts, riskFacts, safetyFacts, stopFacts, segmentFacts, formatFacts } from '../../src/core/index.ts';
import type { FieldNote } from '../../src/journal/index.ts';

type Declared = { readonly type: string; readonly version: number; readonly since: number; readonly doc: string; readonly supersedes: { readonly name: string } | undefined; readonly fields: readonly FieldNote[] };
type Chapter = { readonly title: string; readonly facts: readonly Declared[] };

const chapters: readonly Chapter[] = [
  { title: 'Gate and process', facts: [...safetyFacts, ...stopFacts] },
  { title: 'Components and the safety of the whole', facts: healthFacts },
  { title: 'Signals', facts: messageFacts },
  { title: 'Orders', facts: orderFacts },
  { title: 'Books', facts: ledgerFacts },
  { title: 'Limits', facts: limitFacts },
  { title: 'Worth and loss', facts: riskFacts },
  { title: 'Circuit breakers', facts: breakerFacts },
  { title: 'Venues and instruments', facts: marketFacts },
  { title: 'The record itself', facts: [...segmentFacts, ...formatFacts] },
];

const introduction = `# Facts

What the journal can say. Everything else (orders, books, the gate, the status) is a fold over these. This page is written from the
declarations in the code by \`scripts/node scripts/docs.ts facts\`; \`breakwater journal tail\` shows the entries of a journal.

## An entry

A header, a payload, and a hash. The header is JSON with sorted keys; the hash is sha256 over the hash before it and the
length-prefixed header, and the header holds the sha256 of the payload. So a payload can be erased or encrypted, and the chain still verifies.

| Field of the header | Form | Meaning |
|---|---|---|
| \`version\` | \`1\` | of the header's own form |
| \`seq\` | whole number | 1, 2, 3 … without a gap |
| \`epoch\` | whole number | rises with every process that takes the journal over |
| \`atMs\` | whole number | journal time: Unix milliseconds that never go back |
| \`wallMs\` | whole number | the wall clock at that moment, for people |
| \`bootId\` | text | the process life that wrote it |
| \`actor\` | text | who caused it: \`signal:demo\`, \`operator:sam\`, \`venue:alpaca\`, \`runtime\`, \`boot\` |
| \`correlationId\` | text | the same from the signal to the ledger |
| \`type\` | text | which fact, as below |
| \`typeVersion\` | whole number | which version of it; what a version means never changes |
| \`payloadHash\` | text | sha256 of the payload's bytes, in hex |

A payload is JSON with sorted keys. There are no floats: money, quantities and prices are *units*, whole numbers written as text, whose scale is
that of their asset or instrument (\`instrument.listed\`). A field marked *may be absent* is left out where there is nothing to say.
`;

export function factsReference(): string {
  const named = chapters.flatMap(({ facts }) => facts);
  if (named.length !== allFacts.length) throw new Error(`The chapters hold ${named.length} facts, the code has ${allFacts.length}: give each its chapter in scripts/docs/facts.ts.`);
  const parts = chapters.map(({ title, facts }) => `## ${title}\n\n${facts.map(section).join('\n')}`);
  return `${introduction}\n${parts.join('\n')}`;
}

function section({ type, version, since, doc, supersedes, fields }: Declared): string {
  const title = version === 1 ? `### \`${type}\`` : `### \`${type}\`, version ${version}`;
  const rows = rowsOf(fields, '');
  const table = rows.length === 0 ? 'It has no fields.\n' : `| Field | Form | Meaning |\n|---|---|---|\n${rows.join('\n')}\n`;
  const read = supersedes === undefined ? '' : ` An entry of version ${version - 1} is read as one of this version.`;
  return `${title}\n\n${doc}${since === 1 ? '' : ` Since format ${since}.`}${read}\n\n${table}`;
}

function rowsOf(fields: readonly FieldNote[], inside: string): readonly string[] {
  return fields.flatMap(({ name, words, optional, doc, fields: inner }) => {
    const form = words.replaceAll(' | ', ', ');
    return [
      `| \`${inside}${name}\` | ${form}${optional ? '; may be absent' : ''} | ${doc === '' ? 'its fields follow' : doc} |`,
      ...rowsOf(inner, `${inside}${name}.`),
    ];
  });
}
