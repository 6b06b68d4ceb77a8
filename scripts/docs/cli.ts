/** docs/reference/cli.md and docs/reference/cli-shapes.json: the command line as its table has it. */
import { schemaOf } from '../../src/cli/answer.ts';
import { commonOptions, lineOptions, reachOptions } from '../../src/cli/build.ts';
import { shownCommands } from '../../src/cli/commands/index.ts';
import { EXIT, exitMeanings } from '../../src/cli/exit.ts';
import type { ExitName } from '../../src/cli/exit.ts';
import type { Chapter, CommandSpec, OptionSpec } from '../../src/cli/spec.ts';
import { publishedShapes } from '../../src/cli/shapes/index.ts';

const head = '| Option | | By default |\n|---|---|---|\n';
const chapters: readonly Chapter[] = ['Running', 'Asking and ordering', 'The record', 'Configuration and help'];

const chapterNotes: Partial<Readonly<Record<Chapter, string>>> = {
  'Asking and ordering': `All of these speak to a running runtime over its control socket, and know these options too:\n\n${optionTable(reachOptions('5s to 40s'))}`,
};

const introduction = `# The command line

\`breakwater COMMAND\`, or \`bw COMMAND\`; from a clone \`./bin/breakwater COMMAND\`, whatever Node.js is first on the PATH. This page is written from the table of
commands by \`scripts/node scripts/docs.ts cli\`.

## Habits

- Standard output is the answer. Progress, notes, warnings and logs go to standard error.
- \`--json\` prints exactly one document: \`{ "schema", "ok", "data", "warnings" }\`, and on failure \`{ "schema", "ok": false, "error", "warnings" }\`. \`ok\` is false beside \`data\` where
  the answer is a finding (exits 6, 9 and 10). Commands that print lines (\`demo\`, \`start\`, \`exchange\`, \`journal tail\`) print one document a line; \`--ndjson\` is the same.
- \`schema\` names the shape and its version, such as \`breakwater/status/1\`. All shapes stand in [cli-shapes.json](cli-shapes.json), and \`breakwater schema COMMAND\` prints one. A version
  rises when a field is removed or changes its meaning; fields may be added at any time.
- An \`error\` has \`code\`, \`title\`, \`detail\` and \`retry\` (\`no\`, \`yes\`/\`later\`, or \`same-key\`: under the same key without harm), and where it is known \`because\`, \`did\`, \`doNext\` and
  \`correlationId\`. Codes are explained in [errors.md](errors.md).
- Nothing prompts. No secret is taken from the command line.
- Every command has \`--help\`, with examples first.

Every command knows:

${optionTable(commonOptions)}
Without \`--color\`, colour is for terminals alone, and \`NO_COLOR\`, \`FORCE_COLOR\` and \`TERM=dumb\` are heeded. Commands that print lines also know:

${optionTable(lineOptions)}
## Exit codes

| Code | Meaning |
|---|---|
${Object.entries(EXIT).map(([name, number]) => `| ${number} | ${exitMeanings[name as ExitName]} |`).join('\n')}

Every command may end with 0, 1 and 2; what else it may end with is said at each.
`;

export function cliReference(): string {
  return `${introduction}\n${chapters.map((chapter) => {
    const note = chapterNotes[chapter];
    return `## ${chapter}\n\n${note === undefined ? '' : `${note}\n`}${shownCommands.filter((spec) => spec.chapter === chapter).map(section).join('\n')}`;
  }).join('\n')}`;
}

export async function cliShapes(): Promise<string> {
  return `${JSON.stringify(await publishedShapes(shownCommands), undefined, 2)}\n`;
}

function section({ name, summary, details, arguments: given = [], options = [], examples, exits }: CommandSpec): string {
  const shown = options.filter(({ hidden }) => hidden !== true);
  const words = [`breakwater ${name}`, ...given.map((one) => one.name.replace(/\w+/, (word) => word.toUpperCase()).replace(/^<(.*)>$/, '$1'))].join(' ');
  const rows = [...given.map(({ name: word, says }) => `| \`${word}\` | ${says} | |`), ...shown.map(row)];
  return [
    `### \`${words}\`\n\n${summary}\n`,
    ...(details === undefined ? [] : [`${details}\n`]),
    ...(rows.length === 0 ? [] : [`${head}${rows.join('\n')}\n`]),
    `\`\`\`sh\n${examples.join('\n')}\n\`\`\`\n`,
    `Shape \`${schemaOf(name)}\`.${exits.length === 0 ? '' : ` May also end with ${exits.map((exit) => EXIT[exit]).join(', ')}.`}\n`,
  ].join('\n');
}

function row({ flags, says, default: standard, needed }: OptionSpec): string {
  return `| \`${flags.replaceAll('|', '\\|')}\` | ${says} | ${needed === true ? 'needed' : standard === undefined ? '' : `\`${standard}\``} |`;
}

function optionTable(options: readonly OptionSpec[]): string {
  return `${head}${options.map(row).join('\n')}\n`;
}
