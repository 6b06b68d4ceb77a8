/** Takes secrets out of a text before it is kept or shown: as they are, and as JSON and URLs write them. */
const MASK = '«secret»';

export function redact(text: string, secrets: readonly string[]): string {
  const forms = new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())]));
  forms.delete('');
  // The longest first: a secret that begins with another one must not leave its tail behind.
  return [...forms].toSorted((a, b) => b.length - a.length).reduce((cleaned, form) => cleaned.replaceAll(form, MASK), text);
}
