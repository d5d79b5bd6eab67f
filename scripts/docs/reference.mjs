/**
 * `docs/reference/`: the public names of each entry point, from the declarations and their docstrings. What has no
 * docstring fails, and so does a function or method of the blocking API without an example.
 */
import { relative, resolve } from 'node:path';
import ts from 'typescript';
import { root } from '../tarball.mjs';

/** The pages: `zarr-ts` and `zarr-ts/sync` share one, which documents the blocking functions. */
const PAGES = [
  { page: 'zarr', entries: ['zarr-ts/sync', 'zarr-ts'], title: '`zarr-ts` and `zarr-ts/sync`' },
  { page: 'storage', entries: ['zarr-ts/storage'], title: '`zarr-ts/storage`' },
  { page: 'codecs', entries: ['zarr-ts/codecs'], title: '`zarr-ts/codecs`' },
  { page: 'dtype', entries: ['zarr-ts/dtype'], title: '`zarr-ts/dtype`' },
  { page: 'errors', entries: ['zarr-ts/errors'], title: '`zarr-ts/errors`' },
  { page: 'testing', entries: ['zarr-ts/testing'], title: '`zarr-ts/testing`' },
];

/** Classes all of whose methods have an example. */
const WITH_EXAMPLES = ['Array', 'Group'];

const SHOWN = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.WriteArrowStyleSignature;

export function referencePages({ checker, exportsOf }, entryPoints) {
  const problems = [];
  const exported = new Set(entryPoints.flatMap(({ file }) => exportsOf(file).map(({ symbol }) => symbol)));
  const covered = new Set(PAGES.flatMap(({ entries }) => entries));
  const others = entryPoints.filter(({ name }) => !covered.has(name));
  /** What the page that is made documents, for links. */
  let onPage = new Set();
  const pages = [...PAGES, ...others.map(({ name }) => pageOf(name))].map(({ page, entries, title }) => {
    const files = entries.map((entry) => entryPoints.find(({ name }) => name === entry)?.file).filter(Boolean);
    return [`docs/reference/${page}.md`, pageText(title, files)];
  });
  return { pages, problems };

  function pageText(title, files) {
    const seen = new Map();
    onPage = new Set();
    for (const entry of files.flatMap((file) => exportsOf(file))) {
      onPage.add(entry.symbol);
      const first = seen.get(entry.name);
      if (first === undefined) seen.set(entry.name, entry);
      else if (entry.symbol.flags & ts.SymbolFlags.Function) checkTwin(first.symbol, entry.symbol);
    }
    const entries = [...seen.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const kinds = { Functions: [], Classes: [], Constants: [], Types: [] };
    for (const entry of entries) kinds[kindOf(entry)].push(entryText(entry));
    const sections = Object.entries(kinds).filter(([, texts]) => texts.length > 0);
    return [
      '<!-- Made by `npm run docs` from the docstrings in src/: change those, not this page. -->',
      `# ${title}`,
      INTRODUCTIONS[title],
      ...sections.flatMap(([heading, texts]) => [`## ${heading}`, ...texts]),
    ]
      .filter(Boolean)
      .join('\n\n')
      .concat('\n');
  }

  function entryText({ name, symbol }) {
    const parts = [`### ${name}`, fenced(declarationText(name, symbol))];
    checkDocumented(symbol, placeOf(symbol));
    parts.push(...documentation(symbol));
    if (symbol.flags & ts.SymbolFlags.Function) {
      // What prints and gives nothing has nothing to show.
      const isSilent = signaturesOf(typeOfValue(symbol)).every(({ parameters }) => parameters.length === 0);
      if (isBlocking(symbol) && !isDeprecated(symbol) && !isSilent) checkExample(symbol, name);
      parts.push(...optionTexts(signaturesOf(typeOfValue(symbol))));
    } else if (symbol.flags & ts.SymbolFlags.Class) parts.push(...classTexts(name, symbol));
    else if (symbol.flags & ts.SymbolFlags.Value) parts.push(...constantTexts(symbol));
    else parts.push(...typeTexts(symbol));
    return parts.filter(Boolean).join('\n\n');
  }

  // Documentation.

  function documentation(symbol) {
    const parts = [textOf(symbol)];
    const tags = symbol.getJsDocTags(checker);
    for (const { name, text } of tags) {
      if (name === 'deprecated') parts.push(`**Deprecated.** Use ${ts.displayPartsToString(text)}.`);
    }
    const throws = tags
      .filter(({ name }) => name === 'throws')
      .map(({ text }) => `- ${flat(ts.displayPartsToString(text))}`);
    if (throws.length > 0) parts.push(`Throws:\n\n${throws.join('\n')}`);
    const examples = tags.filter(({ name }) => name === 'example').map(({ text }) => ts.displayPartsToString(text));
    for (const example of examples) parts.push(fenced(example.trim(), 'ts'));
    return parts.filter((part) => part !== '');
  }

  function textOf(symbol) {
    return ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
  }

  function checkDocumented(symbol, where) {
    if (textOf(symbol) === '' && !isDocumentedElsewhere(symbol)) problems.push(`${where}: no docstring`);
  }

  /** The functions of both entry points begin with the same sentence; what follows may tell how promises differ. */
  function checkTwin(blocking, promising) {
    const [said, expected] = [promising, blocking].map((symbol) => flat(textOf(symbol)).split(/[.:] /)[0]);
    if (said !== expected) problems.push(`${placeOf(promising)}: expected the docstring of ${placeOf(blocking)}`);
  }

  function checkExample(symbol, where) {
    if (symbol.getJsDocTags(checker).some(({ name }) => name === 'example')) return;
    problems.push(`${where} (${placeOf(symbol)}): no @example`);
  }

  function isDeprecated(symbol) {
    return symbol.getJsDocTags(checker).some(({ name }) => name === 'deprecated');
  }

  // Declarations.

  function declarationText(name, symbol) {
    const { flags } = symbol;
    if (flags & ts.SymbolFlags.Function) {
      return signaturesOf(typeOfValue(symbol))
        .map((signature) => `function ${name}${signatureText(signature)}`)
        .join('\n');
    }
    if (flags & ts.SymbolFlags.Class) {
      const declaration = symbol.declarations.find(ts.isClassDeclaration);
      const parameters = declaration.typeParameters?.map((node) => node.getText()).join(', ');
      const heritage = declaration.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
      const parent = heritage && isExported(heritage.types[0]) ? ` extends ${heritage.types[0].getText()}` : '';
      return `class ${name}${parameters ? `<${parameters}>` : ''}${parent}`;
    }
    if (flags & ts.SymbolFlags.Variable) {
      return `const ${name}: ${checker.typeToString(typeOfValue(symbol), undefined, SHOWN)}`;
    }
    const declaration = symbol.declarations[0];
    if (ts.isInterfaceDeclaration(declaration)) {
      const parameters = declaration.typeParameters?.map((node) => node.getText()).join(', ');
      const heritage = declaration.heritageClauses?.map((clause) => ` ${flat(clause.getText())}`).join('') ?? '';
      return `interface ${name}${parameters ? `<${parameters}>` : ''}${heritage}`;
    }
    return withoutComments(declaration.getText()).replace(/^export /, '');
  }

  function signatureText(signature) {
    return publicNames(checker.signatureToString(signature, undefined, ts.TypeFormatFlags.NoTruncation));
  }

  function isExported(node) {
    const symbol = checker.getSymbolAtLocation(node.expression);
    const target = symbol?.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return exported.has(target);
  }

  // Parts.

  function classTexts(name, symbol) {
    const parts = [];
    const instance = checker.getDeclaredTypeOfSymbol(symbol);
    const statics = checker.getPropertiesOfType(typeOfValue(symbol));
    const constructors = typeOfValue(symbol).getConstructSignatures();
    const isOurs = (member) => member.valueDeclaration !== undefined && isSource(member.valueDeclaration);
    const constructor = symbol.declarations.find(ts.isClassDeclaration)?.members.find(ts.isConstructorDeclaration);
    if (constructor?.parameters.length > 0 && !INTERNAL.has(name)) {
      parts.push(
        ...constructors.map((signature) => fenced(`new ${name}${signatureText(signature).replace(/: [^:]*$/, '')}`)),
      );
      parts.push(...optionTexts(constructors));
    }
    const members = checker.getPropertiesOfType(instance).filter((member) => isOurs(member) && isShown(member));
    const all = [
      ...statics.filter((member) => isOurs(member) && isShown(member)).map((member) => [member, true]),
      ...members.map((member) => [member, false]),
    ];
    for (const member of all) checkMember(name, member);
    // What a parent on some page has stands there, unless the class says something of its own.
    const parents = ancestorsOf(instance).filter((parent) => exported.has(parent.symbol));
    const own = all.filter(
      ([member, isStatic]) =>
        saysItself(member, symbol) || (!isStatic && !parents.some((parent) => parent.getProperty(member.name))),
    );
    const isMethod = ([member]) => (member.flags & ts.SymbolFlags.Method) !== 0;
    const properties = own.filter((member) => !isMethod(member));
    if (properties.length > 0) parts.push(properties.map((member) => propertyText(name, member)).join('\n'));
    parts.push(...own.filter(isMethod).map((member) => methodText(name, member)));
    return parts;
  }

  function checkMember(name, [member, isStatic]) {
    const where = `${name}.${member.name} (${placeOf(member)})`;
    checkDocumented(member, where);
    const isPlain = isStatic || isDeprecated(member) || /^(toString|toJSON)$/.test(member.name);
    if (!isPlain && member.flags & ts.SymbolFlags.Method && WITH_EXAMPLES.includes(name)) checkExample(member, where);
  }

  /** Whether a member is documented in the class itself. */
  function saysItself({ valueDeclaration }, symbol) {
    if (!symbol.declarations.includes(valueDeclaration.parent)) return false;
    return ts.getJSDocCommentsAndTags(valueDeclaration).length > 0;
  }

  /** The classes and interfaces that a type is made of. */
  function ancestorsOf(type) {
    const declaration = type.symbol?.declarations?.find(
      (node) => ts.isClassLike(node) || ts.isInterfaceDeclaration(node),
    );
    const named = (declaration?.heritageClauses ?? []).flatMap(({ types }) =>
      types.map((node) => checker.getTypeAtLocation(node)),
    );
    return named.flatMap((parent) => [...parentsIn(parent), ...ancestorsOf(parent)]);
  }

  /** A parent; of `Promised<T>`, `T`, whose members an async class has. */
  function parentsIn(parent) {
    return parent.aliasSymbol?.name === 'Promised' ? parent.aliasTypeArguments : [parent];
  }

  function propertyText(name, [member, isStatic]) {
    const type = checker.typeToString(checker.getTypeOfSymbol(member), undefined, SHOWN);
    const label = `${isStatic ? `${name}.` : ''}${member.name}`;
    return `- **\`${label}\`**: ${code(type)}. ${described(member)}`;
  }

  function methodText(name, [member, isStatic]) {
    const label = `${isStatic ? `${name}.` : ''}${member.name}`;
    const signatures = signaturesOf(checker.getTypeOfSymbol(member));
    const parts = [
      `#### ${label}`,
      fenced(signatures.map((signature) => `${label}${signatureText(signature)}`).join('\n')),
      ...documentation(member),
      ...optionTexts(signatures),
    ];
    return parts.join('\n\n');
  }

  /** The options of a call: a link to their type, or a list where it has no name on the page. */
  function optionTexts(signatures) {
    const lines = [];
    const links = [];
    for (const signature of signatures) {
      for (const parameter of signature.getParameters()) {
        const { valueDeclaration: node } = parameter;
        if (node === undefined || !isOptions(parameter)) continue;
        const type = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(parameter, node));
        for (const part of type.isIntersection() ? type.types : [type]) {
          const symbol = part.aliasSymbol ?? part.symbol;
          if (symbol !== undefined && onPage.has(symbol)) links.push(symbol.name);
          else if (!part.isUnion())
            lines.push(...checker.getPropertiesOfType(part).map((option) => optionLine(option)));
        }
      }
    }
    const text = links.map((name) => `[\`${name}\`](#${name.toLowerCase()})`);
    const parts = text.length === 0 ? [] : [`Options: ${[...new Set(text)].join(' and ')}.`];
    if (lines.length > 0) parts.push(`Options:\n\n${[...new Set(lines)].join('\n')}`);
    return parts;
  }

  function optionLine(option) {
    checkDocumented(option, `option ${option.name} (${placeOf(option)})`);
    return `- **\`${option.name}\`**: ${code(optionType(option))}. ${described(option)}`;
  }

  /** The type as it is written where it is declared, if that is what it is here. */
  function optionType(option) {
    const type = checker.getTypeOfSymbol(option);
    const written = option.declarations?.find(ts.isPropertySignature)?.type;
    if (written !== undefined && checker.getTypeAtLocation(written) === type) {
      return flat(written.getText()).replace(/ \| undefined\b/, '');
    }
    return checker.typeToString(type, undefined, SHOWN).replace(/ \| undefined$/, '');
  }

  function described(member) {
    const throws = member.getJsDocTags(checker).filter(({ name }) => name === 'throws');
    const failures = throws.map(({ text }) => ` Throws ${flat(ts.displayPartsToString(text))}`).join('');
    const text = flat(textOf(member));
    return `${text}${failures}${isDeprecated(member) ? ' Deprecated.' : ''}`;
  }

  function constantTexts(symbol) {
    const type = typeOfValue(symbol);
    const members = checker
      .getPropertiesOfType(type)
      .filter((member) => isSource(member.valueDeclaration) && isShown(member));
    if (type.symbol?.flags & ts.SymbolFlags.Class) return classTexts(symbol.name, type.symbol);
    return members.length === 0 ? [] : [members.map((member) => namedText(member)).join('\n')];
  }

  function namedText(member) {
    const { symbol } = checker.getTypeOfSymbol(member);
    const target = symbol && textOf(symbol) !== '' ? symbol : member;
    checkDocumented(target, `${member.name} (${placeOf(member)})`);
    return `- **\`${member.name}\`**. ${described(target)}`;
  }

  function typeTexts(symbol) {
    const declaration = symbol.declarations[0];
    const isObject = ts.isInterfaceDeclaration(declaration) || ts.isTypeLiteralNode(declaration.type ?? declaration);
    if (!isObject) return [];
    const members = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
    const lines = members
      .filter(({ name, declarations }) => isSource(declarations?.[0]) && !name.startsWith('__'))
      .map((member) => optionLine(member));
    return lines.length === 0 ? [] : [lines.join('\n')];
  }

  function typeOfValue(symbol) {
    return checker.getTypeOfSymbolAtLocation(symbol, symbol.valueDeclaration);
  }

  function isBlocking(symbol) {
    return relative(root, symbol.valueDeclaration.getSourceFile().fileName) === 'src/sync.ts';
  }
}

/** Classes that only the library makes. */
const INTERNAL = new Set([
  ...['Array', 'AsyncArray', 'Group', 'AsyncGroup', 'ArrayInfo', 'GroupInfo', 'Attributes', 'Config', 'CopyResult'],
  ...['Indexer', 'AsyncIndexer', 'Tree'],
]);

const pageOf = (name) => {
  const page = name.replace(/^[^/]+\//, '').replaceAll('/', '-');
  return { page, entries: [name], title: `\`${name}\`` };
};

/** Whether a parameter is an object of options: by its name, or since it is taken apart with a rest of them. */
function isOptions({ name, valueDeclaration: node }) {
  if (name === 'options') return true;
  return ts.isObjectBindingPattern(node.name) && node.name.elements.some((element) => element.dotDotDotToken);
}

const signaturesOf = (type) => [...type.getCallSignatures()];

function kindOf({ symbol, isType }) {
  if (isType && !(symbol.flags & ts.SymbolFlags.Class)) return 'Types';
  if (symbol.flags & ts.SymbolFlags.Class) return 'Classes';
  if (symbol.flags & ts.SymbolFlags.Function) return 'Functions';
  return symbol.flags & ts.SymbolFlags.Value ? 'Constants' : 'Types';
}

/** Members that users name: no symbols, nothing private or protected. */
function isShown(member) {
  const { valueDeclaration } = member;
  if (member.name.startsWith('__') || member.name === 'prototype' || member.name.startsWith('#')) return false;
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return (ts.getCombinedModifierFlags(valueDeclaration) & hidden) === 0;
}

const isSource = (node) =>
  node !== undefined && resolve(node.getSourceFile().fileName).startsWith(resolve(root, 'src'));

/** What TypeScript itself declares has its documentation there. */
const isDocumentedElsewhere = (symbol) => !isSource(symbol.valueDeclaration ?? symbol.declarations?.[0]);

function placeOf(symbol) {
  const node = symbol.valueDeclaration ?? symbol.declarations?.[0];
  if (node === undefined) return symbol.name;
  const file = node.getSourceFile();
  return `${relative(root, file.fileName)}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

/** Types under the names that users import, and without what `?` says already. */
const publicNames = (text) =>
  text.replace(/\bZarr(Array|Group)\b/g, '$1').replace(/\?: ((?:[^<>,)]|<[^<>]*>)*?) \| undefined(?=[,)])/g, '?: $1');

const flat = (text) => text.replace(/\s+/g, ' ').trim();

const code = (text) => `\`${publicNames(flat(text)).replaceAll('`', "'")}\``;

const fenced = (text, language = 'typescript') => `\`\`\`${language}\n${text}\n\`\`\``;

const withoutComments = (text) => text.replace(/\/\*\*[\s\S]*?\*\/\s*/g, '');

const INTRODUCTIONS = {
  '`zarr-ts` and `zarr-ts/sync`':
    "The same names twice: `zarr-ts/sync` blocks, `zarr-ts` gives promises of the same. This page shows the blocking functions; with promises each answers with a promise of what stands here, `Array` and `Group` are `AsyncArray` and `AsyncGroup`, and generators are async ones. Examples leave out `import * as zarr from 'zarr-ts/sync'`, and `import { config, ndarray, slice } from 'zarr-ts/sync'`.",
  '`zarr-ts/storage`': 'Stores, and what is wrapped around them. What a store must do is the type `Store`.',
  '`zarr-ts/codecs`': 'Codecs to construct and to hand to `filters`, `serializer`, `compressors` or `codecs`.',
  '`zarr-ts/dtype`': 'Data types, each under the name it has in zarr-python.',
  '`zarr-ts/errors`':
    'Every error is a `ZarrError`; its `code` is the name of the class in kebab case without “error”.',
  '`zarr-ts/testing`': 'For those who write stores.',
};
