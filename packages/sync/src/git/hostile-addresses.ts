const internal = [
  '127.0.0.1', 'localhost', 'LOCALHOST', 'localhost.', 'sub.localhost', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1',
  '017700000001', '0.0.0.0', '0', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '169.254.169.254', '169.254.170.2',
  '198.18.0.1', '224.0.0.1', '255.255.255.255', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[fe80::1]',
  '[fc00::1]', '[fd00:ec2::254]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]', '[ff02::1]', '[0:0:0:0:0:0:0:1]', '①②⑦.⓪.⓪.①', '127。0。0。1',
];

/** Addresses that were made to reach what lies behind the server. `PORT` stands for a canary that listens there. */
export const internalAddresses: readonly string[] = internal.flatMap((host) => [
  `https://${host}:PORT/owner/name.git`,
  `ssh://git@${host}:PORT/owner/name.git`,
]);

/** Names that lead to loopback or into a private network once they are resolved. */
export const rebindingAddresses: readonly string[] = [
  'https://rebind.example.com:PORT/owner/name', 'https://127.0.0.1.example.com:PORT/owner/name', 'https://metadata.example.com:PORT/latest/meta-data',
];

/** Texts that were made to run commands, read files, smuggle arguments or credentials: no address of a repository at all. */
export const hostileAddresses: readonly string[] = [
  '', ' ', '-', '--upload-pack=touch /tmp/canary', '--upload-pack=touch${IFS}x', '-u', '-oProxyCommand=touch x', '--output=/tmp/x', '--config=core.x=y', '-c', '--',
  'ext::sh -c touch% x', 'ext::sh', 'fd::3', 'fd::17/foo', 'ssh::host/path', 'https::https://example.com/x', 'remote-ext::x', 'testgit::x', '::', 'a::b',
  'ssh://-oProxyCommand=touch%20x/owner/name', 'ssh://-oProxyCommand=x@example.com/owner/name', 'ssh://git@-oProxyCommand=x/owner/name',
  'ssh://git@example.com/-oProxyCommand=x', 'ssh://git@example.com/--upload-pack=x/y', "ssh://git@example.com/owner/$(touch x)", 'ssh://git@example.com/owner/`touch x`',
  "ssh://git@example.com/owner/';touch x;'", 'ssh://git@example.com/owner/name|sh', 'ssh://git@example.com/owner&touch', 'ssh://%2doProxyCommand=x/owner', 'ssh://a%0ab@example.com/x',
  'git@-oProxyCommand=x:owner/name', '-oProxyCommand=x@example.com:owner', 'git@example.com:-oProxyCommand=x', 'git@example.com:owner/$(touch x)', 'git@example.com:owner/a b', 'git@exa mple.com:owner', 'git@example.com:--upload-pack=x',
  'git://example.com/owner/name', 'ftp://example.com/owner/name', 'ftps://example.com/x', 'http://example.com/owner/name', 'rsync://example.com/x', 'svn://example.com/x', 'git+ssh://example.com/x', 'ssh+git://example.com/x',
  'file:///etc', 'file:///etc/passwd', 'file://localhost/etc', 'file://example.com/etc', 'file:///%2e%2e/%2e%2e/etc', 'file:///etc%00', 'file://%00', 'file:', 'file:///%', 'bundle:///x', 'data:text/plain,x', 'javascript:alert(1)', 'about:blank', 'blob:https://example.com/x', 'gopher://127.0.0.1:PORT/_x', 'dict://127.0.0.1:PORT/x', 'ldap://127.0.0.1:PORT/x', 'tftp://127.0.0.1:PORT/x', 'smb://127.0.0.1/x',
  '/', '/etc', '/etc/passwd', '/root', '/proc/self', '/proc/self/cwd', '/proc/self/fd/0', '/dev/fd/0', '/dev/stdin', '/tmp/../etc', '//etc', '/nonexistent', '/var/lib/../../etc', '/sys', '.', '..', './x', '../x', '~', '~root', '~/x', 'C:\\x', '\\\\host\\share', 'x/y', 'name',
  'https://', 'https:///x', 'https://example.com', 'https://example.com/', 'https://user:password@example.com/x', 'https://token@example.com/x', 'https://example.com/x?y=z', 'https://example.com/x#y', 'https://example.com/x\n--upload-pack=y', 'https://example.com/x\r\nHost: y', 'https://example.com/x\0y', 'https://example.com/\u202Ex y', 'https://example.com/%0a--upload-pack', 'https://example.com/%00', 'https://example.com/%2d%2dupload-pack/x', 'https://example.com/-x', 'https://example.com/a/%2e%2e%2f%2e%2e/b/..%2f..', 'https://example.com/$(x)', 'https://example.com/`x`', 'https://example.com/"x"', "https://example.com/'x'", 'https://example.com/a;b', 'https://example.com/a|b', 'https://example.com/a&b', 'https://example.com/a<b', 'https://example.com/\\x', 'https://example.com:99999/x', 'https://example.com:PORT:PORT/x', 'https://[::1/x', 'https://exa mple.com/x', 'https://-example.com/x', 'https://example.com/%', 'https://%31%32%37.0.0.1:PORT/x', 'https://127.0.0.1:PORT@example.com/x', 'https://example.com@127.0.0.1:PORT/x', 'https://example.com\\@127.0.0.1:PORT/x', 'HTTPS://LOCALHOST:PORT/x', `https://example.com/${'a'.repeat(5000)}`,
];

/** Names of branches that are options, revisions, refspecs or patterns to a Git that is asked carelessly. */
export const hostileBranches: readonly string[] = [
  '-x', '--upload-pack=touch x', '--output=x', '--all', '-', '--', '--stdin', '-c core.x=y', '--exec=x', '--end-of-options', '--help', '-h', '--tags', '--mirror',
  '*', 'ma*', 'ma?n', '[m]ain', 'main:refs/heads/evil', '+main', '+main:main', ':main', 'main:', '^main', '!main', 'main^', 'main^{tree}', 'main^{/x}', 'main~1', 'main@{0}', '@', '@{-1}', 'main..other', 'main...other', 'HEAD', 'FETCH_HEAD', 'refs/heads/main', '../../config', '..', '.', './main', 'main.lock', 'main/', '/main', 'a//b', 'a/.b', '.a',
  '', ' ', 'main ', ' main', 'main\n', 'main\nother', 'main\0', 'main\t', 'a\\b', 'main\r', '$(touch x)', '`touch x`', ';touch x', '|sh', '&', '<x', '>x', '"', "'", 'é', '\u{1F600}', 'e\u0301', '\u202Egnp', 'a'.repeat(250), 'a'.repeat(5000), 'a/'.repeat(400) + 'b', 'refs/pull/1/head', 'tag', ':(glob)x', '0'.repeat(40), 'a'.repeat(40),
];
