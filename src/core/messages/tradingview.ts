/**
 * What TradingView posts: the text of an alert after its placeholders were filled in. The text is the user's, so its
 * dialect is told by its shape, or fixed for the source; the content type says nothing reliable and is not looked at.
 *
 * A list of orders in one body is taken whole or not at all, and every order in it has a key of its own.
 */
import { readJson } from '../../base/index.ts';
import type { JsonNode } from '../../base/index.ts';
import { ownerFields } from '../orders/index.ts';
import type { OwnerField } from '../orders/index.ts';
import type { Asked } from './asked.ts';
import { namedInAlert, ownerFor } from './attribution.ts';
import type { Attribution, Named } from './attribution.ts';
import { dialectOfObject, dialectOfText, inJson, inText } from './dialects.ts';
import type { Dialect } from './dialects.ts';
import { believable, isEmptyWord } from './fields.ts';
import type { JsonObject } from './fields.ts';
import { formOf } from './freqtrade.ts';
import { keyOf } from './key.ts';
import { malformed, MalformedError, orMalformed, quoted } from './malformed.ts';
import type { Malformed } from './malformed.ts';
import { carriesExchangeKeys, presentedSecret, sensitiveTexts } from './secrets.ts';
import { contentOf } from './signal.ts';
import type { Signal } from './signal.ts';
import { matchTemplate } from './template.ts';
import type { Meaning, Template } from './template.ts';
import { timeMs } from './time.ts';
import { wantedBy } from './wish.ts';
import type { Policy } from './wish.ts';
import { secretOfCode } from './wundertrading.ts';

/** By what a sign of life is known: a text that is this word, or an object with it in this field. */
export type HeartbeatRules = { readonly word: string; readonly field: string };
export type SourceRules = Policy & {
  readonly name: string;
  readonly strategy: string;
  readonly dialect: Dialect | 'auto';
  readonly template?: Template; // for the dialect `text`
  readonly units?: 'base'; // what a quantity counts where its dialect leaves that open
  readonly heartbeat?: HeartbeatRules;
  readonly attribution?: Attribution;
};
export type Reading = {
  readonly outcome: { readonly kind: 'signal'; readonly signal: Signal } | { readonly kind: 'signals'; readonly signals: readonly Signal[] } | { readonly kind: 'heartbeat' } | Malformed;
  readonly dialect: Dialect | undefined;
  readonly presentedSecret: string | undefined; // to be compared in constant time, before anything else is believed
  readonly sensitive: readonly string[]; // what `redact` must take out of the body before it is kept
};

const MOST_ORDERS = 50; // in one body

/** @param body decoded as UTF-8, within the size the source may send */
export function readTradingView(body: string, source: SourceRules): Reading {
  const looksLikeJson = /^\s*[[{]/.test(body.replace(/^\uFEFF/, ''));
  if (!looksLikeJson) {
    const beat = beatIn(body, source);
    if (beat !== undefined) return beat;
    const dialect = source.dialect !== 'auto' ? source.dialect : source.template !== undefined ? 'text' : dialectOfText(body);
    if (dialect === 'text') return readTemplate(body, source);
    if (dialect !== undefined && inText[dialect]?.fits(body) === true) return readPlain(body, dialect, source);
    if (dialect === undefined || dialect === 'freqtrade') {
      const form = orMalformed(() => ({ kind: 'form' as const, object: formOf(body) }));
      if (form.kind === 'malformed') return unread(form);
      if (form.object !== undefined) return readOne(form.object, source);
    }
  } else if (source.dialect === 'text') return readTemplate(body, source);
  const reading = readJson(body);
  if (reading.ok) return readNode(reading.node, source);
  const { kind, problem, at, found } = reading.problem;
  // An unquoted placeholder without a value spoils the JSON around it; that is a missing value, not an unreadable body.
  return unread(kind === 'not-a-value' && looksLikeJson && (isEmptyWord(found) || /^[,}\]]$/.test(found))
    ? malformed('not-a-number', `A value is missing or not a number at character ${at + 1}: ${problem}.`)
    : malformed('not-json', `The body is not JSON at character ${at + 1}: ${problem}.${/[“”]/.test(body) ? ' It has curly quotes; use straight ones.' : ''}`));
}

const unread = (outcome: Malformed): Reading => ({ outcome, dialect: undefined, presentedSecret: undefined, sensitive: [] });

function beatIn(text: string, { heartbeat }: SourceRules): Reading | undefined {
  if (heartbeat === undefined) return undefined;
  const [first, secret, ...rest] = text.trim().split(/\s+/);
  if (first !== heartbeat.word || rest.length > 0) return undefined;
  return { outcome: { kind: 'heartbeat' }, dialect: 'text', presentedSecret: secret, sensitive: secret === undefined ? [] : [secret] };
}

function readNode(node: JsonNode, source: SourceRules): Reading {
  if (node.kind === 'object') return readOne(node, source);
  const objects = node.kind === 'list' ? node.items.filter((item): item is JsonObject => item.kind === 'object') : [];
  const lists = source.dialect === 'alerts-processor' || source.dialect === 'auto';
  if (node.kind !== 'list' || objects.length !== node.items.length || objects.length === 0 || !lists || !objects.every((item) => dialectOfObject(item) === 'alerts-processor' || source.dialect !== 'auto')) {
    return { ...unread(malformed('unknown-shape', `The body is a ${node.kind}, not one order. Send one order in each request; only alerts-processor has lists of them.`)), sensitive: objects.flatMap(sensitiveTexts) };
  }
  return readList(objects, source);
}

function readList(objects: readonly JsonObject[], source: SourceRules): Reading {
  const secrets = new Set(objects.map((object) => presentedSecret(object, 'stub')));
  const seen = new Map<string, number>();
  const outcome = orMalformed(() => {
    if (objects.length > MOST_ORDERS) throw new MalformedError('unsupported', `The list has ${objects.length} orders; at most ${MOST_ORDERS} are taken at once.`);
    if (secrets.size > 1) throw new MalformedError('contradiction', 'The orders of the list name different secrets. Send one list for each source.');
    const signals = objects.map((object, index) => {
      const asked = askedOf(object, 'alerts-processor', source, `order ${index + 1} of ${objects.length}: `);
      const twin = (seen.get(asked.canonicalBody) ?? 0) + 1;
      seen.set(asked.canonicalBody, twin);
      return signalFrom(twin === 1 ? asked : { ...asked, canonicalBody: `${asked.canonicalBody}#${twin}` }, source, `order ${index + 1} of ${objects.length}: `);
    });
    if (new Set(signals.map(({ key }) => key)).size < signals.length) throw new MalformedError('bad-key', 'Two orders of the list have the same id.');
    return { kind: 'signals' as const, signals };
  });
  return { outcome, dialect: 'alerts-processor', presentedSecret: secrets.size === 1 ? [...secrets][0] : undefined, sensitive: objects.flatMap(sensitiveTexts) };
}

function readOne(object: JsonObject, source: SourceRules): Reading {
  const dialect = source.dialect === 'auto' ? dialectOfObject(object) : source.dialect;
  const named = presentedSecret(object, dialect === undefined ? undefined : inJson[dialect]?.secret);
  const secret = dialect === 'wundertrading' && named !== undefined ? secretOfCode(named) ?? named : named;
  const about = { dialect, presentedSecret: secret, sensitive: [...sensitiveTexts(object), ...(secret === undefined ? [] : [secret])].filter((text, index, all) => all.indexOf(text) === index && text.length > 3) };
  if (isBeat(object, source)) return { ...about, outcome: { kind: 'heartbeat' } };
  return { ...about, outcome: orMalformed(() => ({ kind: 'signal' as const, signal: signalFrom(askedOf(object, dialect, source), source) })) };
}

function isBeat(object: JsonObject, { heartbeat }: SourceRules): boolean {
  const node = heartbeat === undefined ? undefined : object.members.get(heartbeat.field)?.value;
  return node?.kind === 'string' && node.value.trim() === heartbeat?.word;
}

function askedOf(object: JsonObject, dialect: Dialect | undefined, source: SourceRules, where = ''): Asked {
  if (carriesExchangeKeys(object)) throw new MalformedError('exchange-keys', 'The body carries keys of an exchange account. They were not used and are not kept; change them, since they have travelled.');
  const known = dialect === undefined ? undefined : inJson[dialect];
  if (known === undefined) throw new MalformedError('unknown-shape', 'The body has neither "action" nor a "strategy" object, nor the shape of another order in a dialect that is understood.');
  return within(where, () => ({ ...known.read(object, source), named: namedInAlert(object) }));
}

function readPlain(body: string, dialect: Dialect, source: SourceRules): Reading {
  const secret = inText[dialect]?.secret(body);
  const outcome = orMalformed(() => {
    const asked = inText[dialect]?.read(body, source);
    if (asked === undefined) throw new MalformedError('unknown-shape', `The dialect ${dialect} has no plain text.`);
    return { kind: 'signal' as const, signal: signalFrom(asked, source) };
  });
  return { outcome, dialect, presentedSecret: secret, sensitive: secret === undefined ? [] : [secret] };
}

function readTemplate(body: string, source: SourceRules): Reading {
  const found = source.template === undefined ? undefined : matchTemplate(source.template, body);
  if (found === undefined) {
    const reason = source.template === undefined ? 'The source has no template, so plain text is not understood.' : 'The text does not have the form of the template of this source.';
    return { outcome: malformed('no-template-match', reason), dialect: 'text', presentedSecret: undefined, sensitive: [] };
  }
  const written = (meaning: Meaning): string | undefined => [...found.values()].find((hole) => hole.meaning === meaning)?.value;
  const secret = written('secret');
  const outcome = orMalformed(() => {
    const text = (meaning: Meaning): string | undefined => {
      const value = written(meaning);
      return value === undefined ? undefined : believable(meaning, value);
    };
    const kept = [...found].filter(([, hole]) => hole.meaning !== 'secret').map(([name, hole]) => [name, hole.value]);
    return {
      kind: 'signal' as const,
      signal: signalFrom({
        fields: {
          action: text('action'), ticker: text('ticker') ?? '', exchange: text('exchange'), sentiment: text('sentiment'), before: text('before'), size: text('size'), signedSize: text('signedSize'),
          quantity: text('quantity'), orderType: text('orderType'), limitPrice: text('limitPrice'), stopPrice: text('stopPrice'), timeInForce: text('timeInForce'),
        },
        named: namedBy(text),
        id: text('id'), time: text('time'), hasBarTime: text('barTime') !== undefined, canonicalBody: JSON.stringify(kept),
      }, source),
    };
  });
  return { outcome, dialect: 'text', presentedSecret: secret === '' ? undefined : secret, sensitive: secret === undefined ? [] : [secret] };
}

function signalFrom({ fields, named = {}, id, time, hasBarTime = false, maxLag, canonicalBody }: Asked, source: SourceRules, where = ''): Signal {
  return within(where, () => {
    const wanted = wantedBy(fields, source);
    return {
      source: source.name, strategy: source.strategy, owner: ownerFor(source, named), ...wanted,
      ...(time === undefined ? {} : { signalTimeMs: timeMs('time', time) }),
      ...(maxLag === undefined ? {} : { maxAgeMs: lagMs(maxLag) }),
      ...keyOf('tv', source.name, { id, hasTime: time !== undefined || hasBarTime, canonicalBody }), content: contentOf(wanted, named),
    };
  });
}

function namedBy(text: (meaning: OwnerField) => string | undefined): Named {
  const said = ownerFields.map((field) => [field, text(field)] as const).filter(([, name]) => name !== undefined);
  return Object.fromEntries(said) as Named;
}

function lagMs(written: string): number {
  if (!/^\d{1,6}$/.test(written)) throw new MalformedError('bad-time', `The lag allowed is ${quoted(written)}: whole seconds are needed.`);
  return Number(written) * 1_000;
}

/** Names the order of a list in what is wrong with it. */
function within<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (where === '' || !(thrown instanceof MalformedError)) throw thrown;
    throw new MalformedError(thrown.code, `${where}${thrown.message}`);
  }
}
