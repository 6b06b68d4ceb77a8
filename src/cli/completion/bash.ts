/** Completion for bash. */
import type { CommandWords, Values, Words } from './words.ts';

export function bashScript(words: Words): string {
  const { commands, firsts, verbsOf } = words;
  const nouns = firsts.filter((first) => verbsOf(first).length > 0);
  return `# Completion of breakwater for bash: source <(breakwater completion bash)
_breakwater_live() { "\${COMP_WORDS[0]}" complete "$1" "\${reach[@]}" 2>/dev/null </dev/null; }
_breakwater() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} cmd='' word i IFS=$' \\t\\n'
  local -a reach=()
  COMPREPLY=()
  if [[ $cur == = ]]; then cur=''; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case "$cmd $word" in
      ${[...firsts.map((first) => `" ${first}"`), ...nouns.flatMap((noun) => verbsOf(noun).map((verb) => `"${noun} ${verb}"`))].join('|')}) cmd="\${cmd:+$cmd }$word" ;;
      *' --data'|*' --url'|*' --config') [[ \${COMP_WORDS[i+1]} == = ]] && reach+=("$word" "\${COMP_WORDS[i+2]}") || reach+=("$word" "\${COMP_WORDS[i+1]}") ;;
    esac
  done
  case "$cmd:$prev" in
${commands.flatMap((command) => command.options.filter(({ takes }) => takes).map(({ flags, values }) => `    ${flags.map((flag) => quoted(`${command.name}:${flag}`)).join('|')}) ${offer(values)} return ;;`)).join('\n')}
  esac
  case "$cmd" in
    '') COMPREPLY=($(compgen -W ${quoted([...firsts, '--help', '--version'].join(' '))} -- "$cur")) ;;
${nouns.map((noun) => `    ${quoted(noun)}) COMPREPLY=($(compgen -W ${quoted([...verbsOf(noun), '--help'].join(' '))} -- "$cur")) ;;`).join('\n')}
${commands.map((command) => `    ${quoted(command.name)}) ${bare(command)} ;;`).join('\n')}
  esac
}
complete -F _breakwater breakwater bw
`;
}

/** What stands where no value of an option is wanted: the argument, or an option. */
function bare({ options, argument }: CommandWords): string {
  const flags = `COMPREPLY=($(compgen -W ${quoted(options.flatMap((option) => option.flags).join(' '))} -- "$cur"))`;
  return argument === undefined ? flags : `if [[ $cur == -* ]]; then ${flags}; else ${offer(argument)} fi`;
}

function offer(values: Values): string {
  if (values === undefined) return '';
  if (values === 'files') return "IFS=$'\\n' COMPREPLY=($(compgen -f -- \"$cur\")); compopt -o filenames 2>/dev/null;";
  if (values === 'folders') return "IFS=$'\\n' COMPREPLY=($(compgen -d -- \"$cur\")); compopt -o filenames 2>/dev/null;";
  const list = typeof values === 'string' ? `"$(_breakwater_live ${values})"` : quoted(values.join(' '));
  return `COMPREPLY=($(compgen -W ${list} -- "$cur"));`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
