import { builtinModules } from 'node:module';
import { pythonStandard } from '../patterns/manifests/python-standard.ts';

const ofNode = new Set(builtinModules);

/** Headers of C, of POSIX and, without an ending, of C++. */
const headers =
  /^(?:c?(?:assert|complex|ctype|errno|fenv|float|inttypes|iso646|limits|locale|math|setjmp|signal|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|tgmath|threads|time|uchar|wchar|wctype)(?:\.h)?|(?:sys|netinet|arpa)\/.*|(?:unistd|fcntl|pthread|dirent|poll|netdb|termios|dlfcn|malloc|memory|strings)\.h|[a-z_]+)$/;

/** The libraries that come with Ruby, as they are required. */
const gems = new Set(
  'base64 benchmark bigdecimal bundler cgi coverage csv date delegate digest drb English erb etc expect fcntl fiber fiddle fileutils find forwardable io ipaddr irb json logger monitor mutex_m net nkf objspace observer open-uri open3 openssl optparse ostruct pathname pp prettyprint pstore psych pty random rbconfig readline resolv rinda ripper securerandom set shellwords singleton socket stringio strscan syslog tempfile thread time timeout tmpdir tsort un uri weakref yaml zlib'.split(
    ' ',
  ),
);

/** The packages that come with each language, by the ending of the file that imports one. */
const standard: readonly (readonly [file: RegExp, isStandard: (name: string) => boolean])[] = [
  [/\.pyi?$/, (name) => name === '' || pythonStandard.has(name)],
  [/\.go$/, (name) => !/^[^/]*\./.test(name)],
  [/\.rs$/, (name) => /^(std|core|alloc|proc_macro|test|rustfmt|clippy|rustdoc|diagnostic)$/.test(name)],
  [/\.(java|kt|scala)$/, (name) => /^javax?(\.|$)/.test(name)],
  [/\.([cm]?[jt]sx?|svelte)$/, (name) => name.startsWith('node:') || ofNode.has(name)],
  [/\.(c|h|cc|cpp|cxx|hh|hpp|hxx|m|mm)$/, (name) => headers.test(name)],
  [/(\.(rb|rake|gemspec|ru)|(^|\/)(Rakefile|Gemfile))$/, (name) => gems.has(name.split('/')[0] ?? '')],
  [/\.cs$/, (name) => /^System(\.|$)/.test(name)],
];

/** Whether a package comes with the language of a file that imports it: it says nothing of what the file needs. */
export function isStandard(path: string, name: string): boolean {
  return standard.some(([file, isOf]) => file.test(path) && isOf(name));
}
