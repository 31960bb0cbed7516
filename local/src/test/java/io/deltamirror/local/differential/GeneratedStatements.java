package io.deltamirror.local.differential;

import io.deltamirror.local.faults.PostgresVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The transactions of one session: what they are follows from the random and the version alone, not
 * from what other sessions have done, so that some of them fail. For one thread.
 */
final class GeneratedStatements {
  /** Stands alone in a transaction: everything in it is taken back. */
  static final String ROLLBACK = "ROLLBACK";

  private final SplittableRandom random;
  private final GeneratedRows rows;
  private final GeneratedShapes shapes;
  private final GeneratedPartitions partitions;
  private final String session;
  private int prepared;

  GeneratedStatements(SplittableRandom random, PostgresVersion version, String session) {
    this.random = random;
    this.rows = new GeneratedRows(random.split(), version);
    this.shapes =
        new GeneratedShapes(random.split(), new GeneratedTables(random.split(), version), rows);
    this.partitions = new GeneratedPartitions(random.split());
    this.session = session;
  }

  /** The statements of the next transaction; one alone is not in a block. */
  List<String> next() {
    int dice = random.nextInt(100);
    if (dice < 2) {
      return List.of("VACUUM (FULL) t" + random.nextInt(4));
    }
    if (dice < 12) {
      return shapes.next();
    }
    if (dice < 17) {
      return partitions.next();
    }
    List<String> statements = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      statements.add(rows.next());
    }
    if (dice < 25) {
      statements.addAll(shapes.next());
      statements.add(rows.next());
    } else if (dice < 39) {
      statements.addAll(List.of("SAVEPOINT s", rows.next()));
      if (random.nextInt(3) == 0) {
        statements.addAll(shapes.next());
      }
      statements.addAll(List.of("ROLLBACK TO s", rows.next()));
    }
    if (dice >= 92) {
      statements.add(ROLLBACK);
    } else if (dice >= 90) {
      String name = session + "_" + prepared++;
      statements.add("PREPARE TRANSACTION '" + name + "'");
      statements.add((random.nextInt(2) == 0 ? "COMMIT" : ROLLBACK) + " PREPARED '" + name + "'");
    }
    return statements;
  }
}
