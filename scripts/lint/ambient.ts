/**
 * The lint rule that keeps the world outside out: no file reads a clock, sets a timer, draws a random number, makes
 * an id or asks for a locale by itself. Time, chance and ids come through ports, so that live trading, replay and the
 * simulator run the same code and give the same answer.
 *
 * Owns what counts as ambient. Does not own where it is allowed: .oxlintrc.json turns the rules off by folder.
 *
 *   A1. Refused by what is reached, not by how it is spelled: as a global, through `globalThis`, as an import.
 *   A2. A local name that happens to be called `setTimeout`, and a method of a port, are nobody's business.
 */
type Node = { readonly type: string; readonly [field: string]: unknown };
type Reference = { readonly identifier: Node & { readonly name: string } };
type Context = {
  report(finding: { node: Node; message: string }): void;
  readonly sourceCode: { readonly scopeManager: { readonly globalScope: { readonly through: readonly Reference[] } | null } };
};
type Rule = { create(context: Context): Record<string, (node: Node) => void> };

const insteadOf = {
  clock: 'read time through the Clock port',
  timer: 'set timers through the Clock port',
  chance: 'draw from the Random port',
  id: 'ask the Ids port',
  locale: 'results must not depend on the machine: compare with < and format in the dashboard',
  outside: 'reach it through a port; only edges/ and main.ts touch the outside',
};
type Kind = keyof typeof insteadOf;

const ambientGlobals = new Map<string, Kind>([
  ['performance', 'clock'], ['setTimeout', 'timer'], ['setInterval', 'timer'], ['setImmediate', 'timer'],
  ['clearTimeout', 'timer'], ['clearInterval', 'timer'], ['clearImmediate', 'timer'], ['Intl', 'locale'],
]);
const ambientMembers = new Map<string, Kind>([
  ['Date.now', 'clock'], ['Temporal.Now', 'clock'], ['process.hrtime', 'clock'], ['process.uptime', 'clock'],
  ['AbortSignal.timeout', 'timer'], ['Math.random', 'chance'],
]);
// These names mean one thing wherever they stand, so the object they are taken from does not matter.
const ambientMethods = new Map<string, Kind>([
  ['randomUUID', 'id'], ['randomUUIDv7', 'id'], ['randomBytes', 'chance'], ['randomInt', 'chance'], ['randomFill', 'chance'],
  ['randomFillSync', 'chance'], ['getRandomValues', 'chance'], ['hrtime', 'clock'],
  ['toLocaleString', 'locale'], ['toLocaleDateString', 'locale'], ['toLocaleTimeString', 'locale'],
  ['toLocaleUpperCase', 'locale'], ['toLocaleLowerCase', 'locale'], ['localeCompare', 'locale'],
]);
const ambientModules = new Map<string, Kind>([
  ['timers', 'timer'], ['timers/promises', 'timer'], ['perf_hooks', 'clock'],
]);
const outsideGlobals = new Set(['process', 'console', 'fetch', 'WebSocket', 'EventSource', 'navigator', 'require']);

const refusal = (what: string, kind: Kind): string => `${what} is not allowed here: ${insteadOf[kind]}.`;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

/** The dotted name of `a.b`, `a['b']` or `globalThis.a.b`; undefined for anything computed. */
function dotted(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Identifier') return node['name'] === 'globalThis' ? '' : String(node['name']);
  if (node.type === 'ChainExpression' || node.type === 'ParenthesizedExpression') return dotted(node['expression']);
  if (node.type !== 'MemberExpression') return undefined;
  const object = dotted(node['object']);
  const property = propertyName(node);
  if (object === undefined || property === undefined) return undefined;
  return object === '' ? property : `${object}.${property}`;
}

function propertyName(member: Node): string | undefined {
  const property = member['property'];
  if (!isNode(property)) return undefined;
  if (member['computed'] !== true) return String(property['name']);
  return property.type === 'Literal' && typeof property['value'] === 'string' ? property['value'] : undefined;
}

function moduleName(source: unknown): string | undefined {
  if (!isNode(source) || typeof source['value'] !== 'string') return undefined;
  return source['value'].replace(/^node:/, '');
}

const noAmbient: Rule = {
  create(context) {
    const refuse = (node: Node, what: string, kind: Kind): void => context.report({ node, message: refusal(what, kind) });
    const checkModule = (node: Node): void => {
      const name = moduleName(node['source']);
      const kind = name === undefined ? undefined : ambientModules.get(name);
      if (kind !== undefined) refuse(node, `"node:${name}"`, kind);
    };
    const checkImportedName = (node: Node): void => {
      const imported = node['imported'];
      if (!isNode(imported)) return;
      const name = String(imported['name'] ?? imported['value']);
      const kind = ambientMethods.get(name);
      if (kind !== undefined) refuse(node, name, kind);
    };
    const checkDate = (node: Node): void => {
      const bare = node.type === 'CallExpression' || (node['arguments'] as readonly unknown[]).length === 0;
      if (bare && dotted(node['callee']) === 'Date') refuse(node, 'Date without an instant', 'clock');
    };
    return {
      ImportDeclaration: checkModule,
      ExportNamedDeclaration: checkModule,
      ExportAllDeclaration: checkModule,
      ImportExpression: checkModule,
      ImportSpecifier: checkImportedName,
      NewExpression: checkDate,
      CallExpression: checkDate,
      MemberExpression(node) {
        const name = dotted(node);
        const method = propertyName(node);
        const kind = ambientMembers.get(name ?? '') ?? ambientMethods.get(method ?? '');
        if (kind !== undefined) return refuse(node, name ?? method ?? '', kind);
        const object = node['object'];
        if (!isNode(object) || object['name'] !== 'globalThis' || method === undefined) return;
        const global = ambientGlobals.get(method);
        if (global !== undefined) refuse(node, method, global);
      },
      // `const { now } = Date` and `const { random } = Math` take the same thing by another road.
      VariableDeclarator(node) {
        const pattern = node['id'];
        const object = dotted(node['init']);
        if (!isNode(pattern) || pattern.type !== 'ObjectPattern' || object === undefined) return;
        for (const property of pattern['properties'] as readonly Node[]) {
          const key = property['key'];
          if (!isNode(key)) continue;
          const name = `${object}.${String(key['name'])}`;
          const kind = ambientMembers.get(name) ?? (object === '' ? ambientGlobals.get(String(key['name'])) : undefined);
          if (kind !== undefined) refuse(property, name, kind);
        }
      },
      'Program:exit'() {
        for (const { identifier } of context.sourceCode.scopeManager.globalScope?.through ?? []) {
          const kind = ambientGlobals.get(identifier.name);
          if (kind !== undefined) refuse(identifier, identifier.name, kind); // A2: only names nobody declared
        }
      },
    };
  },
};

const noOutside: Rule = {
  create(context) {
    return {
      'Program:exit'() {
        for (const { identifier } of context.sourceCode.scopeManager.globalScope?.through ?? []) {
          if (!outsideGlobals.has(identifier.name)) continue;
          context.report({ node: identifier, message: refusal(identifier.name, 'outside') });
        }
      },
      MemberExpression(node) {
        const object = node['object'];
        const name = propertyName(node);
        if (!isNode(object) || object['name'] !== 'globalThis' || name === undefined || !outsideGlobals.has(name)) return;
        context.report({ node, message: refusal(name, 'outside') });
      },
    };
  },
};

export default { meta: { name: 'breakwater' }, rules: { 'no-ambient': noAmbient, 'no-outside': noOutside } };
