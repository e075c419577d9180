/** A piece of a question, and how much its words count. */
export interface QuestionPart {
  readonly text: string;
  readonly weight: number;
}

const WEIGHTS = { prose: 1, code: 0.5, error: 1.5, frame: 1 };

/** Headings and lines that an issue template brings along, whatever the issue is about. */
const template =
  /^\W*(describe the (bug|issue)|bug (report|description)|description|summary|expected (behaviou?r|result|output)|actual (behaviou?r|result|output)|(steps|code|how) to reproduce( the behaviou?r)?|steps|reproduction( steps)?|environment|system info(rmation)?|additional (context|information)|screenshots?|logs?|checklist|possible (solution|fix)|versions?|context|motivation|use case|proposal|please tick this box.*|what version .*|what are the steps .*|what is the (actual|expected) behaviou?r\??|what did you (do|expect|see).*|i have (read|searched|tried|checked|a different|an? ).*|to reproduce)\W*$/i;
/** Lines about the reporter's environment, not the problem. */
const machine =
  /^\W*((node(\.?js)?|npm|python|ruby|php|go|java|jdk|openjdk|rust|os|o\.s\.|operating system|platform|browser|package manager|version|affected version)\b[^:=]{0,40}[:=])|^\W*[$>]?\s*(python|node|npm|go|java|rustc|ruby|php) (-v|--version|version)\b|^\W*\[[ x]\]/i;
/** Lines that only name people or other issues. */
const trailer =
  /^\W*(co-authored-by|signed-off-by|reviewed-by|acked-by|reported-by|cc):|^\W*(fix(e[sd])?|close[sd]?|resolve[sd]?|refs?|see)\W+(also\s+)?((#|gh-)\d+|https?:\S+)\W*$/i;
/** A link says nothing but the path at its end, where it leads to a file. */
const link = /https?:\/\/[^\s)>\]"'`]+/g;

const errorLine = /\b([A-Z]\w*(Error|Exception|Warning|Failure)|panicked|fatal|error)\b\s*[:![(]/;
const frame =
  /(?:^|[\s("'])(?:file:\/\/)?[/\\]?(?:[\w.@-]+[/\\])*([\w.-]+\.(?:[cm]?[jt]sx?|py|go|rs|rb|php|java|kt|cs|swift|scala|vue|svelte|c|cc|cpp|h))(?=[:"'(),\s]|$)/g;

/** Names of products that look like files. */
const products = /^(node|deno|next|nuxt|vue|react|express|three|d3|ember|backbone|asp)\.(js|net)$/i;

/** Whether a text is an issue or a log rather than a question, so that not every word of it is a search term. */
export function isLongText(text: string): boolean {
  return text.length > 400 || text.split('\n').length > 6;
}

/** Reads a long text for what it asks: template lines are dropped, code counts less, error messages count more. */
export function partsOfIssue(text: string): QuestionPart[] {
  const parts: QuestionPart[] = [];
  let inCode = false;
  for (const line of text.replaceAll(/<!--[\s\S]*?(?:-->|$)/g, '').split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) {
      inCode = !inCode;
      continue;
    }
    if (line.trim() === '' || template.test(line) || machine.test(line) || trailer.test(line)) continue;
    const kind = errorLine.test(line) ? 'error' : inCode || /^( {4}|\t)/.test(line) ? 'code' : 'prose';
    parts.push({ text: line.replaceAll(link, pathOfLink), weight: WEIGHTS[kind] });
  }
  return parts;
}

/** `https://host/owner/name/blob/main/src/a.ts#L3` speaks of src/a.ts; other addresses of nothing that code has words for. */
function pathOfLink(address: string): string {
  return /\/(?:blob|raw|tree|src)\/[^/]+\/([^?#]+)/.exec(address)?.[1] ?? ' ';
}

/** The base names of source files that a text mentions, as stack frames and links do, most often mentioned first. */
export function filesMentioned(text: string): string[] {
  const counts = new Map<string, number>();
  for (const [, name = ''] of text.matchAll(frame))
    if (!products.test(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
}
