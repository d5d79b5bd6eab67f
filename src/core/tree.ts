/** A group and its members as a picture, as zarr-python draws it. */
import { described } from '../described.js';
import type { DType } from '../dtypes/dtype.js';
import { pythonString } from '../dtypes/python-text.js';
import { Struct } from '../dtypes/struct.js';
import { TimeType } from '../dtypes/time.js';
import { ArgumentError } from '../errors.js';
import { checkOptions } from '../options.js';
import type { Task } from '../task.js';
import { listMembers, type Member } from './members.js';
import type { GroupNode, ProgressOptions } from './node.js';

/** One node of the picture. */
export interface TreeNode {
  readonly name: string;
  readonly kind: 'array' | 'group';
  readonly shape?: readonly number[];
  readonly dtype?: string;
  readonly children: readonly TreeNode[];
}

/** The picture: as text, as JSON, as HTML. */
export class Tree {
  constructor(
    /** The group, with what is below it. */
    readonly root: TreeNode,
    /** How many nodes are drawn, where there are more. */
    readonly truncatedAt: number | undefined,
  ) {}

  /** Lines of the kind `├── a (10, 20) float32`. */
  toString(): string {
    return this.#text((name) => name);
  }

  /** What `console.log` prints on Node. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** The group, with what is below it. */
  toJSON(): TreeNode {
    return this.root;
  }

  /** The text in a `<pre>`, names in bold. */
  toHTML(): string {
    const style =
      "white-space:pre;overflow-x:auto;line-height:normal;font-family:Menlo,'DejaVu Sans Mono',consolas,'Courier New',monospace";
    return `<pre style="${style}">${this.#text((name) => `<b>${escapeHtml(name)}</b>`, escapeHtml)}</pre>\n`;
  }

  #text(nameText: (name: string) => string, plain: (text: string) => string = (text) => text): string {
    const lines: string[] = [];
    if (this.truncatedAt !== undefined) {
      lines.push(`Truncated at max_nodes=${this.truncatedAt}, some nodes and their children may be missing`);
    }
    lines.push(nameText(this.root.name));
    const draw = (nodes: readonly TreeNode[], indent: string): void => {
      nodes.forEach((node, i) => {
        const last = i === nodes.length - 1;
        const about = node.shape === undefined ? '' : plain(` ${tuple(node.shape)} ${node.dtype}`);
        lines.push(`${indent}${last ? '└──' : '├──'} ${nameText(node.name)}${about}`);
        draw(node.children, `${indent}${last ? '    ' : '│   '}`);
      });
    };
    draw(this.root.children, '');
    return `${lines.join('\n')}\n`;
  }
}

/** What `tree` takes. */
export interface TreeOptions extends ProgressOptions {
  /** Levels below the first; all by default. */
  readonly level?: number | null | undefined;
  /** Taken and without effect: every group is drawn expanded, as in zarr-python. */
  readonly expand?: boolean | null | undefined;
  /** Nodes drawn at most. */
  readonly maxNodes?: number | undefined;
}

export function* treeOf(group: GroupNode, options: TreeOptions = {}): Task<Tree> {
  checkOptions(options, ['level', 'expand', 'maxNodes', 'signal', 'onProgress'], 'tree');
  const { level, maxNodes: most, signal, onProgress } = options ?? {};
  const maxNodes = most ?? 500;
  if (!Number.isSafeInteger(maxNodes) || maxNodes < 0) {
    throw new ArgumentError(`tree: maxNodes: expected an integer of at least 0, got ${described(maxNodes)}`);
  }
  const members = yield* listMembers(group, { maxDepth: level ?? null, signal, onProgress });
  const shown = members.slice(0, maxNodes);
  const { path } = group.storePath;
  const root: TreeNode = { name: `/${path}`, kind: 'group', children: branches(shown, '') };
  return new Tree(root, members.length > maxNodes ? maxNodes : undefined);
}

function branches(members: readonly Member[], prefix: string): TreeNode[] {
  const direct = members.filter(([path]) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'));
  return direct.map(([path, node]) => {
    const name = path.slice(prefix.length);
    if (node.kind === 'group') return { name, kind: 'group', children: branches(members, `${path}/`) };
    const { shape, dtype } = node.model;
    return { name, kind: 'array', shape, dtype: numpyText(dtype), children: [] };
  });
}

/** The type as NumPy prints the one that zarr-python uses in memory. */
export function numpyText(dtype: DType): string {
  if (dtype.kind === 'string' && dtype.itemSize === undefined) return 'StringDType()';
  if (dtype.kind === 'bytes' && dtype.itemSize === undefined) return 'object';
  if (dtype instanceof Struct) return fieldsText(dtype);
  if (dtype.endianness === 'big' || dtype.kind === 'string' || dtype.kind === 'bytes')
    return String(dtype.toMetadata(2));
  // Only types of time have a name with a prefix, and only they have a unit.
  return dtype instanceof TimeType
    ? String(dtype.toMetadata(2)).replace('<M8', 'datetime64').replace('<m8', 'timedelta64')
    : dtype.name;
}

/** A list of names and types. In a list NumPy leaves out a byte order that does not matter. */
function fieldsText({ fields }: Struct): string {
  const texts = fields.map(([name, dtype]) => {
    const text = dtype instanceof Struct ? fieldsText(dtype) : `'${fieldCode(dtype)}'`;
    return `(${pythonString(name)}, ${text})`;
  });
  return `[${texts.join(', ')}]`;
}

const fieldCode = (dtype: DType): string => {
  const code = String(dtype.toMetadata(2)).replace('|', '');
  return code === 'b1' ? '?' : code;
};

const tuple = (shape: readonly number[]): string => (shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`);

/** As Python's `html.escape` does it. */
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

const ENTITIES: Readonly<Record<string, string>> = Object.freeze({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
});
