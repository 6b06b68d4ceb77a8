/** A Containerfile as its builder reads it: instructions, with comments gone and broken lines joined. */
export type Instruction = { readonly name: string; readonly text: string };

export function instructionsOf(file: string): readonly Instruction[] {
  const joined = file.split('\n').filter((line) => !/^\s*#/.test(line)).join('\n').replaceAll(/\\\n\s*/g, ' ');
  return joined.split('\n').filter((line) => line.trim() !== '').map((line) => {
    const [, name = '', text = ''] = /^(\S+)\s+(.*)$/.exec(line.trim()) ?? [];
    return { name, text };
  });
}

/** The words of an instruction in its exec form; undefined for what a shell would read. */
export function execForm(text: string): readonly string[] | undefined {
  try {
    const words: unknown = JSON.parse(text.replace(/^(?:--\S+\s+)*(?:CMD\s+)?/, ''));
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words as string[] : undefined;
  } catch {
    return undefined;
  }
}
