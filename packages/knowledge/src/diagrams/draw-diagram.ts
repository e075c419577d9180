import { renderMermaidSVG } from 'beautiful-mermaid';

/** The kinds of Mermaid text that are drawn, by the word they begin with. */
const KINDS =
  /^(?:graph|flowchart|stateDiagram(?:-v2)?|sequenceDiagram|classDiagram|erDiagram|xychart(?:-beta)?)\b/;

/** Colours that follow the page the picture stands on: an image takes over its theme. */
const colours = {
  bg: 'light-dark(#ffffff, #17191d)',
  fg: 'light-dark(#24292e, #dfe2e7)',
  transparent: true,
};
/** An image sees no font of its page, and the font of a system may have serifs. */
const FONTS = "'Segoe UI', 'Helvetica Neue', Arial, sans-serif";

/** Draws a Mermaid text as an SVG that loads nothing. Throws for what is none, and for kinds that are not drawn. */
export function drawDiagram(text: string): string {
  const diagram = withoutPreface(text);
  if (!KINDS.test(diagram)) throw new Error('This kind of diagram is not drawn.');
  // Fonts and fills could be fetched from elsewhere.
  const svg = renderMermaidSVG(diagram, colours)
    // An address in quotes may hold semicolons, and the rest of one would spoil the rule behind it.
    .replaceAll(/@import\b(?:'[^']*'|"[^"]*"|[^;'"])*;/g, '')
    .replaceAll(/@import\b[^;]*;?/g, '')
    .replaceAll(/font-family: '[^']*', system-ui, sans-serif/g, `font-family: ${FONTS}`)
    .replaceAll(/url\((?!#)[^)]*\)/g, 'none');
  return svg.replace('<svg ', '<svg color-scheme="light dark" ');
}

/** The text from the line on that names its kind: the library looks for it in the first one. */
function withoutPreface(text: string): string {
  const lines = text.replace(/^\s*---\n[\s\S]*?\n---\n/, '').split('\n');
  const start = lines.findIndex((line) => line.trim() !== '' && !line.trim().startsWith('%%'));
  return start < 0 ? '' : lines.slice(start).join('\n').trimStart();
}
