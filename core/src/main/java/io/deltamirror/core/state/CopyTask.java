package io.deltamirror.core.state;

/**
 * An event of the hub {@code copy-tasks}, as JSON: copy one part of a table.
 *
 * @param mirror its mirror
 * @param oid of the table
 * @param seed the part belongs to
 * @param part its number; its range is in its {@link CopyPart}
 * @param snapshotName what {@code pg_export_snapshot()} returned; valid as long as the worker holds
 *     the exporting transaction
 */
public record CopyTask(String mirror, long oid, int seed, int part, String snapshotName) {}
