package io.deltamirror.core.deadletter;

import io.deltamirror.core.MirrorException;
import java.util.Optional;

/**
 * An event that cannot be used.
 *
 * @param hub {@code changes} or {@code copy-tasks}
 * @param partition of the hub
 * @param body as it came
 * @param why with the code and message that people see
 * @param mirror that it belongs to, when it is one that is known here
 * @param oid of the table that it speaks of, if that can be read
 * @param table name of that table, when the mirror has it
 */
@SuppressWarnings("ArrayRecordComponent") // a message body, never compared
public record BadEvent(
    String hub,
    int partition,
    byte[] body,
    MirrorException why,
    Optional<String> mirror,
    Optional<Long> oid,
    Optional<String> table) {}
