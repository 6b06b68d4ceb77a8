/** Striking out what nobody may read. */
const SHORTEST_SECRET = 4; // anything shorter would strike out half of what is said
const DEEPEST = 4;
const MARK = '«secret»';
const secretKey = /^(?:.*secret.*|.*password.*|.*token|authorization|cookie|set-cookie|key-?id|apca-.*|.*(?:api|private)-?_?key)$/i;

/** A text with every secret struck out, as it is and as it looks in JSON, in a URL and in base64. */
export function scrubber(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap((secret) => [
    secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('base64url'),
  ]));
  const longestFirst = [...forms].toSorted((a, b) => b.length - a.length); // one secret may begin as another does
  return (text) => longestFirst.reduce((rest, form) => rest.replaceAll(form, MARK), text);
}

/** The same detail, without the values of keys that name a secret. */
export function withoutSecretKeys(detail: Readonly<Record<string, unknown>>, depth = 0): Record<string, unknown> {
  return Object.fromEntries(Object.entries(detail).map(([key, value]) => [key, secretKey.test(key) ? MARK : within(value, depth + 1)]));
}

function within(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((item) => within(item, depth + 1));
  return Object.getPrototypeOf(value) === Object.prototype ? withoutSecretKeys(value as Record<string, unknown>, depth) : value;
}
