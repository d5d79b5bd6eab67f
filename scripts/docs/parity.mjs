/**
 * `docs/parity.md`: every name of zarr-python's `zarr` module (`docs/zarr-python-names.json`) and what it is here. A
 * name is looked for in the library as it runs, in both entry points, and its parameters in the types. One that is
 * neither there nor excused below with a reason is a hole, and fails.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../tarball.mjs';

const PYTHON = JSON.parse(readFileSync(join(root, 'docs/zarr-python-names.json'), 'utf8'));

/** Names that the rule (snake_case to camelCase) does not give. */
const NAMES = {
  'zarr.__version__': 'version',
  'Array.__getitem__': 'get',
  'Array.__setitem__': 'set',
  'AsyncArray.getitem': 'getItem',
  'AsyncArray.setitem': 'setItem',
  'AsyncGroup.getitem': 'getItem',
  'AsyncGroup.setitem': 'setItem',
  'AsyncGroup.delitem': 'delItem',
  'Group.__getitem__': 'getItem',
  'Group.__setitem__': 'setItem',
  'Group.__delitem__': 'delItem',
  'Group.__contains__': 'contains',
  'Group.__len__': 'nmembers',
  'Group.__iter__': '[Symbol.iterator]',
};

/** Names that are not here, and why. */
const ABSENT = {
  'zarr.set_log_level': 'the library logs nothing',
  'zarr.set_format': 'the library logs nothing',
  'Array.__array__': "NumPy's protocol; `get()` is the whole array in memory",
  'config.codec_pipeline.path': 'there is one pipeline',
  'config.codec_pipeline.batch_size': 'there is one pipeline, and no batches',
  'config.codec_pipeline.max_workers': 'there is one pipeline; `workers` and `threading.maxWorkers` are the settings',
  'config.codecs': '`registerCodec` of `zarr-ts/codecs` says which class a codec has',
  'config.buffer': 'bytes are always `Uint8Array`s',
  'config.ndbuffer': 'arrays in memory are always `NdArray`s',
  'config.array.allow_unsafe_pickle_decode': 'Python pickles are never decoded',
  'config.enable_gpu()': 'there is no GPU memory in JavaScript',
  'errors.RectilinearChunksDisabledError':
    'here it is a `MetadataValidationError`, and rectilinear chunks are on by default',
  ...Object.fromEntries(
    ['UnstableSpecificationWarning', 'ZarrFutureWarning', 'ZarrDeprecationWarning', 'ZarrUserWarning'].map((name) => [
      `errors.${name}`,
      'JavaScript has no warnings: what would be wrong is an error, the rest is silent',
    ]),
  ),
  'errors.ZarrRuntimeWarning': 'JavaScript has no warnings: what would be wrong is an error, the rest is silent',
};

/** Parameters under another name, for all functions or (with a dot) for one. */
const RENAMED = {
  a: 'source',
  arr: 'value',
  grp: 'group',
  default: 'byDefault',
  new_attributes: 'attributes',
  key: 'path',
  member: 'path',
  'from_dict.data': 'document',
  'save.args': 'value',
  'save.kwargs': 'value',
  'save_group.args': 'values',
  'save_group.kwargs': 'values',
  'setitem.key': 'name',
  '__setitem__.key': 'name',
  'delitem.key': 'name',
  '__delitem__.key': 'name',
  'get().key': 'key',
  'get().default': 'fallback',
  'set().arg': 'values',
};

const IGNORED = 'zarr-python takes and ignores it';

/** Parameters that are not here, and why; for all functions or (with a dot) for one. */
const EXCUSED = {
  prototype: 'bytes are always `Uint8Array`s',
  synchronizer: IGNORED,
  chunk_store: IGNORED,
  cache_metadata: IGNORED,
  cache_attrs: IGNORED,
  object_codec: IGNORED,
  meta_array: IGNORED,
  read_only: IGNORED,
  ...Object.fromEntries(
    ['array', 'create', 'create_array'].map((name) => [
      `${name}.storage_options`,
      'a group has its store already: zarr-python fails with it',
    ]),
  ),
  plain: 'the picture is always plain text; `toHTML()` is for pages',
  flags: 'it told LMDB how to open a database; zarr-python 2 only',
};

/** What groups make with the options of `create`. */
const FILLED = ['empty', 'zeros', 'ones', 'full', 'empty_like', 'zeros_like', 'ones_like', 'full_like'];

/** Whose parameters `**kwargs` are; all of them must be here too. */
const KEYWORDS = {
  'zarr.array': 'zarr.create',
  'zarr.create': '',
  'zarr.copy': 'zarr.create_array',
  'zarr.empty': 'zarr.create',
  'zarr.zeros': 'zarr.create',
  'zarr.ones': 'zarr.create',
  'zarr.full': 'zarr.create',
  'zarr.empty_like': 'zarr.create',
  'zarr.zeros_like': 'zarr.create',
  'zarr.ones_like': 'zarr.create',
  'zarr.full_like': 'zarr.create',
  'zarr.open_like': 'zarr.open_array',
  'zarr.open': 'zarr.open_array',
  'zarr.open_array': 'zarr.create',
  'zarr.open_consolidated': 'zarr.open_group',
  'zarr.save_array': 'zarr.create',
  'Group.create': '',
  'Group.create_array': '',
  'AsyncGroup.create_array': '',
  create_dataset: 'Group.create_array',
  create_group: 'AsyncGroup.create_group',
  require_array: 'Group.create_array',
  require_dataset: 'Group.create_array',
  require_group: 'AsyncGroup.require_group',
  ...Object.fromEntries(FILLED.map((name) => [name, 'zarr.create'])),
};

/** A group has its place and its format. */
const GIVEN_BY_GROUP = ['store', 'path', 'mode', 'zarr_format', 'zarr_version', 'storage_options'];

/** Parameters of `KEYWORDS` that a function has no use for: what they say is given already. */
const WITHOUT = {
  'zarr.array': ['shape'],
  'zarr.open_array': ['overwrite'],
  'zarr.open': ['overwrite'],
  'zarr.save_array': ['shape', 'data', 'write_empty_chunks'],
  'zarr.copy': ['store', 'name', 'shape', 'dtype', 'data', 'attributes', 'overwrite', 'storage_options', 'write_data'],
  create_dataset: ['storage_options'],
  require_array: ['storage_options'],
  require_dataset: ['storage_options'],
  ...Object.fromEntries(FILLED.map((name) => [name, GIVEN_BY_GROUP])),
  ...Object.fromEntries(['zeros', 'ones'].map((name) => [name, [...GIVEN_BY_GROUP, 'fill_value']])),
};

/** The page, and what is wrong: names and parameters that are neither here nor excused, excuses that nothing needs. */
export function parityPage({ checker, exportsOf }, entryPoints, surface) {
  const problems = [];
  const unused = new Set([...keysOf(ABSENT), ...keysOf(NAMES)]);
  const types = new Map(
    exportsOf(entryPoints.find(({ name }) => name === 'zarr-ts/sync').file).map((e) => [e.name, e]),
  );
  const reasons = [];
  const taken = new Set();
  const sections = Object.entries(PYTHON).map(([owner, names]) => {
    const rows = Object.entries(names).map(([name, entry]) => row(owner, name, entry));
    return section(owner, rows);
  });
  const rows = Object.values(PYTHON).reduce((count, names) => count + Object.keys(names).length, 0);
  for (const key of unused) problems.push(`${key}: listed in scripts/docs/parity.mjs, and no name of zarr-python`);
  return { text: page(sections, reasons, rows, ours()), problems };

  function row(owner, name, { kind, parameters, only, deprecated }) {
    const key = `${owner}.${name}`;
    const notes = [];
    if (only === '3.0') notes.push('3.0 only');
    if (deprecated) notes.push('deprecated');
    unused.delete(key);
    if (Object.hasOwn(ABSENT, key)) return [pythonText(owner, name), '', `not here: ${ABSENT[key]}`];
    const found = NAMES[key] ?? camelCase(name);
    taken.add(`${owner}.${found}`);
    if (!existsAtRuntime(owner, found, kind)) problems.push(`${key}: expected ${found} in the library as it runs`);
    const signatures = signaturesOf(owner, found, kind);
    if (parameters !== undefined && kind !== 'class' && owner !== 'errors') {
      if (signatures.length === 0) problems.push(`${key}: ${found} has no signature`);
      else notes.unshift(parametersText(key, name, parameters, signatures));
    }
    return [pythonText(owner, name), oursText(owner, found, kind), notes.join('; ')];
  }

  function existsAtRuntime(owner, name, kind) {
    const { index, sync, errors, instances } = surface;
    if (owner === 'zarr') return index[name] !== undefined && sync[name] !== undefined;
    if (owner === 'errors') return errors[name] !== undefined;
    if (owner === 'config') {
      if (kind === 'setting') return Object.hasOwn(sync.config.defaults, name);
      return sync.config[name.replace('()', '')] !== undefined;
    }
    if (kind === 'classmethod') return typeof sync[owner][name] === 'function';
    return (name === '[Symbol.iterator]' ? Symbol.iterator : name) in instances[owner];
  }

  /** The parameters of what a name means: the positional ones, and the names of the options. */
  function signaturesOf(owner, name, kind) {
    const member = typeOf(owner, name.replace('()', ''), kind);
    return (member?.getCallSignatures() ?? []).map((signature) => {
      const positional = [];
      const options = [];
      for (const parameter of signature.getParameters()) {
        const { valueDeclaration: node } = parameter;
        const type = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(parameter, node));
        if (parameter.name === 'options' || ts.isObjectBindingPattern(node.name)) {
          options.push(...checker.getPropertiesOfType(type).map((property) => property.name));
        } else positional.push(parameter.name);
      }
      return { positional, options };
    });
  }

  function typeOf(owner, name, kind) {
    if (owner === 'zarr') {
      const { symbol } = types.get(name) ?? {};
      return symbol?.valueDeclaration && checker.getTypeOfSymbolAtLocation(symbol, symbol.valueDeclaration);
    }
    const { symbol } = types.get(owner === 'config' ? 'config' : owner) ?? {};
    if (symbol === undefined) return undefined;
    const value = checker.getTypeOfSymbolAtLocation(symbol, symbol.valueDeclaration);
    const side = kind === 'classmethod' || owner === 'config' ? value : checker.getDeclaredTypeOfSymbol(symbol);
    const property = checker.getPropertyOfType(side, name);
    return property && checker.getTypeOfSymbolAtLocation(property, property.valueDeclaration);
  }

  function parametersText(key, name, parameters, signatures) {
    const positional = [];
    const options = [];
    const missing = [];
    let more = '';
    for (const parameter of parameters.split(', ')) {
      const bare = parameter.replace(/^\*+/, '');
      const target = RENAMED[`${name}.${bare}`] ?? RENAMED[bare] ?? camelCase(bare);
      const shown = bare === target || camelCase(bare) === target ? `\`${target}\`` : `\`${bare}\` → \`${target}\``;
      if (signatures.some((signature) => signature.positional.includes(target))) positional.push(shown);
      else if (signatures.some((signature) => signature.options.includes(target))) options.push(shown);
      else if (/^\*/.test(parameter)) more ||= keywordsText(key, name, signatures);
      else missing.push(missingText(key, name, bare));
    }
    const parts = positional;
    if (options.length > 0) parts.push(`{ ${options.join(', ')} }`);
    if (more !== '') parts.push(more);
    return [...new Set(parts), ...missing].join(', ');
  }

  function missingText(key, name, parameter) {
    const reason = EXCUSED[`${name}.${parameter}`] ?? EXCUSED[parameter];
    if (reason === undefined) problems.push(`${key}: parameter ${parameter} is not here, and not excused`);
    if (!reasons.includes(reason)) reasons.push(reason);
    return `without \`${parameter}\` (${reasons.indexOf(reason) + 1})`;
  }

  /** Checks that the options hold all that `**kwargs` stands for. */
  function keywordsText(key, name, signatures) {
    const target = KEYWORDS[key] ?? KEYWORDS[name];
    if (target === undefined) problems.push(`${key}: **kwargs stands for parameters that nothing names`);
    if (!target) return '';
    const [owner, of] = target.split('.');
    const known = signatures.flatMap(({ positional, options }) => [...positional, ...options]);
    for (const parameter of PYTHON[owner][of].parameters.split(', ')) {
      const ours = RENAMED[parameter] ?? camelCase(parameter);
      const isKnown = parameter.startsWith('*') || known.includes(ours) || Object.hasOwn(EXCUSED, parameter);
      const isOwn = (WITHOUT[key] ?? WITHOUT[name] ?? []).includes(parameter);
      if (!isKnown && !isOwn) problems.push(`${key}: **kwargs: parameter ${parameter} of ${target} is not here`);
    }
    return `the options of \`${owner === 'zarr' ? '' : 'group.'}${camelCase(of)}\``;
  }

  /** What zarr-python has no name for. */
  function ours() {
    const { sync, instances } = surface;
    const functions = Object.keys(sync).filter((name) => !taken.has(`zarr.${name}`));
    const lists = [['`zarr-ts`, `zarr-ts/sync`', functions]];
    for (const [owner, instance] of Object.entries(instances)) {
      const members = new Set();
      for (let at = instance; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
        for (const name of Object.getOwnPropertyNames(at)) members.add(name);
      }
      const type = checker.getDeclaredTypeOfSymbol(types.get(owner).symbol);
      const isPublic = (name) =>
        checker.getPropertyOfType(type, name)?.valueDeclaration !== undefined && !isHidden(type, name);
      const rest = [...members].filter((name) => !/^(constructor|toString)$/.test(name) && isPublic(name));
      lists.push([`\`${owner}\``, rest.filter((name) => !taken.has(`${owner}.${name}`))]);
    }
    return lists;
  }

  function isHidden(type, name) {
    const { valueDeclaration } = checker.getPropertyOfType(type, name);
    return (
      (ts.getCombinedModifierFlags(valueDeclaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0
    );
  }
}

const keysOf = (table) => Object.keys(table);

const camelCase = (name) => name.replace(/([a-z0-9])_([a-z0-9])/g, (_, before, after) => before + after.toUpperCase());

const pythonText = (owner, name) => `\`${owner === 'zarr' ? `zarr.${name}` : name}\``;

function oursText(owner, name, kind) {
  if (kind === 'classmethod') return `\`${owner}.${name}\``;
  if (kind === 'function' || kind === 'method') return `\`${name.replace('()', '')}()\``;
  return `\`${name}\``;
}

const TITLES = {
  zarr: 'Functions and classes',
  config: '`zarr.config`',
  errors: '`zarr.errors`, in `zarr-ts/errors`',
};

function section(owner, rows) {
  const lines = rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
  const head = ['| zarr-python | zarr-ts | parameters, notes |', '|---|---|---|'];
  return [`## ${TITLES[owner] ?? `\`${owner}\``}`, '', ...head, ...lines].join('\n');
}

function page(sections, reasons, count, ours) {
  const numbered = reasons.map((reason, i) => `${i + 1}. ${reason}`);
  const lists = ours.filter(([, names]) => names.length > 0);
  return `<!-- Made by \`npm run docs\`: change scripts/docs/parity.mjs or the sources, not this page. -->

# zarr-python to zarr-ts

All ${count} public names of zarr-python's \`zarr\` module, those of its 3.0 API page (“3.0 only” where they are gone since) and of
3.4, with what each is here. \`zarr-ts\` and \`zarr-ts/sync\` have the same names; the classes \`Array\` and \`Group\` are the
blocking ones.

How to read the last column: \`data\` stands before the options, in that order; \`{ axis }\` is a member of the options object,
which comes last; \`a\` → \`source\` has another name here. What zarr-python has and this library lacks is “without”, and why:

${numbered.join('\n')}

${sections.join('\n\n')}

## Only here

${lists.map(([owner, names]) => `- ${owner}: ${names.map((name) => `\`${name}\``).join(', ')}`).join('\n')}
`;
}
