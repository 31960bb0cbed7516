package io.deltamirror.lake.apply;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.hub.HubHistory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A hub's retained log in memory, and how it was read. */
final class RecordedHub implements HubHistory {
  private final List<byte[]> log = new ArrayList<>();
  private final List<From> readings = new ArrayList<>();
  private boolean away;
  private boolean slow;
  private int sinceSkips;
  private int handed;

  /** Events that are sent, whether or not the applier is given them; returns the last one. */
  byte[] send(byte[]... bodies) {
    log.addAll(List.of(bodies));
    return bodies[bodies.length - 1];
  }

  /** The oldest events are gone. */
  void forget(int events) {
    log.subList(0, events).clear();
  }

  void goAway(boolean now) {
    away = now;
  }

  /** A reading is out of time after one event. */
  void slowDown() {
    slow = true;
  }

  /** Clocks that are wrong: a reading from a moment on leaves out so many events. */
  void startLateBy(int events) {
    sinceSkips = events;
  }

  List<From> readings() {
    return readings;
  }

  /** How many events all readings took together. */
  int handed() {
    return handed;
  }

  @Override
  public End read(int partition, From from, Reader reader) throws IOException {
    readings.add(from);
    if (away) {
      throw new MirrorException(ErrorCode.HUB_UNAVAILABLE, "away");
    }
    int first = from instanceof From.Since ? Math.min(log.size(), sinceSkips) : 0;
    for (byte[] body : List.copyOf(log.subList(first, log.size()))) {
      handed++;
      if (reader.isEnough(body)) {
        return End.ENOUGH;
      }
      if (slow) {
        return End.OUT_OF_TIME;
      }
    }
    return End.END_OF_LOG;
  }
}
