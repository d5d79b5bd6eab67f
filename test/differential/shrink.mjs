// Makes a failing program shorter: steps are left out as long as it goes on failing in the same way.

/** `program` with as few steps as will do; `failsAlike` runs one and says whether it fails in the same way. */
export async function shrink(program, failsAlike) {
  let steps = program.steps;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = steps.length - size; at >= 0; at -= size) {
      const shorter = [...steps.slice(0, at), ...steps.slice(at + size)];
      if (await failsAlike({ ...program, steps: shorter })) steps = shorter;
    }
  }
  return { ...program, steps };
}
