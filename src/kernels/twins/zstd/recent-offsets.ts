/**
 * The three offsets used last, which the format names by small numbers: RFC 8878, section 3.1.1.5. They live as long as
 * the frame.
 */

/** The three offsets used last, the latest first. */
export class RecentOffsets {
  constructor(
    private first = 1,
    private second = 4,
    private third = 8,
  ) {}

  copy(): RecentOffsets {
    return new RecentOffsets(this.first, this.second, this.third);
  }

  /** The latest two, which the search for matches tries. */
  get latest(): number {
    return this.first;
  }

  get beforeLatest(): number {
    return this.second;
  }

  /**
   * The number that a sequence gives for `offset`: 1 to 3 for a recent one, else the offset plus 3. Without literals the
   * latest offset has no number of its own (it would only have made the match before longer), and the others move up.
   */
  valueFor(offset: number, isWithoutLiterals: boolean): number {
    const { first, second } = this;
    let place = offset === first ? 0 : offset === second ? 1 : offset === this.third ? 2 : 3;
    if (isWithoutLiterals && place === 0) place = 3;
    if (place === 0) return 1;
    if (place !== 1) this.third = second;
    this.second = first;
    this.first = offset;
    if (place === 3) return offset + 3;
    return isWithoutLiterals ? place : place + 1;
  }
}
