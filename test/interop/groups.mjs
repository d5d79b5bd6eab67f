// Our side of the hierarchies and of the attribute updates, with each of the two APIs.

import { join } from 'node:path';
import { createOptions, dataOf, describedProblems, differences, lines, plainAttributes } from './arrays.mjs';
import { attributeSets } from './attributes.mjs';
import { update } from './hierarchies.mjs';
import { matches } from './tokens.mjs';

/** Opens a hierarchy that zarr-python wrote, and compares it with what zarr-python says about it. */
export async function hierarchyProblems(zarr, folder, one, expected) {
  const group = await zarr.openGroup(join(folder, one.id), { mode: 'r' });
  const problems = groupProblems('', group, expected);
  const compareText = (what, actual, wanted) => problems.push(...differences(what, lines(actual), lines(wanted)));
  compareText('tree', await group.tree(), expected.tree);
  compareText('tree of level 0', await group.tree({ level: 0 }), expected.treeOfLevel0);
  compareText('infoComplete', await group.infoComplete(), expected.infoComplete);
  const members = new Map();
  for await (const [path, node] of group.members({ maxDepth: null })) members.set(path, node);
  compareText(
    'members',
    [...members.keys()].sort().join('\n'),
    expected.members
      .map(([path]) => path)
      .sort()
      .join('\n'),
  );
  for (const [path, description] of expected.members) {
    const node = members.get(path);
    if (node?.kind !== description.kind) problems.push(`${path}: expected ${description.kind}, got ${node?.kind}`);
    else if (node.kind === 'group') problems.push(...groupProblems(`${path}: `, node, description));
    else problems.push(...(await describedProblems(node, description)).map((problem) => `${path}: ${problem}`));
  }
  return problems;
}

function groupProblems(prefix, group, expected) {
  const problems = [];
  const attributes = plainAttributes(group);
  if (!matches(expected.attributes, attributes)) {
    problems.push(`${prefix}attributes: expected ${JSON.stringify(expected.attributes)}, got other ones`);
  }
  problems.push(...differences(`${prefix}info`, lines(group.info), lines(expected.info)));
  return problems;
}

/** Creates a hierarchy as zarr-python did. */
export async function writeHierarchy(zarr, folder, one) {
  const root = join(folder, one.id);
  for (const node of one.nodes) {
    if (node.kind === 'array') {
      const array = await zarr.createArray(root, {
        ...createOptions({ ...node, format: one.format }),
        name: node.path,
      });
      await array.set('...', dataOf(zarr, node));
    } else {
      const attributes = attributeSets[node.attributes].value;
      await zarr.createGroup(root, { path: node.path, zarrFormat: one.format, attributes });
    }
  }
  for (const path of one.consolidate) await zarr.consolidateMetadata(root, { path, zarrFormat: one.format });
}

/** Updates the attributes of a node that zarr-python created. */
export async function updateAttributes(zarr, folder, one) {
  const node = await zarr.open(join(folder, one.id), { mode: 'r+' });
  await node.updateAttributes(update.value);
}
