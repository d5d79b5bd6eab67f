// Where this library does something else than zarr-python 3.4.2 on purpose, and why. Each entry is matched as narrowly
// as it can be, and is counted: one that is never met has to go.

/**
 * Entries are `{ name, reason }` and one of: `note`, which the Python side gives where it did something in our place;
 * `adjust(key, text, mine)`, which gives the document that is expected instead of zarr-python's; `explains(met)`, for
 * what came of a step: `{ step, theirs, mine, problems, isMixed }`, the outcomes of both sides, and whether there are nodes
 * of both formats; `explainsFiles({ step, outcome, theirs, mine, problems, isMixed })`, for the files after it; `explainsReading(problem)`, for one
 * that is met when all is read in the end, where there are nodes of both formats. Where folders then differ, `winner` says
 * whose goes on.
 */
export const knownDifferences = [
  {
    name: 'consolidated metadata is kept fresh',
    reason: 'zarr-python leaves it stale when what is below changes; the worker consolidates again',
    note: 'consolidated again',
  },
  {
    name: 'written values are broadcast',
    reason: 'zarr-python leaves it to each chunk, and fails after having written some; the worker broadcasts',
    note: 'broadcast',
  },
  {
    name: 'shrinking forgets what it cuts off',
    reason: 'zarr-python finds it again after growing; the worker writes fill value there before it shrinks',
    note: 'cleared past the end',
  },
  {
    name: 'copies of format 2 groups in .zmetadata',
    reason: 'zarr-python adds a member "consolidated_metadata", which format 2 does not have',
    adjust: (key, text) =>
      key.endsWith('.zmetadata')
        ? text.replaceAll(', "consolidated_metadata": {"metadata": {}, "must_understand": false, "kind": "inline"}', '')
        : text,
  },
  {
    name: 'indices for every axis give a scalar',
    reason: 'zarr-python gives an array without axes for a[0, 0], and a scalar for the basic selection',
    explains: ({ step, problems }) =>
      step.op === 'get' && problems.every((problem) => problem.startsWith('.isScalar: ')),
  },
  {
    name: 'negative steps',
    reason: 'zarr-python refuses them',
    winner: 'ours',
    explains: ({ theirs, mine }) =>
      isError(theirs, 'NegativeStepError') &&
      (mine?.error === undefined || mine.message.startsWith('cannot broadcast')),
  },
  {
    name: 'negative axes of append',
    reason: 'zarr-python does not count them from the end, and fails or loses what is appended',
    winner: 'ours',
    explains: ({ step, mine }) => step.op === 'append' && step.axis < 0 && mine?.error === undefined,
  },
  {
    name: 'masks of axes without elements',
    reason: 'zarr-python looks for the last of the selected elements, of which there are none',
    winner: 'ours',
    explains: ({ theirs, mine }) =>
      isError(theirs, 'IndexError') && theirs.message === EMPTY_AXIS && mine?.error === undefined,
  },
  {
    name: 'blocks of axes without elements',
    reason: 'zarr-python takes the end of the axis for a block outside of it',
    winner: 'ours',
    explains: ({ theirs, mine }) =>
      isError(theirs, 'BoundsCheckError') && theirs.message === NO_BLOCKS && mine?.error === undefined,
  },
  {
    name: 'writing to what is read-only',
    reason: 'it is refused before anything else; zarr-python finds out when it writes, if there is something to write',
    explains: ({ step, theirs, mine }) =>
      step.via === 'read' && (theirs === null || theirs.error !== undefined) && isError(mine, 'ReadOnlyError'),
  },
  {
    name: 'mode "w-" without a shape',
    reason: 'zarr-python tries to make an array in any case, where mode "w" makes a group',
    winner: 'ours',
    explains: ({ step, theirs, mine }) =>
      step.op === 'open' && step.options.mode === 'w-' && isError(theirs, 'TypeError') && mine?.kind === 'group',
  },
  {
    name: 'members of the other format',
    reason: 'zarr-python finds only members of the format that the group has',
    winner: 'ours',
    explains: ({ step, theirs, isMixed }) =>
      isMixed && (step.op === 'members' || theirs?.contains === false || theirs?.kind === null || isAbsence(theirs)),
    explainsReading: (problem) => /"\.(tree|members)/.test(problem),
  },
  {
    name: 'copies have their index where the source has it',
    reason: 'zarr-python keeps the shape of the shards alone when another part of the chain changes',
    winner: 'ours',
    explainsFiles: ({ step, theirs, mine }) => {
      const key = step.path === '' ? 'zarr.json' : `${step.path}/zarr.json`;
      const moved = theirs.get(key)?.toString().replace('"index_location": "end"', '"index_location": "start"');
      return step.op === 'fromArray' && moved === mine.get(key)?.toString();
    },
  },
  {
    name: 'a write that fails deletes nothing',
    reason: 'zarr-python deletes what overwrite replaces before it finds that an array is above',
    winner: 'ours',
    explainsFiles: ({ step, outcome, problems }) =>
      step.options?.overwrite === true &&
      outcome?.error !== undefined &&
      problems.every((problem) => /^keys: .* is too much$/.test(problem)),
  },
  {
    name: 'structs with NaN are fill value',
    reason: 'zarr-python finds NaN to differ from NaN inside of structs, and stores chunks of nothing else',
    winner: 'ours',
    explainsFiles: ({ step, mine, problems }) =>
      step.fields === undefined && /"struct"|"dtype": \[/.test(documentOf(mine, step)) && problems.every(isAboutChunk),
  },
  {
    name: 'complex numbers with zeros below zero are stored',
    reason: 'zarr-python takes -0 for 0 there, though not in floats, and leaves out chunks of nothing else',
    winner: 'ours',
    explainsFiles: ({ step, mine, problems }) =>
      /"complex|"dtype": "[<>]c/.test(documentOf(mine, step)) && problems.every(isAboutChunk),
  },
  {
    name: 'byte strings of fill value keep their zeros',
    reason: 'zarr-python loses those at the end where it fills chunks',
    winner: 'ours',
    explainsFiles: ({ step, mine, problems }) =>
      /variable_length_bytes|vlen-bytes/.test(documentOf(mine, step)) &&
      /"fill_value": ".*(A=|AA==|AA)"/.test(documentOf(mine, step)) &&
      problems.every((problem) => problem.startsWith('chunk ')),
  },
  {
    name: 'groups below consolidated metadata have none of it',
    reason: 'zarr-python writes their part of it into their documents when their attributes change',
    winner: 'ours',
    explainsFiles: ({ step, theirs, mine, problems }) =>
      ['attributes', 'delete'].includes(step.op) &&
      problems.length === 1 &&
      hasConsolidated(theirs, step) &&
      !hasConsolidated(mine, step),
  },
  {
    name: 'one field of a struct is read',
    reason: 'zarr-python takes what it read for structs again, and fails',
    explains: ({ step, theirs, mine }) =>
      step.op === 'get' && typeof step.fields === 'string' && theirs?.error !== undefined && mine?.value !== undefined,
  },
  {
    name: 'one field of a struct is written',
    reason: 'zarr-python writes it over the other ones',
    winner: 'ours',
    explainsFiles: ({ step, problems }) =>
      step.op === 'set' && typeof step.fields === 'string' && problems.every(isAboutChunk),
  },
  {
    name: 'values are cast by value',
    reason: 'zarr-python cuts off fractions without a word',
    winner: 'ours',
    explains: ({ step, theirs, mine }) => step.op === 'set' && theirs === null && isError(mine, 'CastError'),
  },
  {
    name: 'arrays like rectilinear ones',
    reason: 'zarr-python asks for the one shape of their chunks, which they do not have',
    winner: 'ours',
    explains: ({ step, theirs }) => step.op === 'like' && isError(theirs, 'NotImplementedError'),
  },
  {
    name: 'members of members that are read from the store',
    reason: 'zarr-python gives them the part of consolidated metadata that it was told not to use, and info shows it',
    explains: ({ step, problems }) =>
      step.useConsolidatedForChildren === false &&
      problems.every((problem) => /^\.members\.\d+\.1\.info: /.test(problem)),
  },
  {
    name: 'copies are of one format',
    reason: 'of two nodes at one place one is copied; the worker copies directories',
    winner: 'ours',
    explainsFiles: ({ step, problems, isMixed }) =>
      isMixed && step.op === 'copy' && problems.every((problem) => problem.startsWith('keys: no ')),
  },
  {
    name: 'one byte string of any length',
    reason: 'zarr-python fails to encode a single one that it put in a chunk',
    winner: 'ours',
    explains: ({ theirs, mine }) =>
      isError(theirs, 'TypeError') && theirs.message.startsWith('Expected bytes, got') && mine?.error === undefined,
  },
  {
    name: 'tokens of attributes',
    reason: 'zarr-python spells numbers anew when it writes a document again',
    adjust: (_key, text, mine) => (mine.includes('7e0') ? text.replace(/(?<![\d.-])7\.0(?!\d)/g, '7e0') : text),
  },
  {
    name: 'a node of the other kind is named',
    reason: 'zarr-python says, mostly in format 2, that there is no node of the kind that was asked for',
    explains: ({ step, theirs, mine }) =>
      (isError(theirs, 'GroupNotFoundError') && isError(mine, 'ContainsArrayError')) ||
      (step.function === 'openConsolidated' && isError(theirs, 'ValueError') && isError(mine, 'ContainsArrayError')) ||
      (isError(theirs, 'ArrayNotFoundError') && isError(mine, 'NodeTypeValidationError')) ||
      (step.function === 'openArray' && isError(theirs, 'TypeError') && isError(mine, 'NodeTypeValidationError')) ||
      (step.op === 'consolidate' && isError(theirs, 'FileNotFoundError') && isError(mine, 'ContainsArrayError')),
  },
  {
    name: 'no group is made beside an array of format 2',
    reason: 'zarr-python makes one there, which hides the array or leaves both',
    winner: 'ours',
    explains: ({ step, theirs, mine }) =>
      ['open', 'group', 'createHierarchy'].includes(step.op) &&
      (theirs?.kind === 'group' || theirs?.list?.length > 0) &&
      isError(mine, 'ContainsArrayError'),
  },
  {
    name: 'a shape that meets a group',
    reason: 'zarr-python complains of an unknown keyword, or of a group that is in the way',
    explains: ({ step, theirs, mine }) =>
      step.op === 'open' &&
      step.options.shape !== undefined &&
      (isError(theirs, 'TypeError') || isError(theirs, 'ContainsGroupError')) &&
      isError(mine, 'NodeTypeValidationError'),
  },
  {
    name: 'stored sizes of what is compressed',
    reason: 'encoders are free to choose among the bytes that decode to one value',
    explains: ({ step, theirs, mine, problems }) =>
      step.op === 'inspect' &&
      problems.every((problem) => /^\.(nbytes_stored|info_complete): /.test(problem)) &&
      withoutSizes(theirs.info_complete) === withoutSizes(mine.info_complete),
  },
  {
    name: 'byte strings of any length have a type',
    reason: 'NumPy has none for them, so that zarr-python must be told',
    winner: 'ours',
    explains: ({ theirs, mine }) =>
      isError(theirs, 'ValueError') &&
      theirs.message.includes('numpy "Object" data type') &&
      (mine?.error === undefined || isError(mine, 'ContainsArrayError') || isError(mine, 'ContainsGroupError')),
  },
  {
    name: 'arrays like sharded ones have their shards',
    reason: 'zarr-python takes the inner chunks for the shards, each of which holds one chunk then',
    winner: 'ours',
    explains: ({ step, mine, problems }) =>
      step.op === 'like' &&
      /Shard shape/.test(mine?.info) &&
      problems.length === 1 &&
      problems[0].startsWith('.info: '),
  },
  {
    name: 'format 3 has no byte order of its own',
    reason: 'the handle that made an array says what was asked for; opened again, it is little-endian as here',
    explains: ({ theirs, mine, problems }) =>
      problems.every((problem) => /^\.(info|info_complete|nbytes_stored): /.test(problem)) &&
      littleEndian(theirs.info) === mine.info &&
      withoutSizes(littleEndian(theirs.info_complete)) === withoutSizes(mine.info_complete),
  },
];

/** The document of the node that a step is about. */
function documentOf(files, { path, group }) {
  const place = [group, path].filter(Boolean).join('/');
  const prefix = place === '' ? '' : `${place}/`;
  return String(files.get(`${prefix}zarr.json`) ?? files.get(`${prefix}.zarray`) ?? '');
}

const hasConsolidated = (files, step) =>
  files.has(`${step.path}/.zmetadata`) || documentOf(files, step).includes('"consolidated_metadata"');

const isAboutChunk = (problem) =>
  problem.startsWith('chunk ') || (problem.startsWith('keys: ') && !/zarr\.json|\.z(array|attrs|group)/.test(problem));

const EMPTY_AXIS = 'index -1 is out of bounds for axis 0 with size 0';

const NO_BLOCKS = 'index out of bounds for dimension with length 0';

const isAbsence = (outcome) =>
  ['KeyError', 'ArrayNotFoundError', 'GroupNotFoundError'].some((name) => isError(outcome, name));

const isError = (outcome, name) => outcome?.error?.[0] === name;

const littleEndian = (info) => info?.replaceAll("endianness='big'", "endianness='little'");

/** `info_complete` without what depends on how well chunks were compressed. */
const withoutSizes = (info) => info?.replace(/^(No\. bytes stored|Storage ratio) .*$/gm, '');
