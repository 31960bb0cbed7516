package io.deltamirror.local.faults.soak;

/** Kinds of faults, with how often each is taken, in relation to the others. */
enum SoakFault {
  FAILPOINT_FAILS(30),
  FAILPOINT_DELAYS(12),
  FAILPOINT_REPEATS(10),
  LAKE_FAILS_FOR_A_WHILE(4),
  STATE_FAILS_FOR_A_WHILE(4),
  HUB_BUSY(6),
  HUB_CONNECTIONS_DROPPED(6),
  HUB_ANSWERS_LOST(6),
  HUB_DELIVERS_TWICE(6),
  CHECKPOINTS_LOST(2),
  CHECKPOINTS_OF_LONG_AGO(3),
  HOST_RESTARTED(8),
  WORKER_RESTARTED(5),
  WALSENDER_TERMINATED(4),
  SOURCE_SESSIONS_TERMINATED(3),
  SOURCE_RESTARTED(1),
  SOURCE_CRASHED(1);

  private final int weight;

  SoakFault(int weight) {
    this.weight = weight;
  }

  int weight() {
    return weight;
  }
}
