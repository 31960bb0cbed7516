package io.deltamirror.lake.parquet;

import java.util.Arrays;

/**
 * A growing list of spans: a range of sorted keys together with the range of rows in which they may
 * be, or are. Rows ascend from span to span. Ends are exclusive.
 */
final class Spans {
  private static final int FIELDS = 4;

  private int[] fields = new int[16 * FIELDS];
  private int size;

  int size() {
    return size;
  }

  int keyFrom(int span) {
    return fields[span * FIELDS];
  }

  int keyTo(int span) {
    return fields[span * FIELDS + 1];
  }

  int rowFrom(int span) {
    return fields[span * FIELDS + 2];
  }

  int rowTo(int span) {
    return fields[span * FIELDS + 3];
  }

  void add(int keyFrom, int keyTo, int rowFrom, int rowTo) {
    int at = size * FIELDS;
    if (at == fields.length) {
      fields = Arrays.copyOf(fields, Math.multiplyExact(2, at));
    }
    fields[at] = keyFrom;
    fields[at + 1] = keyTo;
    fields[at + 2] = rowFrom;
    fields[at + 3] = rowTo;
    size++;
  }
}
