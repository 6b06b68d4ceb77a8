/** docs/reference/errors.md as data: what each code means is written there and nowhere else. */
export type Entry = { readonly code: string; readonly cells: readonly string[] };
export type Range = { readonly hundred: string; readonly about: string; readonly folders: readonly string[] };
export type Family = { readonly range: string; readonly about: string; readonly note: string; readonly codes: readonly Explained[] };
export type Explained = { readonly code: string; readonly happened: string; readonly why: string; readonly money: string; readonly next: string };

/** The rows of the tables, as cells after the code. */
export const entriesOf = (page: string): readonly Entry[] =>
  [...page.matchAll(/^\| `(BW-\d{4})` \|(.*)\|$/gm)].map(([, code = '', rest = '']) => ({ code, cells: rest.split(' | ').map((cell) => cell.trim()) }));

export const rangesOf = (page: string): readonly Range[] => [...page.matchAll(/^\| (\d\d)xx \| ([^|]+) \| (.*) \|$/gm)].map(([, hundred = '', about = '', folders = '']) => (
  { hundred, about, folders: [...folders.matchAll(/`([^`]+)`/g)].map(([, folder = '']) => `src/${folder}/`) }));

/** The chapters of the page, each with what it says before its table. */
export const familiesOf = (page: string): readonly Family[] => [...page.matchAll(/^## (\d\d)xx: (.+)\n([^]*?)(?=^## |(?![^]))/gm)].map(([, hundred = '', about = '', body = '']) => ({
  range: `${hundred}xx`, about, note: body.split(/^\|/m)[0]?.trim().replaceAll(/\s+/g, ' ') ?? '',
  codes: entriesOf(body).map(({ code, cells: [happened = '', why = '', money = '', next = ''] }) => ({ code, happened, why, money, next })),
}));
