/** The reference of every key, written from the schema, so that the two cannot differ. */
import { configCodes } from './problem.ts';
import { configSchema } from './schema.ts';
import type { SchemaNode } from './schema.ts';

const introduction = `# Configuration

One file in JSON, with comments (\`//\`, \`/* */\`) and trailing commas. \`config/demo.json\` is a complete example.
This page is written from the schema by \`scripts/node scripts/docs.ts config\`; \`breakwater config schema\` prints the
schema itself, for editors, and \`breakwater config validate\` checks a file.

## Layers

Later ones win. Objects merge; lists are replaced.

1. the file named by \`--config\`, for example \`breakwater.json\`
2. \`breakwater.ENVIRONMENT.json\` beside it; ENVIRONMENT is \`--env\`, or else what the file says in \`instance.environment\`
3. \`breakwater.local.json\` beside it, which belongs to one machine and to no repository
4. environment variables: \`BREAKWATER__VENUES__ALPACA__BASEURL\` is \`venues.alpaca.baseUrl\`. Case, \`_\` and \`-\` do not matter.
   Lists are separated by commas. \`BREAKWATER__…_FILE\` names a file that holds the value.
5. options of the command line

## Values from elsewhere

In any text: \`\${NAME}\` is an environment variable, and an error when it is not set · \`\${NAME:-default}\` has a default ·
\`\${NAME:?message}\` an error of its own · \`\${file:path}\` is the content of a file, counted from the folder of the
configuration, without its last line break · \`$\${\` is a literal \`\${\`.

## Forms

| Form | Written | Not |
|---|---|---|
| duration | \`"250ms"\`, \`"30s"\`, \`"5m"\`, \`"2h"\`, \`"1d"\` | \`30\` |
| percentage | \`"3%"\`, \`"0.25%"\` | \`0.03\` |
| money | \`"1500 USD"\` | \`1500\` |
| quantity | \`"0.5"\` | \`0.5\` |

## Secrets

A secret is never printed: messages, \`--json\` and excerpts of the file show \`«secret 8c1f»\`, a fingerprint by which two
can be compared. Written into the main file, a secret is an error in the environment \`production\` and a warning in others;
it is neither for a venue with simulated money, nor for a sender whose orders go to one.

## Limits

No limit has a default. One that is missing blocks every order it would have judged, and the check of the file warns of it.

## Keys
`;

export function configReference(): string {
  const codes = Object.entries(configCodes).map(([code, meaning]) => `| ${code} | ${meaning} |`);
  return `${introduction}\n${sections(configSchema(), []).join('\n')}\n## Errors\n\n| Code | What it says |\n|---|---|\n${codes.join('\n')}\n`;
}

/** A table for each object, the outer before the inner. */
function sections(node: SchemaNode, path: readonly string[]): string[] {
  const entries = Object.entries(node.properties ?? {});
  const rows = entries.map(([key, child]) => row(key, child, node.required?.includes(key) === true));
  const title = path.length === 0 ? 'The file' : `\`${path.join('.')}\``;
  const table = `### ${title}\n\n${path.length === 0 || node.description === undefined ? '' : `${node.description}\n\n`}| Key | Form | Default | Meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  return [table, ...entries.flatMap(([key, child]) => {
    if (child.properties !== undefined) return sections(child, [...path, key]);
    const inner = entryOf(child);
    if (inner?.properties !== undefined) return sections(inner, [...path, key, 'NAME']);
    return inner?.items?.properties === undefined ? [] : sections(inner.items, [...path, key, 'NAME', '0']);
  })];
}

function row(key: string, node: SchemaNode, required: boolean): string {
  const usual = required ? 'needed' : node.default === undefined || isEmptyObject(node.default) ? '' : `\`${JSON.stringify(node.default)}\``;
  return `| \`${key}\` | ${formOf(node)} | ${usual} | ${(node.description ?? '').replaceAll('|', '\\|')} |`;
}

function formOf(node: SchemaNode): string {
  if (node.writeOnly === true) return 'secret';
  if (node.enum !== undefined) return node.enum.map((choice) => `\`${JSON.stringify(choice)}\``).join(' ');
  if (node.const !== undefined) return `\`${JSON.stringify(node.const)}\``;
  if (node.type === 'array') return `list of ${node.items === undefined ? 'values' : formOf(node.items)}`;
  const inner = entryOf(node);
  if (inner !== undefined) return inner.properties === undefined ? `each ${formOf(inner)}` : 'object of objects';
  if (node.type === 'object') return 'object';
  const example = node.examples?.[0];
  return example === undefined ? ({ string: 'text', integer: 'whole number', boolean: 'true, false' }[node.type ?? ''] ?? 'value') : `like \`${JSON.stringify(example)}\``;
}

const entryOf = (node: SchemaNode): SchemaNode | undefined => (typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined);
const isEmptyObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
