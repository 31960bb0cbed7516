package io.deltamirror.lake.verify;

/** What a comparison came to. */
public enum Outcome {
  EQUAL(0),
  DIFFERENT(1),
  /**
   * Of a table alone: it differs, but in nothing that it could be told of, as no updates and
   * deletes of it are published.
   */
  INSERT_ONLY(0),
  UNDECIDED(2);

  private final int exitCode;

  Outcome(int exitCode) {
    this.exitCode = exitCode;
  }

  /** Exit code of a program that ends with this outcome. */
  public int exitCode() {
    return exitCode;
  }
}
