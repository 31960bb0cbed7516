package io.deltamirror.local.processes;

import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import java.util.Map;

/**
 * A step at which a process is made to end as by SIGKILL.
 *
 * @param pass the one of that step, counted from the process's start
 */
record CrashStep(Failpoint point, int pass) {
  /** What arms it in a process. */
  Map<String, String> environment() {
    return Map.of(Failpoints.VARIABLE, point.id() + "=crash@" + pass);
  }

  @Override
  public String toString() {
    return point.id() + "@" + pass;
  }
}
