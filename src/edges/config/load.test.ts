import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'node:test';
import fc from 'fast-check';
import { configCodes, currencyOf, dataFolderIn, formatProblem, formatProblems, limitsFor, loadConfig, Secret } from './index.ts';
import type { ConfigProblem, LoadedConfig, LoadRequest } from './index.ts';

const others = {
  maxOrderQuantity: { default: '1' }, maxShort: { default: '0' }, maxNetValue: 'none', maxGrossValue: '100000 USD', rateMaxAge: '60s', buyingPower: 'reserved', maxSpread: { default: '1%' }, priceDrift: { default: '10% in 5m' },
  messageRate: { strategy: '20 in 10s', venue: '50 in 10s', system: '100 in 10s' }, repeats: '20 in 10m', duplicateWithin: '2s', selfMatch: 'refuse', permissions: { default: { default: 'both' } }, restricted: ['none'],
};
const sound = {
  version: 1,
  instance: { name: 'demo' },
  venues: { alpaca: { adapter: 'alpaca', money: 'sim', baseUrl: 'http://127.0.0.1:7350', keyId: 'key-4711', secret: 'hunter22', instruments: ['BTC/USD'] } },
  risk: { maxDailyLoss: '1500 USD' },
  limits: { maxOrderValue: { default: '5000 USD' }, maxPosition: { 'BTC/USD': '0.5' }, priceCollar: { default: '3%' }, priceMaxAge: '10s', signalMaxAge: '60s', ...others },
};
const source = { secret: 'open sesame', venue: 'alpaca', tickers: { BTCUSD: 'BTC/USD' } };
type Files = Readonly<Record<string, string>>;
const load = (files: Files | object, more: Partial<LoadRequest> = {}) => {
  const all: Files = 'b.json' in files ? (files as Files) : { 'b.json': JSON.stringify(files, null, 2) };
  return loadConfig({ file: 'b.json', env: {}, readFile: (path) => (Object.hasOwn(all, path) ? all[path] : undefined), ...more });
};
function loaded(files: Files | object, more: Partial<LoadRequest> = {}): LoadedConfig {
  const result = load(files, more);
  assert.ok(result.ok, result.ok ? '' : formatProblems(result.errors));
  return result;
}
function errorsOf(files: Files | object, more: Partial<LoadRequest> = {}): readonly ConfigProblem[] {
  const result = load(files, more);
  assert.ok(!result.ok, 'accepted');
  return result.errors;
}
const first = (files: Files | object, more: Partial<LoadRequest> = {}): ConfigProblem => errorsOf(files, more)[0]!;
const placed = ({ line, column, code, path, message, hint }: ConfigProblem) => ({ at: `${line}:${column}`, code, path, message, hint });

test('a small file is enough; what is left out has a safe default or is absent', () => {
  const { config, warnings } = loaded(sound);
  assert.deepEqual(warnings, []);
  assert.deepEqual(config.server, { listen: { host: '127.0.0.1', port: 7340 } });
  assert.deepEqual(config.venues['alpaca']?.timeouts, { submit: { ms: 5_000 }, cancel: { ms: 5_000 }, read: { ms: 5_000 } });
  assert.deepEqual(config.limits.maxOrderValue, { default: { amountText: '5000', asset: 'USD' } });
  assert.deepEqual(config.limits.priceCollar, { default: { ppm: 30_000 } });
  assert.deepEqual(config.reconciliation, { every: { ms: 30_000 }, maxAge: { ms: 300_000 }, tolerance: {} });
});

test('F1: a limit that is not written is absent, and each one that is missing is warned of', () => {
  const { config, warnings } = loaded({ ...sound, limits: {} });
  assert.deepEqual(config.limits, {});
  assert.deepEqual(limitsFor(config, 'BTC/USD'), {});
  assert.deepEqual(warnings.map(({ code, path }) => [code, path]), [
    ['BW-1210', 'limits.maxOrderValue.BTC/USD'], ['BW-1210', 'limits.maxPosition.BTC/USD'], ['BW-1210', 'limits.priceCollar.BTC/USD'],
    ...['maxOrderQuantity.BTC/USD', 'maxShort.BTC/USD', 'maxSpread.BTC/USD', 'priceDrift.BTC/USD', 'priceMaxAge', 'rateMaxAge', 'maxNetValue', 'maxGrossValue', 'buyingPower', 'repeats', 'duplicateWithin', 'selfMatch', 'permissions', 'restricted',
      'messageRate.strategy', 'messageRate.venue', 'messageRate.system'].map((key) => ['BW-1210', `limits.${key}`]),
  ]);
  assert.deepEqual(loaded({ ...sound, limits: undefined }).warnings.map(({ path }) => path), warnings.map(({ path }) => path));
  const keys = Object.keys(sound.limits).filter((key) => key !== 'signalMaxAge');
  for (const key of keys) {
    const { [key as keyof typeof sound.limits]: _gone, ...rest } = sound.limits;
    assert.ok(loaded({ ...sound, limits: rest }).warnings.some(({ code, path }) => code === 'BW-1210' && path.startsWith(`limits.${key}`)), key);
  }
});

test('the account is valued in the currency that is named, that of its loss, or the one that all instruments have', () => {
  const of = (risk: object, instruments: readonly string[] = ['BTC/USD']): string | undefined =>
    currencyOf(loaded({ ...sound, risk, venues: { alpaca: { ...sound.venues.alpaca, instruments } } }).config);
  assert.deepEqual([of({ currency: 'EUR' }), of({ maxDailyLoss: '5 EUR' }), of({}), of({}, ['BTC/USD', 'BTC/USDC'])], ['EUR', 'EUR', 'USD', undefined]);
  assert.deepEqual(loaded({ ...sound, risk: {} }).warnings.map(({ code, path }) => [code, path]), [['BW-1210', 'risk.maxDailyLoss']]);
  assert.equal(first({ ...sound, risk: { currency: 'EUR', maxDailyLoss: '5 USD' } }).code, 'BW-1208');
  assert.equal(loaded({ ...sound, risk: { dayTurnsAt: '17:30' } }).config.risk.dayTurnsAt, 1_050);
  assert.equal(first({ ...sound, risk: { dayTurnsAt: '24:00' } }).path, 'risk.dayTurnsAt');
});

test('how long is waited for components and for the steps of a kill is written within bounds', () => {
  const { health, kill } = loaded(sound).config;
  assert.deepEqual(health, { every: { ms: 5_000 }, timeout: { ms: 30_000 }, failures: 3 });
  assert.deepEqual([kill.cancelWithin.ms, kill.confirmWithin.ms, kill.limitRounds, kill.collar.ppm], [2_000, 60_000, 2, 10_000]);
  assert.equal(loaded({ ...sound, kill: { closeWithin: '1m' } }).config.kill.closeWithin.ms, 60_000);
  for (const [changed, path] of [[{ health: { every: '100ms' } }, 'health.every'], [{ health: { failures: 0 } }, 'health.failures'], [{ kill: { confirmWithin: '2s' } }, 'kill.confirmWithin'], [{ kill: { collar: '30%' } }, 'kill.collar'], [{ kill: { retryMost: '1h' } }, 'kill.retryMost']] as const) {
    assert.deepEqual([first({ ...sound, ...changed }).code, first({ ...sound, ...changed }).path], ['BW-1204', path]);
  }
  assert.deepEqual([first({ ...sound, health: { every: '20s' } }).code, first({ ...sound, health: { every: '20s' } }).path], ['BW-1208', 'health.timeout']);
});

test('controls that only observe are warned of where the money is real, and nowhere else', () => {
  const warned = (money: string, observe: readonly string[]) => loaded({ ...sound, venues: { alpaca: { ...sound.venues.alpaca, money, ...(money === 'sim' ? {} : { baseUrl: undefined }) } }, limits: { ...sound.limits, observe } }).warnings.filter(({ code }) => code === 'BW-1212').map(({ code, message }) => `${code} ${message}`);
  assert.deepEqual([warned('paper', ['all']), warned('live', [])], [[], []]);
  assert.match(warned('live', ['all'])[0] ?? '', /^BW-1212 .*no control blocks anything, and alpaca trades REAL MONEY/);
  assert.match(warned('live', ['position', 'spread'])[0] ?? '', /^BW-1212 .*position, spread block nothing/);
});

test('an order value in another currency than the quote asset counts where what is traded gives a rate, and is an error or missing elsewhere', () => {
  const { config, warnings } = loaded({
    ...sound, venues: { alpaca: { ...sound.venues.alpaca, instruments: ['BTC/USD', 'BTC/USDC'] } }, limits: { ...sound.limits, maxPosition: { 'BTC/USD': '1', 'BTC/USDC': '1' } },
  });
  assert.deepEqual(limitsFor(config, 'BTC/USD'), { maxOrderValue: { amountText: '5000', asset: 'USD' }, maxPositionText: '1', priceCollar: { ppm: 30_000 }, priceMaxAge: { ms: 10_000 } });
  assert.deepEqual(limitsFor(config, 'BTC/USDC').maxOrderValue, { amountText: '5000', asset: 'USD' }, 'a default in another currency holds too: it is converted');
  assert.deepEqual(warnings, [], 'BTC/USDC and BTC/USD lead from one to the other');
  const strange = { ...sound, venues: { alpaca: { ...sound.venues.alpaca, instruments: ['BTC/USD', 'ETH/EUR'] } }, limits: { ...sound.limits, maxPosition: { 'BTC/USD': '1', 'ETH/EUR': '1' } } };
  assert.deepEqual(loaded({ ...strange, risk: { ...sound.risk, currency: 'USD' } }).warnings.map(({ path }) => path), ['limits.maxOrderValue.ETH/EUR']);
  const { code, path } = first({ ...strange, limits: { ...strange.limits, maxOrderValue: { default: '5000 USD', 'ETH/EUR': '5000 USD' } } });
  assert.deepEqual([code, path], ['BW-1208', 'limits.maxOrderValue.ETH/EUR']);
});

test('F2: secrets are never printed: not inspected, not serialised, not in a message, not in an excerpt', () => {
  const { config, origins } = loaded({ ...sound, signals: { tradingview: { sources: { demo: source } } } });
  const everything = [inspect(config, { depth: 20 }), inspect(config, { depth: 20, showHidden: true, customInspect: false }), JSON.stringify(config), String(config.venues['alpaca']?.secret), JSON.stringify([...origins])].join('\n');
  for (const secret of ['key-4711', 'hunter22', 'open sesame']) assert.ok(!everything.includes(secret), secret);
  assert.match(everything, /«secret [0-9a-f]{4}»/);
  assert.equal(config.venues['alpaca']?.secret.reveal(), 'hunter22');
  assert.equal(String(new Secret('a')), String(new Secret('a')));
  assert.notEqual(String(new Secret('a')), String(new Secret('b')));
});

test('F2: no message shows a secret, whatever else is wrong beside it', () => {
  const secret = 'hunter2-hunter2';
  const venue = (inner: string) => `{ "version": 1, "instance": { "name": "x" }, "venues": { "alpaca": { ${inner} } } }`;
  const texts = [
    venue(`"secret": "${secret}", "money": 3`), venue(`"sceret": "${secret}"`), venue(`"secret": ["${secret}"]`), venue(`"secret": { "a": "${secret}" }`), venue(`"keyId": "\${NOPE}", "secret": "${secret}"`),
    venue(`"secret": "${secret}", "secret": "${secret}"`), venue(`"secret": "${secret}" "money": 3`), venue(`"secret": ${secret}`), venue(`"secret": "${secret}`), venue(`"secret": "${secret}", "money" 3`),
    venue(`"secret":\n${secret}`), venue(`"secret": "${secret}", "money": "\${LEAK}", "baseUrl": "\${LEAK}"`), venue(`"secret": "${secret}\${file:none}"`),
  ];
  for (const text of texts) {
    for (const environment of ['development', 'production']) {
      const shown = formatProblems(errorsOf({ 'b.json': text }, { env: { LEAK: secret, BREAKWATER__LIMITS__PRICEMAXAGE: secret, BREAKWATER__SECRET: secret }, environment }));
      assert.ok(!shown.includes('hunter2'), `${text}\n${shown}`);
    }
  }
  assert.ok(!formatProblems(errorsOf({ 'b.json': venue('"secret": 8675309') })).includes('8675309'));
  const overlaid = errorsOf({ 'b.json': `{ "venues": { "alpaca": { "secret": "${secret}", "money": 3 } } }`, 'b.local.json': '{ "venues": { "alpaca": { "secret": "other" } } }' });
  assert.ok(!formatProblems(overlaid).includes('hunter2'));
});

test('F3, F4: every problem of a file is found at once, each at its place', () => {
  const text = `{
  // what can go wrong
  "version": 2,
  "instence": {},
  "instance": { "name": "Demo", "timeZone": "Mars/Olympus" },
  "server": { "listen": "127.0.0.1" },
  "venues": {
    "alpaca": {
      "adapter": "alpacca", "money": "sim",
      "keyId": "\${NOPE}",
      "sceret": "x",
      "instruments": ["BTC/USD", "btc"],
      "timeouts": { "read": "5", "submit": "5 parsecs" }
    }
  },
  "limits": { "maxOrderValue": { "BTC/USD": "1500", "default": "5 usd" }, "priceCollar": { "default": "3", "BTC/USD": 3 }, "priceMaxAge": true },
  "storage": { "snapshotEvery": 0 },
}
`;
  assert.deepEqual(errorsOf({ 'b.json': text }).map(placed), [
    { at: '3:14', code: 'BW-1204', path: 'version', message: '2 is not 1, the only version of this file there is', hint: 'write 1' },
    { at: '4:3', code: 'BW-1202', path: 'instence', message: 'is not a key that is known', hint: 'did you mean "instance"?' },
    { at: '5:25', code: 'BW-1204', path: 'instance.name', message: '"Demo" is not a name: small letters, digits and "-", a letter first, at most 32', hint: 'write "demo"' },
    { at: '5:45', code: 'BW-1204', path: 'instance.timeZone', message: '"Mars/Olympus" is not a time zone', hint: 'write "Europe/Amsterdam"' },
    { at: '6:25', code: 'BW-1204', path: 'server.listen', message: '"127.0.0.1" is not an address and a port', hint: 'write "127.0.0.1:7340"' },
    { at: '8:5', code: 'BW-1203', path: 'venues.alpaca.secret', message: 'is missing', hint: 'write "${VARIABLE}"' },
    { at: '9:18', code: 'BW-1204', path: 'venues.alpaca.adapter', message: '"alpacca" is not one of the words that are known', hint: 'use one of "alpaca"' },
    { at: '10:17', code: 'BW-1205', path: 'venues.alpaca.keyId', message: 'the environment variable NOPE is not set', hint: 'set NOPE, or give a default with ${NOPE:-…}' },
    { at: '11:7', code: 'BW-1202', path: 'venues.alpaca.sceret', message: 'is not a key that is known', hint: 'did you mean "secret"?' },
    { at: '12:34', code: 'BW-1204', path: 'venues.alpaca.instruments.1', message: '"btc" is not an instrument: base, "/" and quote in capital letters', hint: 'write "BTC/USD"' },
    { at: '13:29', code: 'BW-1204', path: 'venues.alpaca.timeouts.read', message: '"5" has no unit of time', hint: 'write "5s"' },
    { at: '13:44', code: 'BW-1204', path: 'venues.alpaca.timeouts.submit', message: '"5 parsecs" is not a duration', hint: 'write "5s"' },
    { at: '16:45', code: 'BW-1204', path: 'limits.maxOrderValue.BTC/USD', message: '"1500" has no currency', hint: 'write "1500 USD"' },
    { at: '16:64', code: 'BW-1204', path: 'limits.maxOrderValue.default', message: '"5 usd" has a currency that is not written in capital letters', hint: 'write "1500 USD"' },
    { at: '16:103', code: 'BW-1204', path: 'limits.priceCollar.default', message: '"3" has no percent sign', hint: 'write "3%"' },
    { at: '16:119', code: 'BW-1204', path: 'limits.priceCollar.BTC/USD', message: '3 is not a text', hint: 'write "3%"' },
    { at: '16:139', code: 'BW-1204', path: 'limits.priceMaxAge', message: 'true is not a text', hint: 'write "10s"' },
    { at: '17:33', code: 'BW-1204', path: 'storage.snapshotEvery', message: '0 is less than 1', hint: '' },
  ]);
});

test('a problem is shown with its line, its place underlined and what to write', () => {
  const problem = first({ 'b.json': JSON.stringify(sound).replace('"limits":{', '\n  "limits":{').replace('"5000 USD"', '"5000"').replace('"signalMaxAge":"60s",', '"signalMaxAge":"60s",\n') });
  assert.equal(formatProblem(problem), [
    'b.json:2:40  error BW-1204  limits.maxOrderValue.default: "5000" has no currency',
    '    2 |   "limits":{"maxOrderValue":{"default":"5000"},"maxPosition":{"BTC/USD":"0.5"},"priceCollar":{"default":"3%"},"priceMaxAge":"10s","signalMaxAge":"60s",',
    '      |                                        ^^^^^^  write "1500 USD"',
  ].join('\n'));
  assert.match(formatProblems([problem, { ...problem, severity: 'warning' }]), /\n1 error, 1 warning$/);
});

test('a file that is no JSON is told by its place; one that is missing or unreadable by its name', () => {
  assert.deepEqual(placed(first({ 'b.json': '{\n  "version": 1\n  "instance": {}\n}' })), { at: '3:3', code: 'BW-1201', path: '', message: 'a "," or "}" is missing', hint: '' });
  assert.deepEqual(placed(first({ 'b.json': '{ "version": 1,\n "version": 2 }' })), { at: '2:2', code: 'BW-1209', path: '', message: 'the key "version" stands twice in the same object', hint: '' });
  assert.deepEqual(placed(first({ 'b.json': '[]' })), { at: '1:1', code: 'BW-1204', path: '', message: 'the file does not hold one object', hint: 'begin with "{"' });
  assert.equal(formatProblem(first({}, { file: 'none.json' })), 'none.json  error BW-1200  there is no such file\n      name the configuration with --config');
  assert.match(first(sound, { readFile: () => { throw new Error('EACCES: permission denied'); } }).message, /cannot be read: EACCES/);
  assert.deepEqual(errorsOf({ 'b.json': JSON.stringify(sound), 'b.local.json': '{' }).map(({ file, code }) => [file, code]), [['b.local.json', 'BW-1201']]);
});

test('layers: later files win, objects merge, lists are replaced, and every value knows where it is from', () => {
  const files = {
    'b.json': JSON.stringify({ ...sound, venues: { alpaca: { ...sound.venues.alpaca, instruments: ['BTC/USD', 'ETH/USD'] } }, instance: { name: 'demo', environment: 'staging' } }),
    'b.staging.json': '{ "venues": { "alpaca": { "instruments": ["BTC/USD"],\n "secret": "staged" } }, "logs": { "level": "debug" } }',
    'b.production.json': '{ "logs": { "level": "error" } }',
    'b.local.json': '{ "logs": { "level": "warn" } }',
  };
  const { config, origins } = loaded(files);
  assert.deepEqual(config.venues['alpaca']?.instruments, ['BTC/USD']);
  assert.equal(config.venues['alpaca']?.secret.reveal(), 'staged');
  assert.equal(config.venues['alpaca']?.keyId.reveal(), 'key-4711');
  assert.equal(config.logs.level, 'warn');
  assert.equal(origins.get('venues.alpaca.secret'), 'b.staging.json:2:12');
  const live = loaded({ ...files, 'b.local.json': '{}' }, { environment: 'production' });
  assert.deepEqual([live.config.logs.level, live.config.instance.environment, live.origins.get('instance.environment')], ['error', 'production', '--env']);
});

test('variables come after files, options after variables', () => {
  const env = {
    BREAKWATER__SERVER__LISTEN: '0.0.0.0:80', BREAKWATER__VENUES__ALPACA__BASE_URL: 'http://127.0.0.1:1', BREAKWATER__STORAGE__SNAPSHOT_EVERY: '7',
    BREAKWATER__VENUES__ALPACA__INSTRUMENTS: 'BTC/USD, ETH/USD', BREAKWATER__LIMITS__MAXPOSITION__BTCUSD: '2', BREAKWATER__VENUES__ALPACA__SECRET_FILE: 'keys/alpaca', PATH: '/bin',
    BREAKWATER__LIMITS__MAXPOSITION: undefined,
  };
  const files = { 'b.json': JSON.stringify({ ...sound, limits: { ...sound.limits, maxPosition: { 'BTC/USD': '1', 'ETH/USD': '1' } } }), 'keys/alpaca': 'from-file\n' };
  const { config, origins } = loaded(files, { env: { ...env, BREAKWATER__VENUES__ALPACA__INSTRUMENTS: '["BTC/USD","ETH/USD"]' } });
  assert.deepEqual(loaded(files, { env }).config, config);
  assert.deepEqual(config.server.listen, { host: '0.0.0.0', port: 80 });
  assert.equal(config.venues['alpaca']?.baseUrl, 'http://127.0.0.1:1');
  assert.equal(config.storage.snapshotEvery, 7);
  assert.deepEqual(config.venues['alpaca']?.instruments, ['BTC/USD', 'ETH/USD']);
  assert.equal(config.limits.maxPosition?.['BTC/USD'], '2');
  assert.equal(config.venues['alpaca']?.secret.reveal(), 'from-file');
  assert.equal(origins.get('server.listen'), 'BREAKWATER__SERVER__LISTEN');
  const overridden = loaded(files, { env, overrides: [{ path: ['server', 'listen'], value: '127.0.0.1:0', name: '--listen' }, { path: ['storage', 'dir'], value: '/tmp/x', name: '--data' }] });
  assert.deepEqual([overridden.config.server.listen.port, overridden.config.storage.dir, overridden.origins.get('storage.dir')], [0, '/tmp/x', '--data']);
});

test('a variable that names no key is an error with a suggestion, and one with a bad value is named', () => {
  assert.equal(formatProblem(first(sound, { env: { BREAKWATER__SERVER__LISTN: 'x' } })), 'BREAKWATER__SERVER__LISTN  error BW-1211  no key "server.LISTN" is known\n      did you mean "server.listen"?');
  assert.equal(formatProblem(first(sound, { env: { BREAKWATER__SERVER__LISTEN: 'x' } })), 'BREAKWATER__SERVER__LISTEN  error BW-1204  server.listen: is not an address and a port\n      write "127.0.0.1:7340"');
  assert.equal(first(sound, { env: { BREAKWATER__STORAGE__SNAPSHOTEVERY: 'many' } }).message, 'is not a number');
  assert.equal(first(sound, { env: { BREAKWATER__VENUES__ALPACA__SECRET_FILE: 'none' } }).code, 'BW-1205');
});

test('values from elsewhere: variables, defaults, messages, files, and a literal for the sign itself', () => {
  const baseUrl = (text: string, more: Partial<LoadRequest> = {}) => loaded({ 'b.json': JSON.stringify({ ...sound, instance: { name: 'demo', environment: 'x' }, storage: { dir: text } }), 'secrets/dir': 'from-file\n' }, more).config.storage.dir;
  assert.equal(baseUrl('${DIR}/a', { env: { DIR: '/data' } }), '/data/a');
  assert.equal(baseUrl('${DIR:-/default}'), '/default');
  assert.equal(baseUrl('${DIR:-/default}', { env: { DIR: '' } }), '/default');
  assert.equal(baseUrl('${file:secrets/dir}'), 'from-file');
  assert.equal(baseUrl('$${DIR} costs $5'), '${DIR} costs $5');
  assert.equal(baseUrl('${DIR}', { env: { DIR: '${OTHER}' } }), '${OTHER}'); // what was filled in is not looked at again
  const problem = (text: string, env: Record<string, string> = {}) => { const { code, message, hint } = first({ ...sound, storage: { dir: text } }, { env }); return [code, message, hint]; };
  assert.deepEqual(problem('${DIR:?say where the data goes}'), ['BW-1205', 'the environment variable DIR is not set', 'say where the data goes']);
  assert.deepEqual(problem('${file:none}'), ['BW-1205', 'there is no file "none"', 'paths count from the folder of the configuration']);
  assert.equal(problem('${DIR')[1], 'the "}" of this "${" is missing');
  assert.equal(problem('${a b}')[1], 'this form of "${…}" is not known');
});

test('files are counted from the folder of the configuration', () => {
  const files: Files = { '/etc/bw/b.json': JSON.stringify({ ...sound, storage: { dir: '${file:dir}' } }), '/etc/bw/dir': '/var/bw' };
  assert.equal(loaded(sound, { file: '/etc/bw/b.json', readFile: (path) => files[path] }).config.storage.dir, '/var/bw');
});

test('a secret in the main file: refused in production, warned of elsewhere, fine for simulated money', () => {
  const paper = { ...sound, venues: { alpaca: { ...sound.venues.alpaca, money: 'paper', baseUrl: undefined } }, signals: { tradingview: { sources: { demo: source } } } };
  assert.deepEqual(loaded(paper).warnings.map(({ code, path }) => [code, path]), [['BW-1207', 'venues.alpaca.keyId'], ['BW-1207', 'venues.alpaca.secret'], ['BW-1207', 'signals.tradingview.sources.demo.secret']]);
  assert.deepEqual(errorsOf({ ...paper, instance: { name: 'x', environment: 'production' } }).map(({ code }) => code), ['BW-1207', 'BW-1207', 'BW-1207']);
  assert.deepEqual(loaded({ ...sound, instance: { name: 'x', environment: 'production' }, signals: { tradingview: { sources: { demo: source } } } }).warnings, []);
  const held = JSON.stringify(paper).replace('key-4711', '${A}').replace('hunter22', '${B:-in-disguise}').replace('open sesame', '${file:s}');
  assert.deepEqual(loaded({ 'b.json': held, s: 'x' }, { env: { A: 'a' } }).warnings.map(({ path }) => path), ['venues.alpaca.secret']);
  const local = JSON.stringify({ venues: { alpaca: { keyId: 'a', secret: 'b' } }, signals: { tradingview: { sources: { demo: { secret: 'c' } } } } });
  assert.deepEqual(loaded({ 'b.json': JSON.stringify(paper), 'b.local.json': local }, { environment: 'production' }).warnings, []);
});

test('a secret that was to come from a variable that is not set is one error, at a line that shows the name of the variable, and no warning of a secret in the file', () => {
  const file = { ...sound, venues: { alpaca: { ...sound.venues.alpaca, money: 'paper', keyId: '${NOPE}', secret: '${NOPE_EITHER:-hunter22}' } } };
  const refused = load(file);
  assert.ok(!refused.ok);
  assert.deepEqual(refused.errors.map(({ code, path }) => [code, path]), [['BW-1205', 'venues.alpaca.keyId']]);
  assert.deepEqual(refused.warnings.map(({ path }) => path), ['venues.alpaca.secret'], 'its default is a secret in the file');
  assert.match(formatProblems(refused.errors), /"keyId": "\$\{NOPE\}"/);
  assert.doesNotMatch(formatProblems([...refused.errors, ...refused.warnings]), /hunter22/);
});

test('the host of a venue follows its money, and never contradicts it', () => {
  const venue = (money: string, baseUrl?: string) => ({ ...sound, venues: { alpaca: { ...sound.venues.alpaca, money, baseUrl } } });
  assert.equal(loaded(venue('paper')).config.venues['alpaca']?.baseUrl, 'https://paper-api.alpaca.markets');
  assert.equal(loaded(venue('live')).config.venues['alpaca']?.baseUrl, 'https://api.alpaca.markets');
  assert.equal(loaded(venue('live', 'http://127.0.0.1:1')).config.venues['alpaca']?.baseUrl, 'http://127.0.0.1:1');
  assert.match(first(venue('sim')).message, /is missing: a venue with simulated money has no host of its own/);
  assert.match(first(venue('paper', 'https://api.alpaca.markets')).message, /is the host for live money/);
  assert.match(first(venue('sim', 'https://paper-api.alpaca.markets')).message, /is the host for paper money/);
  assert.equal(first(venue('sim', 'ftp://x')).code, 'BW-1204');
});

test('a mirror is another host for the same money and the same routes', () => {
  const mirrored = (...mirrors: string[]) => ({ ...sound, venues: { alpaca: { ...sound.venues.alpaca, mirrors } } });
  assert.deepEqual(loaded(sound).config.venues['alpaca']?.mirrors, []);
  assert.deepEqual(loaded(mirrored('http://127.0.0.1:7351', 'https://b.example/')).config.venues['alpaca']?.mirrors, ['http://127.0.0.1:7351', 'https://b.example/']);
  const { code, path, message } = first(mirrored('http://127.0.0.1:7351', 'https://api.alpaca.markets'));
  assert.deepEqual([code, path], ['BW-1208', 'venues.alpaca.mirrors.1']);
  assert.match(message, /is the host for live money/);
  assert.match(first(mirrored('https://b.example/v2')).message, /has a route, "\/v2"/);
  assert.equal(first(mirrored('b.example')).code, 'BW-1204');
});

test('names that lead nowhere are errors: venues, instruments, tickers, limits', () => {
  const signals = (change: object) => ({ ...sound, signals: { tradingview: { sources: { demo: { ...source, ...change } } } } });
  const said = (config: object) => { const { code, path, message, hint } = first(config); return [code, path, `${message}; ${hint}`]; };
  assert.deepEqual(said(signals({ venue: 'alpca' })), ['BW-1206', 'signals.tradingview.sources.demo.venue', '"alpca" is not a venue; did you mean "alpaca"?']);
  assert.deepEqual(said(signals({ tickers: { ETHUSD: 'ETH/USD' } })), ['BW-1206', 'signals.tradingview.sources.demo.tickers.ETHUSD', '"ETH/USD" is not an instrument of the venue "alpaca"; did you mean "BTC/USD"?']);
  assert.deepEqual(said({ ...sound, limits: { ...sound.limits, maxPosition: { 'BTC/USDD': '1' } } }), ['BW-1206', 'limits.maxPosition.BTC/USDD', '"BTC/USDD" is not an instrument of any venue; did you mean "BTC/USD"?']);
  assert.deepEqual(said({ ...sound, limits: { ...sound.limits, maxOrderValue: { 'BTC/USD': '1 EUR' } } }).slice(0, 2), ['BW-1208', 'limits.maxOrderValue.BTC/USD']);
  assert.deepEqual(said(signals({ dialect: 'text' })).slice(0, 2), ['BW-1208', 'signals.tradingview.sources.demo.template']);
  assert.deepEqual(said(signals({ dialect: 'ohlc', template: 'x' })).slice(0, 2), ['BW-1208', 'signals.tradingview.sources.demo.template']);
  assert.deepEqual(said(signals({ tickers: {} })).slice(0, 2), ['BW-1208', 'signals.tradingview.sources.demo.tickers']);
  assert.equal(loaded(signals({ tickers: {}, sameName: true })).config.signals.tradingview.sources['demo']?.strategy, 'demo');
  assert.deepEqual(loaded({ ...signals({}), limits: { ...sound.limits, signalMaxAge: undefined } }).warnings.map(({ path }) => path), ['signals.tradingview.sources.demo.maxAge']);
  assert.equal(first({ ...sound, signals: { intents: { tokens: { bot: { secret: 'x', venue: 'none' } } } } }).code, 'BW-1206');
});

test('a name that may not stand where it stands is told at its key', () => {
  const { code, line, path, message } = first({ ...sound, venues: { Alpaca: sound.venues.alpaca } });
  assert.deepEqual([code, line, path], ['BW-1202', 7, 'venues.Alpaca']);
  assert.match(message, /"Alpaca" is not a name/);
});

test('no file throws, and every problem has a code that is written down', () => {
  const key = fc.constantFrom('version', 'instance', 'venues', 'alpaca', 'limits', 'signals', 'tradingview', 'sources', '__proto__', 'constructor', 'maxOrderValue', 'secret');
  const value = fc.letrec((tie) => ({ any: fc.oneof({ depthSize: 'small' }, fc.jsonValue(), fc.constantFrom('${X}', '${', '5s', '1 USD'), fc.dictionary(key, tie('any'))) })).any;
  fc.assert(fc.property(fc.oneof(fc.string(), value.map((any) => JSON.stringify(any))), (text) => {
    const result = load({ 'b.json': text });
    for (const problem of result.ok ? result.warnings : result.errors) {
      assert.ok(Object.hasOwn(configCodes, problem.code));
      formatProblem(problem);
    }
  }), { numRuns: 500 });
});

test('the data folder is told of a file whose secrets are out of reach, or whose rest is wrong; never of one that might name another', () => {
  const folder = (files: Files | object, env: LoadRequest['env'] = {}) => {
    const all: Files = 'b.json' in files ? (files as Files) : { 'b.json': JSON.stringify(files) };
    return dataFolderIn({ file: 'b.json', env, readFile: (path) => (Object.hasOwn(all, path) ? all[path] : undefined) });
  };
  const locked = { ...sound, venues: { alpaca: { ...sound.venues.alpaca, keyId: '${NOPE}', secret: '${file:/run/credentials/none}' } } };
  assert.equal(folder(locked), 'data');
  assert.equal(folder({ ...locked, storage: { dir: '/var/lib/breakwater' }, limts: {} }), '/var/lib/breakwater');
  assert.equal(folder({ ...locked, storage: { dir: '${DIR}/x' } }, { DIR: '/srv' }), '/srv/x');
  assert.equal(folder(locked, { BREAKWATER__STORAGE__DIR: '/srv/y' }), '/srv/y');
  assert.equal(folder({ 'b.json': JSON.stringify(locked), 'b.local.json': '{ "storage": { "dir": "/srv/z" } }' }), '/srv/z');
  assert.equal(folder({ ...locked, storage: { dir: '${DIR}' } }), undefined);
  assert.equal(folder({ 'b.json': JSON.stringify(locked), 'b.local.json': '{ "storage": ' }), undefined);
  assert.equal(folder({ 'b.json': '{' }), undefined);
  assert.equal(folder({ 'c.json': '{}', 'b.json': '' }), undefined);
});
