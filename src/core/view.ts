/**
 * Lazy views: a selection of an array that was checked and not read. A view of a view is a selection of the same array,
 * so that however many are laid over each other, a read touches the chunks of the last one alone.
 */
import { axesOfResult, composed } from '../indexing/compose.js';
import { anySelection, type NormalSelection, type SelectionRule } from '../indexing/selection.js';
import { checkOptions } from '../options.js';
import type { Task } from '../task.js';
import { checkWritable } from './documents.js';
import { type Explanation, explainRead } from './explain.js';
import type { ArrayNode, FieldOptions, OperationOptions } from './node.js';
import {
  checkInside,
  inArray,
  READ,
  type ReadOptions,
  readSelected,
  WRITE,
  type WriteOptions,
  writeSelected,
} from './selections.js';

/** What explaining a read takes: of the options of the read, those that change what it costs. */
export interface ExplainOptions extends FieldOptions, Pick<OperationOptions, 'config'> {}

/** A part of an array, not read. */
export class ViewNode {
  private constructor(
    readonly node: ArrayNode,
    readonly normal: NormalSelection,
  ) {}

  /** The part of an array that `selection` means by `rule`. */
  static of(node: ArrayNode, selection: unknown, rule: SelectionRule = anySelection): ViewNode {
    return new ViewNode(
      node,
      inArray(node, () => rule(selection ?? '...', node.level.grid)),
    );
  }

  /** A part of this part. */
  view(selection: unknown, rule: SelectionRule = anySelection): ViewNode {
    const { node, normal } = this;
    const inner = inArray(node, () => rule(selection ?? '...', axesOfResult(normal)));
    return new ViewNode(node, composed(normal, inner));
  }

  *read(options: ReadOptions = {}): Task<unknown> {
    checkOptions(options, READ, 'view.get');
    return yield* readSelected(this.node, this.normal, options ?? {});
  }

  *write(value: unknown, options: WriteOptions = {}): Task<void> {
    checkOptions(options, WRITE, 'view.set');
    checkWritable(this.node.storePath);
    yield* writeSelected(this.node, this.normal, value, options ?? {});
  }

  explain(options: ExplainOptions = {}): Explanation {
    checkOptions(options, ['fields', 'config'], 'view.explain');
    checkInside(this.node, this.normal);
    return explainRead(this.node, this.normal, options ?? {});
  }
}
