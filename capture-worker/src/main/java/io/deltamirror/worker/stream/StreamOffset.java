package io.deltamirror.worker.stream;

import io.deltamirror.core.change.Position;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A place between two transactions from which the stream can go on, and what was sent up to there.
 * Stored as one value, so that the two cannot differ.
 *
 * @param generation of the positions
 * @param commitLsn commit LSN of the last transaction that is sent whole; 0 before the first
 * @param endLsn behind that commit record: what the slot may be told
 * @param commitMicros time of that commit, microseconds since 1970 UTC; 0 where it is not known
 * @param sent position of the last change of each table, by OID
 */
public record StreamOffset(
    long generation, long commitLsn, long endLsn, long commitMicros, Map<Long, Position> sent) {
  private static final String GENERATION = "generation";
  private static final String COMMIT_LSN = "commitLsn";
  private static final String END_LSN = "endLsn";
  private static final String COMMIT_MICROS = "commitMicros";
  private static final String SENT = "sent";

  public StreamOffset {
    sent = Map.copyOf(sent);
  }

  /** Where a generation starts: nothing is sent, the slot stands at the given LSN. */
  public static StreamOffset startOf(long generation, long slotLsn) {
    return new StreamOffset(generation, 0, slotLsn, 0, Map.of());
  }

  /** The end of the last transaction that is sent whole. */
  public Position position() {
    return commitLsn == 0 ? Position.startOf(generation) : Position.endOf(generation, commitLsn);
  }

  /** As Kafka Connect takes an offset: a map of numbers and texts, no deeper. */
  Map<String, Object> toConnect() {
    return Map.of(
        GENERATION, generation,
        COMMIT_LSN, Position.lsnText(commitLsn),
        END_LSN, Position.lsnText(endLsn),
        COMMIT_MICROS, commitMicros,
        SENT, sentText());
  }

  /** OID:LSN:ordinal for each table; brief, as there may be many thousands. */
  private String sentText() {
    return sent.entrySet().stream()
        .map(
            table ->
                table.getKey()
                    + ":"
                    + Long.toHexString(table.getValue().commitLsn())
                    + ":"
                    + table.getValue().ordinal())
        .collect(Collectors.joining(" "));
  }

  /** The inverse of {@link #toConnect()}. */
  static StreamOffset fromConnect(Map<?, ?> offset) {
    long generation = ((Number) offset.get(GENERATION)).longValue();
    Map<Long, Position> sent = new HashMap<>();
    for (String table : ((String) offset.get(SENT)).split(" ", 0)) {
      if (!table.isEmpty()) {
        String[] parts = table.split(":", 3);
        sent.put(
            Long.parseLong(parts[0]),
            new Position(
                generation, Long.parseUnsignedLong(parts[1], 16), Long.parseLong(parts[2])));
      }
    }
    long commitMicros = offset.get(COMMIT_MICROS) instanceof Number micros ? micros.longValue() : 0;
    return new StreamOffset(
        generation, lsn(offset, COMMIT_LSN), lsn(offset, END_LSN), commitMicros, sent);
  }

  /** The slot's LSN out of an offset in Connect's form. */
  static long endLsn(Map<?, ?> offset) {
    return lsn(offset, END_LSN);
  }

  private static long lsn(Map<?, ?> offset, String name) {
    return Position.parseLsn((String) offset.get(name));
  }
}
