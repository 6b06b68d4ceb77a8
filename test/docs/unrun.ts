/**
 * Shell blocks of Markdown that no test runs, by page, as the comment above each says why. A block that is not named here and not marked
 * there is run by test/crash/pages.test.ts.
 */
export const unrun: Readonly<Record<string, readonly string[]>> = {
  'CONTRIBUTING.md': ['needs an address to clone from, and runs these very tests', 'sets up the clone in which the tests run'],
  'README.md': ['a demo and every test; the block below shows the demo', 'it needs two terminals', 'it would speak to the venue'],
  'docs/concepts/breakers.md': ['needs a running runtime with these circuits'],
  'docs/operations/backup.md': ['a second runtime, beside the one whose backup it is', 'nothing runs on this folder; see above'],
  'docs/operations/install.md': ['installs for the whole machine; test/crash/package.test.ts installs a package into a folder', 'test/crash/package.test.ts installs a package into a folder', 'needs root', 'needs root and systemd', 'needs root and systemd', 'needs a container engine'],
};

/** Pages whose blocks are examples without an output; something else holds them. */
export const examplePages: Readonly<Record<string, string>> = {
  'docs/reference/cli.md': 'written from the table; src/cli/contract.test.ts has every example understood by its command',
};
