import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { compareImports, compareReferences, countReferences, resolveFolder } from './check-imports.ts';

// Compares the imports of a Go repository with those that `go list` finds, and its uses of names with what go/types says:
//   node packages/knowledge/bench/go-oracle.ts --root FOLDER [--show imports|missed|ORIGIN]
const { values } = parseArgs({ options: { root: { type: 'string' }, show: { type: 'string' } } });
const root = values.root ?? '.';

/**
 * Prints a line for each use of a definition of the repository, as the type checker resolves it. Packages from outside are
 * empty, so nothing has to be downloaded; what depends on their types stays unresolved.
 */
const program = `
package main

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
)

var (
	fset   = token.NewFileSet()
	root   = os.Args[1]
	module = os.Args[2]
	std    = importer.ForCompiler(fset, "source", nil)
	known  = map[string]*types.Package{}
)

type local struct{}

func (local) Import(path string) (*types.Package, error) {
	if path == module || strings.HasPrefix(path, module+"/") {
		return check(path, false)
	}
	if strings.Contains(strings.SplitN(path, "/", 2)[0], ".") {
		return nil, fmt.Errorf("outside")
	}
	return std.Import(path)
}

func check(path string, show bool) (*types.Package, error) {
	if own, is := known[path]; is && !show {
		return own, nil
	}
	folder := filepath.Join(root, strings.TrimPrefix(strings.TrimPrefix(path, module), "/"))
	parsed, err := parser.ParseDir(fset, folder, func(info os.FileInfo) bool {
		return show || !strings.HasSuffix(info.Name(), "_test.go")
	}, parser.SkipObjectResolution)
	if err != nil && len(parsed) == 0 {
		return nil, err
	}
	var last *types.Package
	for name, group := range parsed {
		if !show && (strings.HasSuffix(name, "_test") || (name == "main" && len(parsed) > 1)) {
			continue
		}
		var files []*ast.File
		for _, file := range group.Files {
			files = append(files, file)
		}
		info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}
		config := types.Config{Importer: local{}, Error: func(error) {}, FakeImportC: true}
		own, _ := config.Check(path, fset, files, info)
		if show {
			print(info)
		} else {
			last = own
		}
	}
	if !show {
		known[path] = last
	}
	return last, nil
}

func print(info *types.Info) {
	for use, object := range info.Uses {
		at, from := fset.Position(object.Pos()), fset.Position(use.Pos())
		if !object.Pos().IsValid() || !strings.HasPrefix(at.Filename, root+"/") {
			continue
		}
		owner := ""
		switch of := object.(type) {
		case *types.PkgName, *types.Label:
			continue
		case *types.Func:
			if receiver := of.Type().(*types.Signature).Recv(); receiver != nil {
				owner = typeName(receiver.Type())
			}
		case *types.Var:
			if !of.IsField() && object.Parent() != object.Pkg().Scope() {
				continue
			}
		default:
			if object.Parent() != nil && object.Pkg() != nil && object.Parent() != object.Pkg().Scope() {
				continue
			}
		}
		fmt.Printf("%s\\t%d\\t%s\\t%s\\t%s\\n", from.Filename[len(root)+1:], from.Line, use.Name, at.Filename[len(root)+1:], owner)
	}
}

func typeName(of types.Type) string {
	if pointer, is := of.(*types.Pointer); is {
		of = pointer.Elem()
	}
	if named, is := of.(*types.Named); is {
		return named.Obj().Name()
	}
	return ""
}

func main() {
	for _, path := range os.Args[3:] {
		check(path, true)
	}
}
`;

interface GoPackage {
  readonly Dir: string;
  readonly ImportPath: string;
  readonly [list: string]: unknown;
}

const resolved = await resolveFolder(root, '**/*.go', 'go');
countReferences(resolved);
const packages = listPackages();
const folders = new Map(packages.map(({ ImportPath, Dir }) => [ImportPath, relative(root, Dir)]));
const listed = new Set(
  packages.flatMap((each) =>
    ['GoFiles', 'TestGoFiles', 'XTestGoFiles', 'CgoFiles'].flatMap((list) =>
      namesIn(each[list]).map((name) => inFolder(relative(root, each.Dir), name)),
    ),
  ),
);

const found = new Set<string>();
for (const [path, { imports }] of resolved.links) {
  // Files that are left out by build tags are not in the list.
  if (!listed.has(path)) continue;
  for (const { import: index, path: target } of imports)
    if (target !== null)
      found.add(
        `${folderOf(path)} ${resolved.facts.get(path)?.imports[index]?.specifier} → ${folderOf(target)}`,
      );
}
const expected = new Set<string>();
for (const each of packages)
  for (const list of ['Imports', 'TestImports', 'XTestImports'])
    for (const specifier of namesIn(each[list])) {
      const folder = folders.get(specifier);
      if (folder !== undefined)
        expected.add(`${relative(root, each.Dir) || '.'} ${specifier} → ${folder || '.'}`);
    }
compareImports(found, expected, values.show === 'imports');
// Folders that no build takes, such as `_examples`, have no uses that the type checker saw.
const looked = new Map([...resolved.links].filter(([path]) => listed.has(path)));
compareReferences({ ...resolved, links: looked }, usesOfNames(), values.show ?? '');

function folderOf(path: string): string {
  return dirname(path);
}

function inFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function namesIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];
}

/** For each use as `file:line name`, the files and names that it can mean. */
function usesOfNames(): Map<string, Set<string>> {
  const folder = mkdtempSync(join(tmpdir(), 'go-oracle-'));
  const source = join(folder, 'main.go');
  writeFileSync(source, program);
  const module = /^module\s+(\S+)/m.exec(readFileSync(join(root, 'go.mod'), 'utf8'))?.[1] ?? '';
  const output = execFileSync(
    'go',
    ['run', source, realpathSync(root), module, ...packages.map(({ ImportPath }) => ImportPath)],
    {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 29,
      env: { ...process.env, GOPROXY: 'off', GO111MODULE: 'off' },
    },
  );
  rmSync(folder, { recursive: true });
  const uses = new Map<string, Set<string>>();
  for (const row of output.trim().split('\n')) {
    const [file = '', line = '', name = '', target = '', owner = ''] = row.split('\t');
    const id = `${file}:${line} ${name}`;
    const targets = uses.get(id) ?? new Set();
    uses.set(id, targets.add(`${target} ${owner === '' ? '' : `${owner}.`}${name}`));
  }
  return uses;
}

/**
 * `go list` prints one object after another. It is given a module file without requirements: what leads outside of the
 * repository is not compared, so nothing has to be downloaded.
 */
function listPackages(): GoPackage[] {
  const folder = mkdtempSync(join(tmpdir(), 'go-oracle-'));
  const file = join(folder, 'go.mod');
  writeFileSync(file, /^module .*$/m.exec(readFileSync(join(root, 'go.mod'), 'utf8'))?.[0] ?? '');
  const output = execFileSync('go', ['list', '-e', `-modfile=${file}`, '-mod=mod', '-json', './...'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, GOPROXY: 'off', GOTOOLCHAIN: 'local', GOFLAGS: '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  rmSync(folder, { recursive: true });
  const parsed: unknown = JSON.parse(`[${output.trim().replace(/^\}\s*^\{/gm, '},{')}]`);
  return Array.isArray(parsed) ? parsed.filter(isPackage) : [];
}

function isPackage(given: unknown): given is GoPackage {
  return typeof given === 'object' && given !== null && 'Dir' in given && 'ImportPath' in given;
}
