import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { compileTemplate, dialects, malformedCodes, readTradingView } from './index.ts';
import { secretFields } from './secrets.ts';

const page = readFileSync(new URL('../../../docs/reference/signals.md', import.meta.url), 'utf8');

test('docs/reference/signals.md has every refusal, with its status and meaning', () => {
  for (const [code, { status, meaning }] of Object.entries(malformedCodes)) assert.ok(page.includes(`| \`${code}\` | ${status} | ${meaning} |`), code);
});

test('docs/reference/signals.md names every field for a secret', () => {
  for (const field of secretFields) assert.ok(page.includes(`\`${field}\``), field);
});

test('the alerts that docs/reference/signals.md tells users to copy are understood, once filled in', () => {
  const fill = (text: string): string => Object.entries({
    '{{ticker}}': 'BTCUSD', '{{exchange}}': 'COINBASE', '{{timenow}}': '2026-01-02T03:04:05Z', '{{time}}': '2026-01-02T03:00:00Z', '{{strategy.order.action}}': 'buy',
    '{{strategy.order.contracts}}': '0.25', '{{strategy.order.id}}': 'Long', '{{strategy.market_position}}': 'long', '{{strategy.prev_market_position}}': 'flat', '{{strategy.market_position_size}}': '0.25', '{{strategy.prev_market_position_size}}': '0', '{{strategy.order.alert_message}}': 'Long',
    '{{open}}': '1', '{{high}}': '2', '{{low}}': '0.5', '{{close}}': '1.5', '{{volume}}': '1e-05',
  }).reduce((filled, [placeholder, value]) => filled.replaceAll(placeholder, value), text);
  const alerts = [...page.matchAll(/```json\n(\{.*"(?:secret|passphrase|signalToken)".*\})\n```/g)].map(([, alert]) => alert ?? '');
  assert.equal(alerts.length, 5);
  for (const alert of alerts) {
    const { outcome, presentedSecret } = readTradingView(fill(alert), { name: 'demo', strategy: 'demo', dialect: 'auto' });
    assert.ok(outcome.kind === 'signal', outcome.kind === 'malformed' ? outcome.reason : '');
    assert.ok(['0.25', '0.002'].includes(outcome.signal.targetText ?? outcome.signal.quantityText ?? ''));
    assert.equal(presentedSecret, '…');
  }
});

test('docs/reference/signals.md has every dialect, and its other examples are understood', () => {
  for (const dialect of dialects) assert.ok(page.includes(`### \`${dialect}\``), dialect);
  const others = [...page.matchAll(/```(?:text|json)\n((?:MyKeys|EXIT-|60123|\[|\{"code)[^`]*)\n```/g)].map(([, text]) => text ?? '');
  assert.equal(others.length, 5);
  for (const text of others) {
    const { outcome } = readTradingView(text, { name: 'demo', strategy: 'demo', dialect: 'auto', units: 'base' });
    assert.ok(outcome.kind === 'signal' || outcome.kind === 'signals', outcome.kind === 'malformed' ? `${text}: ${outcome.reason}` : '');
  }
});

test('every placeholder that docs/reference/signals.md lists may stand in a template', () => {
  const listed = new Set([...page.matchAll(/`(\{\{[^`}]+\}\})`/g)].map(([, hole]) => hole ?? ''));
  for (const hole of ['{{secret}}', '{{timenow}}', '{{limitPrice}}']) assert.ok(listed.has(hole), hole);
  for (const hole of listed) {
    const rest = hole === '{{strategy.order.action}}' || hole === '{{action}}' ? '' : '{{action}} ';
    const outcome = compileTemplate(`${rest}${hole}${hole === '{{ticker}}' ? '' : ' {{ticker}}'}`);
    assert.equal(outcome.kind, 'template', `${hole}: ${outcome.kind === 'refused' ? outcome.reason : ''}`);
  }
});
