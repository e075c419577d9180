import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareImports, compareReferences, countReferences, resolveFolder } from './check-imports.ts';

// Compares imports and references of a Java repository with the results of javac:
//   node packages/knowledge/bench/java-oracle.ts --root FOLDER [--show imports|missed|ORIGIN]
const { values } = parseArgs({ options: { root: { type: 'string' }, show: { type: 'string' } } });
const root = values.root ?? '.';

/** Prints a line for each import and each use of a definition of the repository, as the compiler resolves them. */
const program = `
import com.sun.source.tree.*;
import com.sun.source.util.*;
import java.nio.file.*;
import java.util.*;
import java.util.stream.*;
import javax.lang.model.element.*;
import javax.tools.*;

public class Oracle {
  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]).toRealPath();
    List<Path> files;
    try (Stream<Path> all = Files.walk(root)) {
      files = all.filter(p -> p.toString().endsWith(".java") && !p.endsWith("module-info.java")
          && !p.endsWith("package-info.java")).collect(Collectors.toList());
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null);
    JavacTask task = (JavacTask) compiler.getTask(null, manager, d -> {}, List.of("-proc:none"), null,
        manager.getJavaFileObjectsFromPaths(files));
    List<CompilationUnitTree> units = new ArrayList<>();
    task.parse().forEach(units::add);
    try { task.analyze(); } catch (Throwable failed) { System.err.println(failed); }
    Trees trees = Trees.instance(task);
    SourcePositions positions = trees.getSourcePositions();
    StringBuilder out = new StringBuilder();
    for (CompilationUnitTree unit : units) {
      String file = root.relativize(Path.of(unit.getSourceFile().toUri())).toString();
      new TreePathScanner<Void, Void>() {
        String placeOf(Element element) {
          if (element == null) return null;
          TreePath path = trees.getPath(element);
          if (path == null) return null;
          CompilationUnitTree in = path.getCompilationUnit();
          return root.relativize(Path.of(in.getSourceFile().toUri())) + "\\t"
              + element.getSimpleName() + "\\t" + element.getKind() + "\\t"
              + (element.getEnclosingElement() == null ? "" : element.getEnclosingElement().getSimpleName());
        }
        void print(String kind, Tree at, String name, Element element) {
          String place = placeOf(element);
          if (place == null) return;
          long line = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, at));
          long end = positions.getEndPosition(unit, at);
          if (end > 0 && at instanceof MemberSelectTree) line = unit.getLineMap().getLineNumber(end - 1);
          out.append(kind + "\\t" + file + "\\t" + line + "\\t" + name + "\\t" + place + "\\n");
        }
        @Override public Void visitImport(ImportTree node, Void none) {
          Tree name = node.getQualifiedIdentifier();
          Element element = trees.getElement(new TreePath(getCurrentPath(), name));
          if (element == null && name instanceof MemberSelectTree)
            element = trees.getElement(new TreePath(new TreePath(getCurrentPath(), name), ((MemberSelectTree) name).getExpression()));
          if (!name.toString().endsWith("*")) print("I", name, name.toString(), element);
          return null;
        }
        @Override public Void visitIdentifier(IdentifierTree node, Void none) {
          print("R", node, node.getName().toString(), trees.getElement(getCurrentPath()));
          return super.visitIdentifier(node, none);
        }
        @Override public Void visitMemberSelect(MemberSelectTree node, Void none) {
          print("R", node, node.getIdentifier().toString(), trees.getElement(getCurrentPath()));
          return super.visitMemberSelect(node, none);
        }
      }.scan(unit, null);
    }
    System.out.print(out);
  }
}
`;

const resolved = await resolveFolder(root, '**/*.java', 'java');
countReferences(resolved);
const imports = new Set<string>();
const uses = new Map<string, Set<string>>();
for (const [
  kind,
  file = '',
  line = '',
  name = '',
  target = '',
  symbol = '',
  element = '',
  owner = '',
] of rowsOfJavac()) {
  // An import from the same file is no link to another file.
  if (kind === 'I') {
    if (file !== target) imports.add(`${file} ${name} → ${target}`);
  }
  // Parameters and local variables are left out of the facts.
  else if (
    !/^(PARAMETER|LOCAL_VARIABLE|EXCEPTION_PARAMETER|RESOURCE_VARIABLE|BINDING_VARIABLE|TYPE_PARAMETER|PACKAGE|CONSTRUCTOR)$/.test(
      element,
    )
  ) {
    const id = `${file}:${line} ${name}`;
    uses.set(id, (uses.get(id) ?? new Set()).add(`${target} ${owner === '' ? '' : `${owner}.`}${symbol}`));
  }
}
const found = new Set<string>();
for (const [path, links] of resolved.links)
  for (const { import: index, path: target } of links.imports) {
    const fact = resolved.facts.get(path)?.imports[index];
    const isWritten = fact !== undefined && fact.names.some(({ alias }) => !alias.includes('.'));
    if (target !== null && isWritten) found.add(`${path} ${fact.specifier} → ${target}`);
  }
compareImports(found, imports, values.show === 'imports');
compareReferences(resolved, uses, values.show ?? '');

function rowsOfJavac(): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'java-oracle-'));
  const source = join(folder, 'Oracle.java');
  writeFileSync(source, program);
  const output = execFileSync('java', [source, root], { encoding: 'utf8', maxBuffer: 1 << 29 });
  rmSync(folder, { recursive: true });
  return output
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
}
