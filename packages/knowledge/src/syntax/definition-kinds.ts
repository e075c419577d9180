import type { DefinitionKind } from '../split/split-entry.ts';

const functions = [
  'function_declaration',
  'function_definition',
  'function_item',
  'function_signature',
  'function_signature_item',
  'generator_function_declaration',
  'local_function_statement',
  'function_statement',
  'function_expression',
  'generator_function',
];
const methods = [
  'method_definition',
  'method_declaration',
  'method',
  'singleton_method',
  'method_signature',
  'abstract_method_signature',
  'method_elem',
  'constructor_declaration',
  'destructor_declaration',
  'class_method_definition',
  'alias',
  'annotation_type_element_declaration',
];
const classes = [
  'class_declaration',
  'abstract_class_declaration',
  'class_definition',
  'class_specifier',
  'class_statement',
  'class',
  'struct_specifier',
  'struct_item',
  'struct_declaration',
  'record_declaration',
  'union_specifier',
  'union_item',
];
const interfaces = [
  'interface_declaration',
  'trait_item',
  'trait_declaration',
  'annotation_type_declaration',
];
const enums = ['enum_declaration', 'enum_item', 'enum_specifier'];
const modules = [
  'mod_item',
  'module',
  'internal_module',
  'namespace_definition',
  'namespace_declaration',
  'file_scoped_namespace_declaration',
];
const types = [
  'type_alias_declaration',
  'type_alias_statement',
  'type_declaration',
  'type_item',
  'type_definition',
  'alias_declaration',
  'delegate_declaration',
  'associated_type',
];
const constants = [
  'const_item',
  'static_item',
  'const_declaration',
  'constant_declaration',
  'preproc_def',
  'enum_assignment',
  'enum_variant',
  'enumerator',
  'enum_constant',
  'enum_member_declaration',
  'enum_case',
];
const variables = [
  'var_declaration',
  'lexical_declaration',
  'variable_declaration',
  'declaration',
  'variable_assignment',
];
const fields = [
  'public_field_definition',
  'field_definition',
  'field_declaration',
  'property_declaration',
  'property_signature',
  'event_field_declaration',
  'class_property_definition',
];
const macros = ['macro_definition', 'preproc_function_def'];
const styles = ['rule_set', 'at_rule', 'media_statement', 'supports_statement', 'keyframes_statement'];

const kinds = new Map<string, DefinitionKind>(
  Object.entries({
    FUNCTION: functions,
    METHOD: methods,
    CLASS: classes,
    INTERFACE: interfaces,
    ENUM: enums,
    MODULE: modules,
    TYPE: types,
    CONSTANT: constants,
    VARIABLE: variables,
    FIELD: fields,
    MACRO: macros,
    STYLE: styles,
  } satisfies Partial<Record<DefinitionKind, string[]>>).flatMap(([kind, nodes]) =>
    nodes.map((node) => [node, kind as DefinitionKind] as const),
  ),
);

/** The kind of definition that a type of syntax node stands for, in any of the grammars; null for other nodes. */
export function kindOfNode(type: string): DefinitionKind | null {
  return kinds.get(type) ?? null;
}

/** Whether the members of a definition are worth an entry each. */
export function isContainerKind(kind: DefinitionKind | null): boolean {
  return (
    kind === 'CLASS' ||
    kind === 'INTERFACE' ||
    kind === 'ENUM' ||
    kind === 'MODULE' ||
    kind === 'STYLE' ||
    kind === 'TYPE'
  );
}
