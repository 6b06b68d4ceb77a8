/** Completion for zsh. */
import type { CommandWords, Values, Words } from './words.ts';

export function zshScript({ commands, firsts, verbsOf }: Words): string {
  const nouns = firsts.filter((first) => verbsOf(first).length > 0);
  return `#compdef breakwater bw
# Completion of breakwater for zsh: source <(breakwater completion zsh), or a file _breakwater in a folder of $fpath
_breakwater_live() { compadd -- \${(f)"$("\${words[1]}" complete "$1" "\${reach[@]}" 2>/dev/null </dev/null)"} }
_breakwater() {
  local cur=\${words[CURRENT]} prev=\${words[CURRENT-1]} cmd='' word i
  local -a reach
  if [[ $cur == --*=* ]]; then prev=\${cur%%=*}; compset -P '*='; fi
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
    case "$cmd $word" in
      ${[...firsts.map((first) => `" ${first}"`), ...nouns.flatMap((noun) => verbsOf(noun).map((verb) => `"${noun} ${verb}"`))].join('|')}) cmd="\${cmd:+$cmd }$word" ;;
      *' --data'|*' --url'|*' --config') reach+=("$word" "\${words[i+1]}") ;;
      *' --data='*|*' --url='*|*' --config='*) reach+=("$word") ;;
    esac
  done
  case "$cmd:$prev" in
${commands.flatMap((command) => command.options.filter(({ takes }) => takes).map(({ flags, values }) => `    ${flags.map((flag) => quoted(`${command.name}:${flag}`)).join('|')}) ${offer(values)} return ;;`)).join('\n')}
  esac
  case "$cmd" in
    '') compadd -- ${[...firsts, '--help', '--version'].join(' ')} ;;
${nouns.map((noun) => `    ${quoted(noun)}) compadd -- ${[...verbsOf(noun), '--help'].join(' ')} ;;`).join('\n')}
${commands.map((command) => `    ${quoted(command.name)}) ${bare(command)} ;;`).join('\n')}
  esac
}
if [ "$funcstack[1]" = "_breakwater" ]; then _breakwater "$@"; else compdef _breakwater breakwater bw; fi
`;
}

function bare({ options, argument }: CommandWords): string {
  const flags = `compadd -- ${options.flatMap((option) => option.flags).join(' ')}`;
  return argument === undefined ? flags : `if [[ $cur == -* ]]; then ${flags}; else ${offer(argument)} fi`;
}

function offer(values: Values): string {
  if (values === undefined) return ':;';
  if (values === 'files') return '_files;';
  if (values === 'folders') return '_files -/;';
  return typeof values === 'string' ? `_breakwater_live ${values};` : `compadd -- ${values.join(' ')};`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
