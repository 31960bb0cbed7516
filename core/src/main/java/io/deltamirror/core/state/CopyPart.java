package io.deltamirror.core.state;

import java.util.List;
import java.util.Locale;

/**
 * One part of a table's initial copy.
 *
 * @param oid of the table
 * @param seed it belongs to
 * @param snapshot {@link SeedSnapshot#lsn()} of the snapshot it is read under, which identifies it
 * @param part its number from 0
 * @param parts how many the seed has
 * @param firstPage first heap page of its ctid range
 * @param endPage page behind its last, or -1 for open-ended
 * @param filenode {@code pg_relation_filenode} at planning; another one means rewritten
 * @param rowsExpected by the planner's estimate
 * @param done whether its files are complete
 * @param rows in its files
 * @param files what it wrote, as the JSON of the lake's own description
 */
public record CopyPart(
    long oid,
    int seed,
    long snapshot,
    int part,
    int parts,
    long firstPage,
    long endPage,
    long filenode,
    long rowsExpected,
    boolean done,
    long rows,
    List<String> files) {
  public CopyPart {
    files = List.copyOf(files);
  }

  /** What its copy wrote; check {@link #of} in the same update. */
  public CopyPart finished(long copied, List<String> written) {
    return new CopyPart(
        oid,
        seed,
        snapshot,
        part,
        parts,
        firstPage,
        endPage,
        filenode,
        rowsExpected,
        true,
        copied,
        written);
  }

  /** Whether the task is for this part, and not for one that was planned before or after it. */
  public boolean of(CopyTask task) {
    return oid == task.oid()
        && seed == task.seed()
        && part == task.part()
        && snapshot == task.snapshot();
  }

  /** Name of its document; parts of a seed list in order. */
  public static String document(long oid, int seed, int part) {
    return prefix(oid, seed) + String.format(Locale.ROOT, "%06d", part);
  }

  /** What the names of a seed's parts start with. */
  public static String prefix(long oid, int seed) {
    return "part:" + oid + ":" + seed + ":";
  }
}
