const name = String.raw`[\p{L}_$][\p{L}\p{N}_$]*[?!=]?`;
const path = String.raw`[\p{L}_$][\p{L}\p{N}_$]*(?:(?:\.|::|#|->|\\)[\p{L}_$][\p{L}\p{N}_$]*[?!]?)*`;

/** How the stack traces of languages name the function of a frame. Each pattern looks at one line. */
const frames: readonly RegExp[] = [
  // Python: File "a.py", line 3, in send
  new RegExp(String.raw`^\s*File "[^"]+", line \d+, in (${name})`, 'u'),
  // JavaScript and Java: at Upload.send (a.js:3:5), at org.a.Parser.read(Parser.java:3)
  new RegExp(String.raw`^\s*at (?:async |new )*(${path}) ?\((?=[^)]*:\d)`, 'u'),
  // Ruby: a.rb:3:in ${'`'}block in send', a.rb:3:in 'Upload#send'
  new RegExp(String.raw`:\d+:in [${'`'}'](?:[\p{L} ]+ (?:\(\d+ levels\) )?in )?(${path}[?!=]?)'`, 'u'),
  // PHP: #0 /a.php(3): A\Upload->send()
  new RegExp(String.raw`^\s*#\d+ [^(]*\(\d+\): (${path})\(`, 'u'),
  // Rust: 4: app::upload::send
  new RegExp(String.raw`^\s*\d+:\s+(?:0x[0-9a-f]+ - )?(?=.*::)(${path})$`, 'u'),
];
/** Go: host/owner/name.(*Upload).Send(0x1, 0x2) */
const goFrame = /^(?:[\w.-]+\/)+[\w-]+\.(?:\(\*?(\w+)\)\.)?(\w+)\(/;
/** Names that every program has, and words that are no names. */
const anonymous = /^(?:anonymous|lambda|module|top|main|call|apply|new|async|eval|require)$/;

/** The functions that the frames of a stack trace name, each with its container where that is given, the innermost first. */
export function namesInFrames(text: string): string[] {
  const found = text.split('\n').flatMap((line): string[] => {
    if (line.length > 500) return [];
    const go = goFrame.exec(line);
    if (go !== null) return [[go[1], go[2]].filter((part) => part !== undefined).join('.')];
    return frames.flatMap((frame) => frame.exec(line)?.[1] ?? []).slice(0, 1);
  });
  const short = found.map((whole) => whole.split(/\.|::|#|->|\\/).slice(-2));
  return [
    ...new Set(short.filter((parts) => !anonymous.test(parts.at(-1) ?? '')).map((parts) => parts.join('.'))),
  ];
}
