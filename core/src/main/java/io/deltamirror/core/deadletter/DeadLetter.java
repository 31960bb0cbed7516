package io.deltamirror.core.deadletter;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.deltamirror.core.ErrorCode;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The record of an event that could not be used; its body lies beside it in the lake.
 *
 * <p>It holds what the event said of itself, which is to be trusted no more than the event, and
 * never the value of a row.
 *
 * @param id names it within its mirror
 * @param hub {@code changes} or {@code copy-tasks}
 * @param partition of the hub
 * @param code why it could not be used
 * @param message likewise, in words
 * @param mirror that it belongs to; empty when it names none that is known here
 * @param oid {@code pg_class.oid} of the table that it speaks of, as far as it can be read
 * @param table that table's name in the mirror, when the mirror has it
 * @param header the entries of the event's header, as far as they can be read, shortened
 * @param bytes size of the body
 * @param sha256 hash of the body, lower-case hex
 * @param at when it was first met
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record DeadLetter(
    String id,
    String hub,
    int partition,
    ErrorCode code,
    String message,
    Optional<String> mirror,
    Optional<Long> oid,
    Optional<String> table,
    Map<String, String> header,
    long bytes,
    String sha256,
    Instant at) {
  public DeadLetter {
    header = Map.copyOf(header);
  }
}
