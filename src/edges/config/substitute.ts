/**
 * `${…}` inside a text: `${NAME}`, `${NAME:-default}`, `${NAME:?message}`, `${file:path}`, and `$${` for a literal "${".
 * What was filled in is not looked at again.
 */
import { reasonOf } from '../../base/index.ts';

export type Outside = {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The text of a file named from the folder of the configuration; undefined where there is none. */
  readonly readFile: (path: string) => string | undefined;
};
/** `filledIn`: `outside` when a variable or file gave at least a part, `default` when only defaults did. */
export type Substitution =
  | { readonly ok: true; readonly text: string; readonly filledIn: 'default' | 'outside' | undefined }
  | { readonly ok: false; readonly expression: string; readonly message: string; readonly hint: string };

const expressions = /\$\$\{|\$\{([^}]*)\}|\$\{/g;
const variable = /^([A-Za-z_][A-Za-z0-9_]*)(?::([-?])(.*))?$/s;

class Unfilled extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

export function substitute(text: string, outside: Outside): Substitution {
  let filledIn: 'default' | 'outside' | undefined;
  let expression = '';
  try {
    const filled = text.replaceAll(expressions, (found: string, inner: string | undefined) => {
      if (found === '$${') return '${';
      expression = found;
      const answer = answerTo(inner, outside);
      filledIn = filledIn === 'outside' || answer.from === 'outside' ? 'outside' : 'default';
      return answer.text;
    });
    return { ok: true, text: filled, filledIn };
  } catch (thrown) {
    if (thrown instanceof Unfilled) return { ok: false, expression, message: thrown.message, hint: thrown.hint };
    throw thrown;
  }
}

function answerTo(inner: string | undefined, outside: Outside): { text: string; from: 'default' | 'outside' } {
  if (inner === undefined) throw new Unfilled('the "}" of this "${" is missing', 'write "$${" for a literal "${"');
  if (inner.startsWith('file:')) return { text: fileText(inner.slice('file:'.length), outside), from: 'outside' };
  const [, name, operator, rest = ''] = variable.exec(inner) ?? [];
  if (name === undefined) throw new Unfilled('this form of "${…}" is not known', 'use ${NAME}, ${NAME:-default}, ${NAME:?message}, ${file:path}, or "$${" for a literal "${"');
  const value = outside.variables[name];
  if (value !== undefined && (value !== '' || operator === undefined)) return { text: value, from: 'outside' };
  if (operator === '-') return { text: rest, from: 'default' };
  throw new Unfilled(`the environment variable ${name} is not set`, operator === '?' && rest !== '' ? rest : `set ${name}, or give a default with \${${name}:-…}`);
}

function fileText(path: string, outside: Outside): string {
  let text: string | undefined;
  try {
    text = outside.readFile(path);
  } catch (thrown) {
    throw new Unfilled(`the file "${path}" cannot be read: ${reasonOf(thrown)}`, 'check who may read it');
  }
  if (text === undefined) throw new Unfilled(`there is no file "${path}"`, 'paths count from the folder of the configuration');
  return text.replace(/\r?\n$/, '');
}
