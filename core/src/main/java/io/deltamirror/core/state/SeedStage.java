package io.deltamirror.core.state;

/**
 * How far a seed of a table has come, and what ApplyChanges does with a batch meanwhile. Each step
 * has one author:
 *
 * <ol>
 *   <li>{@code REQUESTED}: the worker wants it and sends SeedBegin. Batches before SeedBegin are
 *       dropped: the copy will contain them
 *   <li>{@code SPOOLING}: ApplyChanges has seen SeedBegin; from there on batches go to the spool
 *   <li>{@code COPYING}: the worker has exported a snapshot and sent the copy tasks
 *   <li>{@code SEEDED}: CopyTable has committed the rows; the worker then sends SeedReady
 *   <li>{@code LIVE}: ApplyChanges has applied the spool; batches are applied as they come
 * </ol>
 */
public enum SeedStage {
  REQUESTED,
  SPOOLING,
  COPYING,
  SEEDED,
  LIVE
}
