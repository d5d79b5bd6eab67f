/**
 * The options that a call takes are those that its type names: each function and method is called with an option that
 * none has, and its refusal, which lists what is known, is compared with the type.
 */
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import * as zarr from '../../src/sync.js';

const ROOT = new URL('../..', import.meta.url).pathname;
const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile) as { config: object };
const file = join(ROOT, 'src/sync.ts');
const program = ts.createProgram(
  [file],
  ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, ROOT).options,
);
const checker = program.getTypeChecker();
const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)!)!);

/** The options of a function, or of a method: `createArray`, `Group.zeros`. */
function typedOptions(name: string): string[] {
  const [owner, member] = name.split('.');
  const found = exported.find((entry) => entry.name === owner)!;
  const symbol = found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
  const target =
    member === undefined ? symbol : checker.getPropertyOfType(checker.getDeclaredTypeOfSymbol(symbol), member)!;
  const [signature] = checker.getTypeOfSymbolAtLocation(target, target.valueDeclaration!).getCallSignatures();
  const parameter = signature!.getParameters().at(-1)!;
  const type = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(parameter, parameter.valueDeclaration!));
  return checker.getPropertiesOfType(type).map((property) => property.name);
}

const UNKNOWN = { qqqqqqqqqqqqqqqq: 1 } as never;

/** The options that a call knows, as the error about one that it does not know lists them. */
function knownOptions(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    const list = /; known: (.*)$/.exec((error as Error).message)?.[1];
    if (list !== undefined) return list.split(', ');
    throw error;
  }
  throw new Error('the unknown option was taken');
}

const store = new zarr.MemoryStore();
const root = zarr.group(store);
const array = root.createArray('a', { shape: [4], dtype: 'int8', chunks: [2] });
const like = { name: 'x', data: array };
const filled = { name: 'x', shape: [1] };

const CALLS: Readonly<Record<string, () => unknown>> = {
  open: () => zarr.open(store, UNKNOWN),
  openArray: () => zarr.openArray(store, UNKNOWN),
  openGroup: () => zarr.openGroup(store, UNKNOWN),
  openConsolidated: () => zarr.openConsolidated(store, UNKNOWN),
  create: () => zarr.create([1], UNKNOWN),
  createArray: () => zarr.createArray(store, UNKNOWN),
  createGroup: () => zarr.createGroup(store, UNKNOWN),
  group: () => zarr.group(store, UNKNOWN),
  array: () => zarr.array([1], UNKNOWN),
  empty: () => zarr.empty([1], UNKNOWN),
  save: () => zarr.save(store, new Int8Array(1), UNKNOWN),
  saveArray: () => zarr.saveArray(store, new Int8Array(1), UNKNOWN),
  saveGroup: () => zarr.saveGroup(store, [new Int8Array(1)], UNKNOWN),
  load: () => zarr.load(store, UNKNOWN),
  fromArray: () => zarr.fromArray(store, UNKNOWN),
  consolidateMetadata: () => zarr.consolidateMetadata(store, UNKNOWN),
  createHierarchy: () => zarr.createHierarchy(UNKNOWN),
  copy: () => zarr.copy(root, new zarr.MemoryStore(), UNKNOWN),
  copyAll: () => zarr.copyAll(root, new zarr.MemoryStore(), UNKNOWN),
  copyStore: () => zarr.copyStore(store, new zarr.MemoryStore(), UNKNOWN),
  ndarray: () => zarr.ndarray([1], UNKNOWN),
  'Array.get': () => array.get(null, UNKNOWN),
  'Array.set': () => array.set(null, 1, UNKNOWN),
  'Array.getChunk': () => array.getChunk([0], UNKNOWN),
  'Array.iterChunks': () => [...array.iterChunks(UNKNOWN)],
  'Array.append': () => array.append([1], UNKNOWN),
  'Array.resize': () => array.resize([4], UNKNOWN),
  'Array.withConfig': () => array.withConfig(UNKNOWN),
  'Group.createArray': () => root.createArray('x', UNKNOWN),
  'Group.createGroup': () => root.createGroup('x', UNKNOWN),
  'Group.zeros': () => root.zeros({ ...filled, ...(UNKNOWN as object) }),
  'Group.members': () => [...root.members(UNKNOWN)],
  'Group.tree': () => root.tree(UNKNOWN),
  'Group.copy': () => root.copy('a', 'b', UNKNOWN),
  'Group.createHierarchy': () => root.createHierarchy({}, UNKNOWN),
  'Group.zerosLike': () => root.zerosLike({ ...like, ...(UNKNOWN as object) }),
};

/** What calls take apart themselves before they look at the options. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  'Group.zerosLike': ['name', 'data'],
};

describe('the options of', () => {
  it.each(Object.entries(CALLS))('%s', (name, act) => {
    const known = [...knownOptions(act), ...(TAKEN[name] ?? [])];
    expect([...new Set(known)].sort()).toEqual(typedOptions(name).sort());
  });
});
