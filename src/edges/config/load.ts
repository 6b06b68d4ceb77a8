/** Reads the layers, fills in, checks, and gives either a configuration or everything that is wrong with it. */
import { dirname, isAbsolute, join } from 'node:path';
import { lineAndColumn, nearest, readJson, reasonOf } from '../../base/index.ts';
import type { z } from 'zod';
import { completed, findingsIn } from './consistency.ts';
import type { Finding } from './consistency.ts';
import { problemAt } from './problem.ts';
import type { ConfigCode, ConfigProblem } from './problem.ts';
import { rootSchema, schemaAt } from './schema.ts';
import type { Config } from './schema.ts';
import { substitute } from './substitute.ts';
import type { Outside } from './substitute.ts';
import { fromPlain, leavesOf, merge, nearestTo, toPlain, treeOf, withValue } from './tree.ts';
import type { Layer, Leaf, Origin, Path, Tree } from './tree.ts';
import { locate, valueFor, variablesOf } from './variables.ts';

export type LoadRequest = {
  readonly file: string;
  /** Chooses the second layer, before what the file itself says. */
  readonly environment?: string | undefined;
  /** The environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Said on the command line; `name` is the option, for messages. */
  readonly overrides?: readonly { readonly path: readonly string[]; readonly value: unknown; readonly name: string }[];
  /** The text of a file, undefined where there is none; throws where it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
};
export type LoadedConfig = {
  readonly ok: true;
  readonly config: Config;
  readonly warnings: readonly ConfigProblem[];
  /** Where each value that is not a default was written: "venues.alpaca.money" → "breakwater.json:12:16". */
  readonly origins: ReadonlyMap<string, string>;
};
export type RefusedConfig = { readonly ok: false; readonly errors: readonly ConfigProblem[]; readonly warnings: readonly ConfigProblem[] };

export function loadConfig(request: LoadRequest): LoadedConfig | RefusedConfig {
  return new Loading(request).run();
}

/**
 * Where the data folder is, of a file whose rest may be wrong or lack its secrets: whoever asks a running system, or stops it, need not
 * be able to start it.
 * @returns undefined where the file does not say even that
 */
export function dataFolderIn(request: LoadRequest): string | undefined {
  return new Loading(request).dataFolder();
}

type About = { readonly path: Path; readonly message: string; readonly hint?: string };

class Loading {
  readonly #request: LoadRequest;
  readonly #problems: ConfigProblem[] = [];
  readonly #struckOut: Origin[] = []; // what no excerpt may show

  constructor(request: LoadRequest) {
    this.#request = request;
  }

  run(): LoadedConfig | RefusedConfig {
    const layered = this.#layers();
    if (layered === undefined) return this.#refused();
    const tree = this.#fillIn(this.#withOptions(this.#withVariables(layered)));
    const checked = rootSchema.safeParse(toPlain(tree));
    if (!checked.success) for (const issue of checked.error.issues) this.#sayIssue(tree, issue);
    const config = checked.success && this.#errors().length === 0 ? completed(checked.data) : undefined;
    if (config !== undefined) for (const finding of findingsIn(config)) this.#sayFinding(tree, finding);
    for (const finding of writtenSecrets(tree)) this.#sayFinding(tree, finding);
    if (config === undefined || this.#errors().length > 0) return this.#refused();
    return { ok: true, config, warnings: this.#sorted(), origins: originsOf(tree) };
  }

  dataFolder(): string | undefined {
    const layered = this.#layers();
    if (layered === undefined) return undefined;
    const { tree: found, exact } = nearestTo(this.#fillIn(this.#withVariables(layered)), ['storage', 'dir']);
    if (this.#problems.some(({ path }) => path === '' || path === 'storage.dir')) return undefined; // '': a whole layer is missing, which might have named it
    if (!exact) return String(schemaAt(['storage', 'dir'])?.default);
    return found.kind === 'scalar' && typeof found.value === 'string' && found.value !== '' ? found.value : undefined;
  }

  #layers(): Tree | undefined {
    const { file } = this.#request;
    const main = this.#layer('main', file);
    if (main === undefined) return undefined;
    const environment = this.#environmentIn(main);
    const stem = file.replace(/\.jsonc?$/, '');
    const ending = file.slice(stem.length);
    const named = /^[a-z0-9-]+$/.test(environment); // anything else is refused by the schema, and is no part of a path
    const above = [named ? this.#layer('environment', `${stem}.${environment}${ending}`) : undefined, this.#layer('local', `${stem}.local${ending}`)];
    return above.reduce<Tree>((tree, layer) => (layer === undefined ? tree : merge(tree, layer)), main);
  }

  #environmentIn(main: Tree): string {
    const { environment } = this.#request;
    if (environment !== undefined) return environment;
    const { tree, exact } = nearestTo(main, ['instance', 'environment']);
    return exact && tree.kind === 'scalar' && typeof tree.value === 'string' ? tree.value : 'development';
  }

  #layer(kind: 'main' | 'environment' | 'local', path: string): Tree | undefined {
    let text: string | undefined;
    try {
      text = this.#request.readFile(path);
    } catch (thrown) {
      this.#say({ layer: { kind, name: path, text: '' }, at: 0, end: 0 }, 'BW-1200', { path: [], message: `the file cannot be read: ${reasonOf(thrown)}`, hint: 'check who may read it' });
      return undefined;
    }
    if (text === undefined) {
      if (kind === 'main') this.#say({ layer: { kind, name: path, text: '' }, at: 0, end: 0 }, 'BW-1200', { path: [], message: 'there is no such file', hint: 'name the configuration with --config' });
      return undefined;
    }
    const layer: Layer = { kind, name: path, text };
    const reading = readJson(text, 'with-comments');
    if (reading.ok && reading.node.kind === 'object') {
      const tree = treeOf(reading.node, layer);
      this.#struckOut.push(...hiddenPlaces(tree));
      return tree;
    }
    this.#struckOut.push(...everyText(layer));
    if (reading.ok) this.#say({ layer, at: reading.node.at, end: reading.node.end }, 'BW-1204', { path: [], message: 'the file does not hold one object', hint: 'begin with "{"' });
    else {
      const { kind: fault, at, problem } = reading.problem;
      // Nothing is known of the keys of a broken file, so a value that may be a secret is not shown.
      const shown = !/"(?:secret|keyId)"\s*:[^,}]*$/i.test(text.slice(0, at));
      this.#say({ layer: shown ? layer : { ...layer, text: '' }, at, end: at + 1 }, fault === 'duplicate-key' ? 'BW-1209' : 'BW-1201', { path: [], message: shown ? problem : `the file is not JSON at line ${lineAndColumn(text, at).line}, in the value of a secret` });
    }
    return undefined;
  }

  #withVariables(tree: Tree): Tree {
    let result = tree;
    for (const variable of variablesOf(this.#request.env)) {
      const origin: Origin = { layer: { kind: 'variable', name: variable.name, text: '' }, at: 0, end: 0 };
      const found = locate(variable, result);
      if (!found.ok) {
        this.#say(origin, 'BW-1211', { path: [], message: found.message, hint: found.hint });
        continue;
      }
      const text = found.fromFile ? this.#fileOf(variable.value, origin) : variable.value;
      if (text !== undefined) result = withValue(result, found.path, fromPlain(valueFor(found.path, text), origin));
    }
    return result;
  }

  #fileOf(path: string, origin: Origin): string | undefined {
    const filled = substitute(`\${file:${path}}`, this.#outside());
    if (filled.ok) return filled.text;
    this.#say(origin, 'BW-1205', { path: [], message: filled.message, hint: filled.hint });
    return undefined;
  }

  #withOptions(tree: Tree): Tree {
    const { overrides = [], environment } = this.#request;
    const all = environment === undefined ? overrides : [{ path: ['instance', 'environment'], value: environment, name: '--env' }, ...overrides];
    return all.reduce<Tree>((result, { path, value, name }) => withValue(result, path, fromPlain(value, { layer: { kind: 'option', name, text: '' }, at: 0, end: 0 })), tree);
  }

  #fillIn(tree: Tree, path: Path = []): Tree {
    if (tree.kind === 'list') return { ...tree, items: tree.items.map((item, index) => this.#fillIn(item, [...path, index])) };
    if (tree.kind === 'object') return { ...tree, members: new Map([...tree.members].map(([key, member]) => [key, { ...member, value: this.#fillIn(member.value, [...path, key]) }])) };
    const { layer, at } = tree.origin;
    if (typeof tree.value !== 'string' || layer.kind === 'variable' || layer.kind === 'option') return tree;
    const filled = substitute(tree.value, this.#outside());
    if (filled.ok) return filled.filledIn === undefined ? { ...tree, value: filled.text } : { ...tree, value: filled.text, filledIn: filled.filledIn };
    const within = layer.text.slice(at).indexOf(filled.expression);
    const from = at + Math.max(0, within);
    this.#say({ layer, at: from, end: from + filled.expression.length }, 'BW-1205', { path, message: filled.message, hint: filled.hint });
    return { ...tree, filledIn: 'outside' }; // it was to come from there: no secret stands in the file
  }

  #outside(): Outside {
    const folder = dirname(this.#request.file);
    return { variables: this.#request.env, readFile: (path) => this.#request.readFile(isAbsolute(path) ? path : join(folder, path)) };
  }

  #sayIssue(tree: Tree, issue: z.core.$ZodIssue): void {
    const path = issue.path.filter((key) => typeof key !== 'symbol');
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) this.#sayUnknown(tree, [...path, key]);
      return;
    }
    const { tree: found, keyOrigin, exact } = nearestTo(tree, path);
    if (issue.code === 'invalid_key') {
      this.#say(keyOrigin ?? found.origin, 'BW-1202', { path, message: `"${String(path.at(-1))}" ${issue.issues[0]?.message ?? 'is not a name that may stand here'}` });
      return;
    }
    const schema = schemaAt(path);
    const example = schema?.examples?.[0] ?? schema?.enum?.[0] ?? schema?.const;
    const choices = schema?.enum?.map((choice) => JSON.stringify(choice)).join(', ');
    const hint = choices === undefined ? (example === undefined ? '' : `write ${JSON.stringify(example)}`) : `use one of ${choices}`;
    if (!exact) this.#say(keyOrigin ?? firstOf(found.origin), 'BW-1203', { path, message: 'is missing', hint });
    else this.#say(found.origin, 'BW-1204', { path, message: `${shownValue(found, schema?.writeOnly === true)}${wrongness(issue)}`, hint });
  }

  #sayUnknown(tree: Tree, path: Path): void {
    const parent = schemaAt(path.slice(0, -1));
    const known = Object.keys(parent?.properties ?? {});
    const meant = nearest(String(path.at(-1)), known);
    const hint = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean "${meant}"?`;
    const { tree: found, keyOrigin } = nearestTo(tree, path);
    this.#say(keyOrigin ?? found.origin, 'BW-1202', { path, message: 'is not a key that is known', hint });
  }

  #sayFinding(tree: Tree, { severity, code, path, message, hint }: Finding): void {
    const { tree: found, keyOrigin, exact } = nearestTo(tree, path);
    this.#say(exact ? found.origin : (keyOrigin ?? firstOf(found.origin)), code, { path, message, hint }, severity);
  }

  #say(origin: Origin, code: ConfigCode, { path, message, hint = '' }: About, severity: 'error' | 'warning' = 'error'): void {
    this.#problems.push(problemAt(origin, { severity, code, path: path.join('.'), message, hint }, this.#struckOut));
  }

  #errors(): ConfigProblem[] {
    return this.#sorted().filter(({ severity }) => severity === 'error');
  }

  #sorted(): ConfigProblem[] {
    return this.#problems.toSorted((a, b) => (a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1));
  }

  #refused(): RefusedConfig {
    return { ok: false, errors: this.#errors(), warnings: this.#sorted().filter(({ severity }) => severity === 'warning') };
  }
}

/** Of a whole object only its first character: an excerpt that underlines everything points at nothing. */
const firstOf = (origin: Origin): Origin => ({ ...origin, end: origin.at + 1 });

/** A value may be repeated in a message when it stands in the file as it is; what came from elsewhere may be anybody's secret. */
function shownValue(tree: Tree, secret: boolean): string {
  if (secret || tree.kind !== 'scalar' || tree.filledIn !== undefined || tree.origin.layer.kind === 'variable') return '';
  const text = JSON.stringify(tree.value);
  return `${text.length > 60 ? `${text.slice(0, 60)}…` : text} `;
}

const kinds: Readonly<Record<string, string>> = { string: 'a text', object: 'an object', record: 'an object', array: 'a list', boolean: 'true or false', number: 'a number' };

/** The schema words its own refusals, except for the two that every value can meet. */
function wrongness(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return Object.hasOwn(kinds, issue.expected) ? `is not ${kinds[issue.expected]}` : issue.message;
  return issue.code === 'invalid_value' && issue.message.startsWith('Invalid') ? 'is not one of the words that are known' : issue.message;
}

/** Secrets, and whatever stands under a key that nobody knows: it may be a secret with a slip in its name. */
function hiddenPlaces(tree: Tree): Origin[] {
  return leavesOf(tree).filter(({ path, tree: leaf }) => (schemaAt(path)?.writeOnly ?? schemaAt(path) === undefined) && !isNameAlone(leaf.value)).map(({ tree: leaf }) => leaf.origin);
}

/** It says where a secret comes from, and nothing of the secret: a default would. */
const isNameAlone = (value: unknown): boolean => typeof value === 'string' && /^\$\{(?:file:[^}:]+|[A-Za-z_]\w*)\}$/.test(value);

/** Of a file that cannot be read as JSON: whatever looks like the text behind a key. */
function everyText(layer: Layer): Origin[] {
  return [...layer.text.matchAll(/:\s*("(?:[^"\\\n]|\\.)*"?)/g)].map((found) => ({ layer, at: found.index + found[0].length - (found[1] ?? '').length, end: found.index + found[0].length }));
}

function originsOf(tree: Tree): ReadonlyMap<string, string> {
  return new Map(leavesOf(tree).map(({ path, tree: { origin: { layer, at } } }) => {
    if (layer.text === '') return [path.join('.'), layer.name];
    const { line, column } = lineAndColumn(layer.text, at);
    return [path.join('.'), `${layer.name}:${line}:${column}`];
  }));
}

/** Secrets in the main file, which is the one that gets shared. Where no real or paper money is behind them they may stand there. */
function writtenSecrets(tree: Tree): Finding[] {
  const plain = (path: Path): unknown => {
    const { tree: found, exact } = nearestTo(tree, path);
    return exact && found.kind === 'scalar' ? found.value : undefined;
  };
  const simulated = ({ path }: Leaf): boolean => {
    const venue = path[0] === 'venues' ? path[1] : plain([...path.slice(0, -1), 'venue']);
    return typeof venue === 'string' && plain(['venues', venue, 'money']) === 'sim';
  };
  const production = plain(['instance', 'environment']) === 'production';
  return leavesOf(tree)
    .filter((leaf) => schemaAt(leaf.path)?.writeOnly === true && leaf.tree.origin.layer.kind === 'main' && leaf.tree.filledIn !== 'outside' && leaf.tree.value !== '' && !simulated(leaf))
    .map(({ path }) => ({
      severity: production ? 'error' : 'warning', code: 'BW-1207', path, message: 'a secret is written into the main file',
      hint: 'write "${NAME}" or "${file:secrets/name}", or put it into the local file',
    }));
}
