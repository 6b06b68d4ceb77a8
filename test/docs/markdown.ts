/** The Markdown of the project as data: pages, links, code blocks, and the paths and commands that they speak of. */
import { globSync, readFileSync } from 'node:fs';

export type Page = { readonly path: string; readonly text: string };
export type Block = { readonly language: string; readonly text: string };

export function allPages(): readonly Page[] {
  const found = globSync('**/*.md', { exclude: (name) => /(?:^|\/)(?:node_modules|data|dist|\.git)$/.test(String(name)) });
  return found.map(String).toSorted().map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

export function blocksOf({ text }: Page): readonly Block[] {
  return [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)].map(([, , language = '', body = '']) => ({ language, text: body }));
}

/** What is left when code blocks are taken out. */
export const proseOf = ({ text }: Page): string => text.replace(/^( *)```[\s\S]*?^\1```$/gm, '');

/** Targets of links inside the project, without what is in code. */
export function linksOf(page: Page): readonly string[] {
  const prose = proseOf(page).replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target).filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of a page, as they are made from its headings. */
export function anchorsOf(page: Page): ReadonlySet<string> {
  const headings = [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(headings.map((heading) => heading.toLowerCase().replaceAll('`', '').replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')));
}

/** Texts in code that look like a file or folder of the project: with a slash, and an ending or a slash at the end; and files that a shell is told of. */
export function pathsIn(page: Page): readonly string[] {
  const quoted = [...proseOf(page).matchAll(/`([^`\n]+)`/g)].map(([, inner = '']) => inner);
  const told = blocksOf(page).filter(({ language }) => language === 'sh').flatMap(({ text }) => text.match(/\b(?:src|test|bench|scripts|config)\/[\w./-]+/g) ?? []);
  return [...quoted, ...told].filter((inner) => /^(?:[\w.-]+\/)+(?:[\w.-]+\.(?:ts|md|json|toml|sh)|)$/.test(inner));
}

/** Lines that call the product or npm, in blocks for the shell and in code within a line. */
export function commandsIn(page: Page): readonly string[] {
  const blocks = blocksOf(page).filter(({ language }) => language === 'sh').flatMap(({ text }) => text.replaceAll('\\\n', ' ').split('\n'));
  const inline = [...proseOf(page).matchAll(/`([^`\n]+)`/g)].map(([, inner = '']) => inner);
  return [...blocks, ...inline].map((line) => line.replace(/^\$ /, '').replace(/\s+#.*$/, '').trim()).filter((line) => /^(?:\.?\/?bin\/)?(?:breakwater|npm)\s/.test(line.replace(/^\.\//, '')));
}
