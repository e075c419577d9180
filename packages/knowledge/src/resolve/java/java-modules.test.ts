import { expect, test } from 'vitest';
import { resolveTexts } from '../../testing/resolve-texts.ts';

test('types are found by the packages that files declare, whatever their folders', async () => {
  const { imports, references } = await resolveTexts({
    'app/src/main/java/com/x/App.java': `package com.x;
import org.lib.Tool;
import org.lib.Tool.Part;
import static org.lib.Tool.make;
import java.util.List;
class App extends Near { void f(Part p) { make().run(); p.go(); inherited(); } }
`,
    'app/src/main/java/com/x/Near.java': 'package com.x;\nclass Near { void inherited() {} }\n',
    'lib/org/lib/Tool.java': `package org.lib;
public class Tool {
  public static Tool make() { return null; }
  public void run() {}
  public static class Part { public void go() {} }
}
`,
  });
  expect(imports).toEqual([
    'app/src/main/java/com/x/App.java: org.lib.Tool → lib/org/lib/Tool.java',
    'app/src/main/java/com/x/App.java: org.lib.Tool.Part → lib/org/lib/Tool.java',
    'app/src/main/java/com/x/App.java: org.lib.Tool.make → lib/org/lib/Tool.java',
    'app/src/main/java/com/x/App.java: java.util.List → java.util',
  ]);
  expect(references.map((line) => line.replace(/^.*\//, ''))).toEqual([
    'Near.java Near (same-package)',
    'Tool.java Tool.Part (module-path)',
    'Tool.java Tool.run (stated-result)',
    'Tool.java Tool.make (module-path)',
    'Tool.java Tool.Part.go (stated-type)',
    'Near.java Near.inherited (inherited-member)',
  ]);
});

test('an import of a whole package leads to the files that define what is used', async () => {
  const { imports, references } = await resolveTexts({
    'App.java': 'import a.b.*;\nimport static a.c.K.*;\nclass App { One x; Two y; int z = help(); }\n',
    'a/One.java': 'package a.b;\npublic class One {}\n',
    'a/Two.java': 'package a.b;\npublic class Two {}\n',
    'a/Three.java': 'package a.b;\npublic class Three {}\n',
    'a/K.java': 'package a.c;\npublic class K { public static int help() { return 1; } }\n',
  });
  expect(imports).toEqual([
    'App.java: a.b.* → a/One.java',
    'App.java: a.b.* → a/Two.java',
    'App.java: a.c.K.* → a/K.java',
  ]);
  expect(references).toEqual([
    'App.java:3 → a/One.java One (wildcard-import)',
    'App.java:3 → a/Two.java Two (wildcard-import)',
    'App.java:3 → a/K.java K.help (wildcard-import)',
  ]);
});
