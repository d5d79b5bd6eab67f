// What was checked and how it went: every check of every case is recorded, and printed as a matrix and a list.

export class Report {
  #checks = [];
  #differences = new Map();

  /** Records a check: it passed if there are no problems. */
  record(subject, check, problems) {
    this.#checks.push({ subject, check, problems });
  }

  /** Runs a check that gives its problems, or throws, which is a problem too. */
  async run(subject, check, work) {
    let problems;
    try {
      problems = await work();
    } catch (error) {
      problems = [describeError(error)];
    }
    this.record(subject, check, problems);
  }

  /** Records that a known difference was met. */
  met(difference) {
    this.#differences.set(difference, (this.#differences.get(difference) ?? 0) + 1);
  }

  get failures() {
    return this.#checks.filter(({ problems }) => problems.length > 0);
  }

  get passedCount() {
    return this.#checks.length - this.failures.length;
  }

  print(knownDifferences, exclusions) {
    for (const [title, checks] of groupBy(this.#checks, ({ subject }) => subject.matrix)) {
      console.log(`\n${title}: checks that passed, and after ! those that failed\n\n${matrixOf(checks)}`);
    }
    this.#printFailures();
    this.#printByCheck();
    console.log(`\nKnown differences from zarr-python: ${knownDifferences.length || 'none'}`);
    for (const difference of knownDifferences) {
      console.log(`  ${difference.name} (${this.#differences.get(difference) ?? 0} times): ${difference.reason}`);
    }
    console.log('\nLeft out:');
    for (const { name, reason } of exclusions) console.log(`  ${name}: ${reason}`);
  }

  #printFailures() {
    for (const { subject, check, problems } of this.failures) {
      console.log(`\nFAILED ${subject.name} [${subject.id}], ${check}`);
      for (const problem of problems) console.log(`  ${problem}`);
    }
  }

  #printByCheck() {
    console.log('\nChecks:');
    for (const [check, checks] of groupBy(this.#checks, ({ check }) => check))
      console.log(`  ${check}: ${tally(checks)}`);
  }
}

function matrixOf(checks) {
  const rows = groupBy(checks, ({ subject }) => subject.row);
  const columns = [...groupBy(checks, ({ subject }) => subject.column).keys()];
  const label = Math.max(...[...rows.keys()].map((row) => row.length));
  const widths = columns.map((column) => Math.max(6, column.length));
  const cells = [...rows].map(([row, inRow]) => {
    const byColumn = groupBy(inRow, ({ subject }) => subject.column);
    return [row, ...columns.map((column) => (byColumn.has(column) ? tally(byColumn.get(column)) : '·'))];
  });
  return [['', ...columns], ...cells]
    .map(([row, ...tallies]) =>
      [row.padEnd(label), ...tallies.map((text, index) => text.padStart(widths[index]))].join(' '),
    )
    .join('\n');
}

function tally(checks) {
  const failed = checks.filter(({ problems }) => problems.length > 0).length;
  return failed === 0 ? String(checks.length) : `${checks.length - failed}!${failed}`;
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  return groups;
}

function describeError(error) {
  const causes = [];
  for (let one = error; one !== undefined && one !== null; one = one.cause)
    causes.push(`${one.name ?? 'thrown'}: ${one.message ?? one}`);
  const place = /\n\s+at (.*)/.exec(error?.stack ?? '')?.[1];
  return causes.join('; because of ') + (place ? ` (${place})` : '');
}
