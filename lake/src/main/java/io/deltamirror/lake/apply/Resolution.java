package io.deltamirror.lake.apply;

import io.deltamirror.lake.delta.LiveFile;
import io.deltamirror.lake.delta.RowSet;
import io.deltamirror.lake.parquet.DataFileWriter;
import java.io.IOException;
import java.util.Map;

/** What a commit does to the files of a version of a table. For one thread. */
interface Resolution {
  /** Live rows that go, by file; none when all go by a TRUNCATE. */
  Map<LiveFile, RowSet> deleted();

  /** Whether there is any row to write. */
  boolean addsRows();

  /** Writes the new rows in the order of the table's data files. */
  void write(DataFileWriter out) throws IOException;
}
