/**
 * Lazy views: a selection of an array that was checked and not read. A view of a view is a selection of the same array,
 * so that however many are laid over each other, a read touches the chunks of the last one alone.
 */
import { BoundsCheckError } from '../errors.js';
import { axesOfResult, composed } from '../indexing/compose.js';
import { anySelection, type NormalSelection, type SelectionRule } from '../indexing/selection.js';
import { type AxisPick, isPoints } from '../ndarray/picked.js';
import { checkOptions } from '../options.js';
import type { Task } from '../task.js';
import { checkWritable } from './documents.js';
import { type Explanation, explainRead } from './explain.js';
import type { ArrayNode, FieldOptions, OperationOptions } from './node.js';
import {
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
    this.#checkInside();
    return yield* readSelected(this.node, this.normal, options ?? {});
  }

  *write(value: unknown, options: WriteOptions = {}): Task<void> {
    checkOptions(options, WRITE, 'view.set');
    checkWritable(this.node.storePath);
    this.#checkInside();
    yield* writeSelected(this.node, this.normal, value, options ?? {});
  }

  explain(options: ExplainOptions = {}): Explanation {
    checkOptions(options, ['fields', 'config'], 'view.explain');
    this.#checkInside();
    return explainRead(this.node, this.normal, options ?? {});
  }

  /** The array may have become shorter since the view was made. */
  #checkInside(): void {
    const { node, normal } = this;
    const lastPlaces = isPoints(normal.region) ? normal.region.coords.map(lastOf) : normal.region.map(lastOf);
    node.model.shape.forEach((length, axis) => {
      const last = lastPlaces[axis] ?? -1;
      if (last < length) return;
      throw new BoundsCheckError(
        `a view that reaches index ${last} of axis ${axis}, which has become ${length} long since it was made`,
        { axis, path: node.storePath.path },
      );
    });
  }
}

/** The highest place that is taken of an axis; -1 where there is none. */
function lastOf(pick: AxisPick): number {
  if (pick instanceof Float64Array) return pick.reduce((last, place) => Math.max(last, place), -1);
  const { start, step, count } = pick;
  return count === 0 ? -1 : Math.max(start, start + (count - 1) * step);
}
