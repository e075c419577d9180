import { expect, test } from 'vitest';
import { resolveTexts } from '../../testing/resolve-texts.ts';
import { parseCargoManifest } from './cargo-manifest.ts';

test('crates of a workspace are found by their manifests', async () => {
  const { imports } = await resolveTexts({
    'Cargo.toml':
      '[workspace]\nmembers = ["a", "b"]\n[workspace.dependencies]\nshared-kit = { path = "kit" }\n',
    'a/Cargo.toml':
      '[package]\nname = "a"\n[dependencies]\nb-two = { version = "1", path = "../b" }\nnick = { package = "real-name", version = "1" }\n[dev-dependencies]\nshared-kit.workspace = true\n',
    'a/src/lib.rs': 'use b_two::X;\nuse nick::Y;\nuse shared_kit::Z;\nuse std::fmt;\n',
    'b/Cargo.toml': '[package]\nname = "b-two"\n[lib]\npath = "code/start.rs"\n',
    'b/code/start.rs': 'pub struct X;\n',
    'kit/Cargo.toml': '[package]\nname = "shared-kit"\n',
    'kit/src/lib.rs': 'pub struct Z;\n',
  });
  expect(imports).toEqual([
    'a/src/lib.rs: b_two::X → b/code/start.rs',
    'a/src/lib.rs: nick::Y → real-name',
    'a/src/lib.rs: shared_kit::Z → kit/src/lib.rs',
    'a/src/lib.rs: std::fmt → std',
  ]);
});

test('circles and missing files end the way', async () => {
  const { imports } = await resolveTexts({
    'src/lib.rs': 'mod gone;\npub use self::a::b;\npub use self::b::a;\nuse super::super::x;\n',
  });
  expect(imports).toEqual([
    'src/lib.rs: gone → null',
    'src/lib.rs: self::a::b → null',
    'src/lib.rs: self::b::a → null',
    'src/lib.rs: super::super::x → null',
  ]);
  expect(parseCargoManifest('[package\nname = \n[[bin]]\npath = "x.rs"\n').programs).toEqual(['x.rs']);
});
