package io.deltamirror.core.state;

/**
 * An event of the hub {@code copy-tasks}, as JSON: copy one part of a table. It may come twice, and
 * it may come late: when the worker has lost its snapshot, the same seed is copied anew under
 * another one. What was read under the one must never be taken for the other, so whoever carries it
 * out
 *
 * <ol>
 *   <li>drops the task when the table is not copied under {@link #snapshot} (any more), or when the
 *       snapshot cannot be imported: it is planned anew without that
 *   <li>checks that {@code pg_current_snapshot()} is the state's {@link SeedSnapshot#visible()}
 *       after the import: the names of exported snapshots repeat after a restart of the server
 *   <li>marks the part done only if it still is {@link CopyPart#of this snapshot's}, in the same
 *       update
 *   <li>reads the Delta table's counter first, then that the state still is COPYING under this
 *       snapshot, and then commits on the ground of that counter: a later copy's commit, and each
 *       one after it, makes an old one fail
 *   <li>knows its own earlier commit by seed and snapshot, never by the seed alone
 *   <li>says {@link TableState#seeded} with this snapshot, which changes nothing under another one
 * </ol>
 *
 * @param mirror its mirror
 * @param oid of the table
 * @param seed the part belongs to
 * @param part its number; its range is in its {@link CopyPart}
 * @param snapshotName what {@code pg_export_snapshot()} returned; valid as long as the worker holds
 *     the exporting transaction
 * @param snapshot {@link SeedSnapshot#lsn()} of that snapshot, which identifies it
 */
public record CopyTask(
    String mirror, long oid, int seed, int part, String snapshotName, long snapshot) {}
