/** Completion for fish. */
import type { OptionWords, Values, Words } from './words.ts';

export function fishScript({ commands, firsts, verbsOf }: Words): string {
  const says = (name: string): string => commands.find((one) => one.name === name)?.says ?? `${verbsOf(name).join(', ')}`;
  const lines = [
    ...firsts.map((first) => `complete -c breakwater -n __fish_use_subcommand -a ${first} -d ${quoted(says(first))}`),
    'complete -c breakwater -n __fish_use_subcommand -l version -d \'what is installed\'',
    ...commands.flatMap(({ name, argument, options }) => {
      const [first = '', verb] = name.split(' ');
      const here = quoted(verb === undefined ? `__fish_seen_subcommand_from ${first}` : `__fish_seen_subcommand_from ${first}; and __fish_seen_subcommand_from ${verb}`);
      return [
        ...(verb === undefined ? [] : [`complete -c breakwater -n ${quoted(`__fish_seen_subcommand_from ${first}; and not __fish_seen_subcommand_from ${verbsOf(first).join(' ')}`)} -a ${verb} -d ${quoted(says(name))}`]),
        ...(argument === undefined ? [] : [`complete -c breakwater -n ${here} ${offer(argument)}`]),
        ...options.map((option) => `complete -c breakwater -n ${here} ${flagsOf(option)} -d ${quoted(option.says)}`),
      ];
    }),
  ];
  return `# Completion of breakwater for fish: breakwater completion fish | source
function __breakwater_live
  set -l tokens (commandline -opc)
  set -l reach
  for i in (seq 2 (count $tokens))
    switch $tokens[$i]
      case --data --url --config
        set -a reach $tokens[$i] $tokens[(math $i + 1)]
      case '--data=*' '--url=*' '--config=*'
        set -a reach $tokens[$i]
    end
  end
  $tokens[1] complete $argv[1] $reach 2>/dev/null </dev/null
end
complete -c breakwater -f
${lines.join('\n')}
complete -c bw -w breakwater
`;
}

function flagsOf({ flags, takes, values }: OptionWords): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(' ');
  return takes ? `${names} ${values === undefined ? '-x' : offer(values)}` : names;
}

function offer(values: Exclude<Values, undefined>): string {
  if (values === 'files') return '-r -F';
  if (values === 'folders') return "-x -a '(__fish_complete_directories)'";
  return typeof values === 'string' ? `-x -a '(__breakwater_live ${values})'` : `-x -a ${quoted(values.join(' '))}`;
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
