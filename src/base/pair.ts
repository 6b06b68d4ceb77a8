/**
 * Two names as one key. The same two give the very same string each time, so that looking something up by it costs neither a new text nor its hash.
 *
 * For names that come again: of venues, instruments, assets, strategies. What has a name of its own each time, an order or an execution, would only fill it.
 */
const MOST = 50_000;

let known = new Map<string, Map<string, string>>();
let count = 0;

export function pairOf(first: string, second: string): string {
  const key = known.get(first)?.get(second);
  return key ?? remembered(first, second);
}

function remembered(first: string, second: string): string {
  if (count >= MOST) { // names that somebody makes up do not stay for ever
    known = new Map();
    count = 0;
  }
  const key = `${first} ${second}`;
  const seconds = known.get(first);
  if (seconds === undefined) known.set(first, new Map([[second, key]]));
  else seconds.set(second, key);
  count += 1;
  return key;
}
